"""Words and numbers in Dutch, French and English. Loads no pandas: the command line speaks before it works."""

from coopeval import handing_out
from coopeval.wording.messages import LANGUAGES, N_, catalogue_path, said_in, translate

HOMES = {
    "column": "columns", "fault_line": "faults", "blocks": "markdown", "translate_markdown": "markdown",
    "EMPTY": "numbers", "common_digits": "numbers", "day": "numbers", "number": "numbers",
}  # fmt: skip
__all__ = ["LANGUAGES", "N_", "catalogue_path", "said_in", "translate", *HOMES]

__getattr__, __dir__ = handing_out(__name__, dict.fromkeys(__all__, "messages") | HOMES)
