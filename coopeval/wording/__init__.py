"""Words and numbers in Dutch, French and English. Loads no pandas: the command line speaks before it works."""

from coopeval.wording.columns import column
from coopeval.wording.faults import fault_line
from coopeval.wording.markdown import blocks, translate_markdown
from coopeval.wording.messages import LANGUAGES, N_, catalogue_path, said_in, translate
from coopeval.wording.numbers import EMPTY, common_digits, day, number

__all__ = [
    "EMPTY", "LANGUAGES", "N_", "blocks", "catalogue_path", "column", "common_digits", "day", "fault_line", "number",
    "said_in", "translate", "translate_markdown",
]  # fmt: skip
