"""The doors for real sources: `coopeval import …`. Each imports what it needs when it is called."""

from __future__ import annotations

import typer

from coopeval.cli.talking import guarded, in_words
from coopeval.wording import N_

door = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help=in_words(N_("Bring in a real source: registers, annual accounts, official statistics.")),
)


def _source(name: str, summary: str, example: str):
    """Register the door of a source with its summary and an example of its use."""
    text = f"{in_words(summary)}\n\n{in_words(N_('Example:'))} {example}"
    return lambda function: door.command(name, help=text)(guarded(function))
