"""Words and numbers in Dutch, French and English."""

import importlib

from coopeval.wording.columns import column
from coopeval.wording.markdown import blocks, translate_markdown
from coopeval.wording.messages import LANGUAGES, N_, catalogue_path, translate

__all__ = [
    "EMPTY", "LANGUAGES", "N_", "blocks", "catalogue_path", "column", "day", "fault_line", "number", "translate",
    "translate_markdown",
]  # fmt: skip


LATER = {"fault_line": "faults", "EMPTY": "numbers", "day": "numbers", "number": "numbers"}  # these load more


def __getattr__(name: str):
    if name in LATER:
        return getattr(importlib.import_module(f"coopeval.wording.{LATER[name]}"), name)
    raise AttributeError(f"coopeval.wording has no {name!r}")
