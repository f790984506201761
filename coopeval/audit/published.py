"""What a reader has in hand: the released tables of one period, and what follows from all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Published:
    """The released tables of one period of one structure, as `provenance.released` reads them."""

    period: str  # its name, such as 2026S1
    tables: Mapping[str, pd.DataFrame]  # by name; language-neutral, with `about` and `released` in the attrs
    as_of: str = ""  # ISO day up to which it tells; orders the periods where their names would not
    structure: str = ""  # the structure evaluated

    @property
    def order(self) -> tuple[str, str]:
        """Earlier periods come first."""
        return self.as_of, self.period


@dataclass(frozen=True)
class Findings:
    """What the auditor found: every protected cell with what can be derived about it, and what was not modelled."""

    cells: pd.DataFrame  # as `derivable` returns them
    not_modelled: Mapping[str, str] = field(default_factory=dict)  # name of a table and why it cannot be solved

    @property
    def unsafe(self) -> pd.DataFrame:
        """The cells that follow too exactly. Empty is what a publication needs."""
        return self.cells[~self.cells["is_safe"].astype(bool)]

    @property
    def is_safe(self) -> bool:
        """Whether nothing protected follows from what is published."""
        return self.unsafe.empty
