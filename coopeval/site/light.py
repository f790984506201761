"""Released tables for drawing and telling: pandas copies what a table says of itself with every column looked at."""

from __future__ import annotations

import pandas as pd


class Said(dict):
    """What a table says of itself, shared by whatever is cut out of it. Nothing that draws or tells changes it."""

    def __deepcopy__(self, memo: dict) -> Said:
        return self


def light(released: pd.DataFrame) -> pd.DataFrame:
    """The same table, whose columns and rows share what it says of itself.

    >>> table = pd.DataFrame({"n": [1]})
    >>> table.attrs = {"about": {"unit": "share"}}
    >>> shown = light(table)
    >>> shown.attrs == table.attrs, shown["n"].attrs["about"] is shown.attrs["about"]
    (True, True)
    """
    shown = released.copy(deep=False)
    shown.attrs = {word: Said(said) for word, said in released.attrs.items()}
    return shown
