"""coopeval: reproducible evaluation of a programme that supports social enterprises.

`import coopeval as ce` hands out the areas on first use, so that asking for help loads no pandas.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

__version__ = "0.1.0"

AREAS = (
    "errors", "semesters", "reference", "wording", "schema", "uncertainty", "provenance", "tables", "synthetic",
    "importers", "cohort", "evidence", "portfolio", "quality", "survival", "competing", "jobs", "costs", "pathways",
    "practices", "balance", "effectiveness", "comparison", "indicators", "disclosure", "audit", "figures", "display",
    "runs", "site",
)  # fmt: skip
CALLS = {"read": "tables", "check": "tables", "say": "display"}


def __getattr__(name: str):
    if name in CALLS:
        return getattr(importlib.import_module(f"coopeval.{CALLS[name]}"), name)
    if name in AREAS:
        return importlib.import_module(f"coopeval.{name}")
    raise AttributeError(f"coopeval has no {name!r}; it has {', '.join(sorted({*AREAS, *CALLS}))}")


def __dir__() -> list[str]:
    return sorted({*AREAS, *CALLS, "__version__"})


def handing_out(area: str, homes: Mapping[str, str]) -> tuple[Callable, Callable]:
    """`__getattr__` and `__dir__` of an area whose files are loaded when they are first asked for, not before.

    `homes` says in which file each name lives. Files of the area can be asked for too.
    """

    def found(name: str):
        if name in homes:
            return getattr(importlib.import_module(f"{area}.{homes[name]}"), name)
        if not name.startswith("_"):
            try:
                return importlib.import_module(f"{area}.{name}")
            except ModuleNotFoundError as error:
                if error.name != f"{area}.{name}":
                    raise
        raise AttributeError(f"{area} has no {name!r}; it has {', '.join(sorted(homes))}")

    return found, lambda: sorted(homes)
