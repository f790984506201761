"""Notebooks that fail: what is said of them, and the private page that shows how far each one came."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from coopeval.errors import CoopevalError, refusal
from coopeval.runs.place import FULL_MSGID
from coopeval.wording import LANGUAGES, N_, translate

FAILED = "failed"
ANSI = re.compile(r"\x1b\[[0-9;]*m")  # colours of a terminal
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{name}</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
pre{{overflow-x:auto;padding:.5rem;background:#f3f3f3;border-left:.3rem solid #bbb}}
pre.output{{background:#fff}}pre.error{{border-color:#b00}}</style>
<h1>{name}</h1>
{said}
{cells}
</html>
"""


class StepError(CoopevalError):
    """A notebook failed; nothing was published."""


@dataclass(frozen=True)
class Failure:
    """Why a notebook failed: a message and what fills it. Plain data, so that it passes between processes."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    page: str = ""  # the page that shows its cells up to there

    def line(self, lang: str) -> str:
        """The message in a language."""
        return translate(self.msgid, lang).format(**self.values)

    def error(self) -> StepError:
        return refusal(StepError, self.msgid, **self.values)


def error_of(failures: Mapping[str, Failure], stopped: Mapping[str, str]) -> StepError:
    """The end of a run in which notebooks failed: names every one of them, and its page.

    Parameters
    ----------
    failures
        Why each one failed.
    stopped
        Notebooks that were not begun, each with one that it needs.
    """
    failures = dict(sorted(failures.items()))  # not in the order of chance
    full = next((failure for failure in failures.values() if failure.msgid == FULL_MSGID), None)
    if full is not None:  # then all of them say so
        return full.error()
    lines = [] if len(failures) == 1 else list(failures.values())
    lines += [Failure(N_("{notebook} was not begun: it needs {needed}."), _two(*pair)) for pair in stopped.items()]
    lines += [
        Failure(N_("{page} shows the cells of {notebook} up to there."), {"page": failure.page, "notebook": name})
        for name, failure in failures.items()
        if failure.page
    ]
    if len(failures) == 1:
        error = next(iter(failures.values())).error()
    else:
        msgid = N_("{n} notebooks failed: {notebooks}. Nothing was published; what was done is not done again.")
        error = refusal(StepError, msgid, n=len(failures), notebooks=", ".join(failures))
    error.findings = lines
    return error


def _two(notebook: str, needed: str) -> dict[str, str]:
    return {"notebook": notebook, "needed": needed}


def page_of(cache: Path, period: str, notebook: str) -> Path:
    """Where the page of a failed notebook stands."""
    return cache / FAILED / period / f"{notebook}.html"


def write_page(place: Path, name: str, failure: Failure, cells: Sequence[Mapping]) -> None:
    """Show the cells of a notebook up to the one that failed, for its owner's eyes alone.

    The message stands on top in every language; the outputs are their plain text.
    """
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = "\n".join(f'<p lang="{lang}"><strong>{_shown(failure.line(lang))}</strong></p>' for lang in LANGUAGES)
    shown = "\n".join(_cell(cell) for cell in cells)
    text = PAGE.format(name=_shown(name), said=said, cells=shown)
    fresh = place.with_suffix(".fresh")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(place)


def take_away(place: Path) -> None:
    """No page of a notebook that succeeded."""
    with suppress(OSError):
        place.unlink()
        place.parent.rmdir()
        place.parent.parent.rmdir()


def _cell(cell: Mapping) -> str:
    outputs = "".join(_output(output) for output in cell.get("outputs", []))
    return f"<pre>{_shown(cell.get('source', ''))}</pre>\n{outputs}"


def _output(output: Mapping) -> str:
    if output["output_type"] == "error":
        where = ANSI.sub("", "\n".join(output.get("traceback", [])))
        return f'<pre class="error">{_shown(output["ename"])}: {_shown(output["evalue"])}\n\n{_shown(where)}</pre>\n'
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return f'<pre class="output">{_shown(text)}</pre>\n'


def _shown(text: object) -> str:
    return html.escape(text if isinstance(text, str) else "".join(text))
