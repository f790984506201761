"""Words and numbers in Dutch, French and English."""

from coopeval.wording.columns import column
from coopeval.wording.markdown import blocks, translate_markdown
from coopeval.wording.messages import LANGUAGES, N_, catalogue_path, translate
from coopeval.wording.numbers import EMPTY, day, number

__all__ = [
    "EMPTY", "LANGUAGES", "N_", "blocks", "catalogue_path", "column", "day", "fault_line", "number", "translate",
    "translate_markdown",
]  # fmt: skip


def __getattr__(name: str):
    if name == "fault_line":
        from coopeval.wording.faults import fault_line

        return fault_line
    raise AttributeError(f"coopeval.wording has no {name!r}")
