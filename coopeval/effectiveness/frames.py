"""What the calculations are given: options, draws and a range of willingness to pay, checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates
from coopeval.wording import N_

OPTION_COLUMNS = ("cost_eur", "effect")
DRAW_COLUMNS = ("draw", "option", "cost_eur", "effect")
PROGRAMME, FREE = "programme", ("rejected", "waiting_list")  # options that cost the structure nothing
CARRIED = ("population", "codes", "clock", "level", "privacy", "is_synthetic", "as_of")
FIRST = 2  # warnings of the frame a table is made of that it repeats; the others stand under that one
NO_THRESHOLD = N_(
    "What one more result is worth is not a fact but a choice: the figures are shown over a range, and no value in it "
    "is recommended."
)


@dataclass(frozen=True)
class Draws:
    """Draws as matrices: one row per draw, one column per option in sorted order."""

    options: tuple[str, ...]
    cost: np.ndarray
    effect: np.ndarray
    n: np.ndarray  # projects of each option; nan where the draws do not say
    about: Mapping[str, object]

    def place(self, option: str) -> int:
        """Column of an option."""
        return place(option, self.options)

    def benefit(self, k: np.ndarray) -> np.ndarray:
        """Net benefit [k, draw, option]: what the effect is worth less what it costs."""
        return k[:, None, None] * self.effect - self.cost


def place(option: object, options: tuple[str, ...]) -> int:
    """Where an option stands; one that does not exist is refused."""
    if option not in options:
        raise ParameterError(f'"{option}" is no option. There are {", ".join(map(str, options))}.')
    return options.index(option)


def matrices(draws: pd.DataFrame, least_options: int = 2) -> Draws:
    """Checked draws.

    Raises
    ------
    DataError
        A column missing, a figure that is not known, an option missing in a draw or there twice, fewer than two draws
        or options.
    """
    lacking = [column for column in DRAW_COLUMNS if column not in draws]
    if lacking:
        raise DataError(f"Draws need the columns {', '.join(DRAW_COLUMNS)}; {', '.join(lacking)} is missing.")
    figures = draws[["cost_eur", "effect"]].to_numpy(float)
    unknown = int((~np.isfinite(figures)).any(axis=1).sum())
    if unknown:
        raise DataError(f"{unknown} draws have no cost or no effect. Leave those draws out, for every option.")
    if draws.duplicated(["draw", "option"]).any():
        raise DataError("An option stands twice in one draw; each draw has one row per option.")
    cost, effect = (draws.pivot(index="draw", columns="option", values=c).sort_index(axis=1) for c in OPTION_COLUMNS)
    if cost.isna().any(axis=None):
        raise DataError("Some draws lack an option; net benefits are compared draw by draw. Add or remove those rows.")
    if len(cost) < 2 or cost.shape[1] < least_options:
        raise DataError(f"There are {len(cost)} draws of {cost.shape[1]} options; two draws of two options are needed.")
    names = tuple(cost.columns)
    sizes = draws.attrs.get("n", {})
    n = np.array([float(sizes.get(name, np.nan)) for name in names])
    return Draws(names, cost.to_numpy(float), effect.to_numpy(float), n, draws.attrs.get("about", {}))


def is_lonely(draws: pd.DataFrame) -> bool:
    """Whether draws of `effectiveness.draws` hold no two options, because no other was known."""
    return draws.empty and "n" in draws.attrs


def lonely(draws: pd.DataFrame, *columns: str, **about: object) -> pd.DataFrame:
    """The one row that stands where there is no alternative to compare with."""
    sizes = draws.attrs["n"] or {PROGRAMME: 0}
    option, n = next(iter(sizes.items()))
    row = {"group": option, "n": float(n), "estimate": np.nan, "note": "no_alternative"}
    table = pd.DataFrame([{**dict.fromkeys(columns, np.nan), **row}])
    return estimates(table, **carried(draws.attrs.get("about", {}), by="option", **about))


def baseline(options: tuple[str, ...], cost: np.ndarray, asked: str | None = None) -> str:
    """The option asked for; else no support, where that is one of them; else the cheapest."""
    if asked is not None:
        return options[place(asked, options)]
    known = [option for option in FREE if option in options]
    return known[0] if known else options[int(np.argmin(cost))]


def willing(k) -> np.ndarray:
    """A range of willingness to pay, in euro per unit of effect, sorted.

    Raises
    ------
    ParameterError
        One value only: it would pass for a fact. A negative or unknown one.
    """
    values = np.unique(np.asarray(k, dtype=float).ravel())
    if len(values) < 2:
        raise ParameterError(
            "Willingness to pay is always a range: give two values or more, in euro per unit of effect."
        )
    if not np.isfinite(values).all() or (values < 0).any():
        raise ParameterError("Willingness to pay must be known and not negative.")
    return values


def checked_options(options: pd.DataFrame) -> pd.DataFrame:
    """Options as a frame of option, cost_eur, effect and n, sorted by name; those not known have nan.

    Raises
    ------
    DataError
        A column missing, an option named twice or not at all, a cost below zero.
    """
    named = options if "option" in options else options.rename(columns={"group": "option"})
    lacking = [column for column in ("option", *OPTION_COLUMNS) if column not in named]
    if lacking:
        raise DataError(f"Options need the columns option, cost_eur and effect; {', '.join(lacking)} is missing.")
    if named["option"].isna().any() or named["option"].eq("").any() or named["option"].duplicated().any():
        raise DataError("Each option needs a name of its own; one is empty or there twice.")
    kept = pd.DataFrame({column: named[column] for column in ("option", *OPTION_COLUMNS)})
    kept[list(OPTION_COLUMNS)] = kept[list(OPTION_COLUMNS)].astype(float)
    below = sorted(kept.loc[kept["cost_eur"] < 0, "option"].astype(str))
    if below:
        raise DataError(f"{', '.join(below)}: a cost below zero is no cost. Give what the option costs, 0 or more.")
    kept = kept.assign(n=named["n"].astype(float) if "n" in named else np.nan)
    return kept.sort_values("option", kind="stable", ignore_index=True)


def carried(about: Mapping[str, object], *warnings: str, **own: object) -> dict[str, object]:
    """What a table made of another says of itself: the population, codes and date of that one, and its own."""
    kept = {key: about[key] for key in CARRIED if key in about}
    said = tuple(dict.fromkeys([*tuple(about.get("warnings", ()))[:FIRST], *warnings]))
    return {"privacy": "confidential", **kept, "kind": "decision", "warnings": said, **own}
