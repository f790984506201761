"""From gross to net: what would have come anyway, what went elsewhere, and what it took from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from coopeval import reference as listed
from coopeval.effectiveness.frames import NO_THRESHOLD, PROGRAMME, carried, checked_options, place, willing
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import about_of, estimates
from coopeval.wording import N_

LOSSES = ("deadweight", "leakage", "displacement", "substitution")
FACTORS = (*LOSSES, "multiplier")
STEPS = ("step_1_gross", *(f"step_{place}_{name}" for place, name in enumerate(FACTORS, start=2)), "step_7_net")
FACTORS_MULTIPLY = N_(
    "Each factor takes its part of what is left by the one before: factors multiply, they do not add."
)
RATES_CHOSEN = N_(
    "The rates are not measured here. Those from a guide come from programmes elsewhere; the low and high figures take "
    "all rates at their most cautious and their most generous value together."
)
ALREADY = N_(
    "The gross figure is already a difference from an alternative, so what would have come anyway is not taken off "
    "again."
)
MEMORY = N_(
    "A range that was not read at its source, or is an assumption, shows what hangs on it. It is no finding; replace "
    "it once a source has been read."
)
WHOLE = N_("what is left after each step, from gross to net")


@dataclass(frozen=True)
class Gross:
    """An effect in sum, what it cost, and whether it is a difference from an alternative already."""

    amount: float
    cost_eur: float = float("nan")
    n: float = float("nan")
    unit: str = "jobs"
    against: str = ""  # the option it was estimated against; then deadweight is in it
    about: Mapping[str, object] = field(default_factory=dict)


def gross(options: pd.DataFrame, option: str, against: str | None = None) -> Gross:
    """The effect of one option in sum over its projects: as seen, or more than under another option.

    Parameters
    ----------
    options
        What `options` returns: per option `n` projects, mean `cost_eur` and mean `effect`.
    option
        Whose effect.
    against
        The option it is set against; without it the effect is gross.

    Returns
    -------
    `Gross`; its amount is nan where effect or number of projects are not known, and tables made of it say so.

    Raises
    ------
    ParameterError
        An option that does not exist.
    """
    frame = checked_options(options)
    names = tuple(frame["option"])
    if option == PROGRAMME and option not in names:
        return Gross(np.nan, n=0.0, unit=str(options.attrs.get("effect_unit", "plain")), about=about_of(options))
    own = frame.loc[place(option, names)]
    cost, effect = float(own["cost_eur"]), float(own["effect"])
    if against is not None:
        other = frame.loc[place(against, names)]
        cost, effect = cost - float(other["cost_eur"]), effect - float(other["effect"])
    about = about_of(options)
    unit = str(options.attrs.get("effect_unit", "plain"))
    return Gross(float(own["n"]) * effect, float(own["n"]) * cost, float(own["n"]), unit, against or "", about)


def published_rates() -> pd.DataFrame:
    """Rates of additionality with their source: `rate_id`, `factor`, `low`, `central`, `high`, `verified`, `source`.

    Shares between 0 and 1, multipliers as they are. `verified` says whether the figure was read at its source.
    """
    return listed.additionality()


def rates(**chosen: str) -> dict[str, tuple[float, float, float]]:
    """Ranges by their name in data/reference/additionality.csv: factor -> (low, central, high).

    Nothing is chosen for you: each factor is named with the row that gives its range.

    Raises
    ------
    ParameterError
        No factor, or a row that does not exist or is about another factor.

    >>> rates(leakage="leakage_low")["leakage"]
    (0.0, 0.1, 0.25)
    """
    known = published_rates().set_index("rate_id")
    found = {}
    for factor, name in chosen.items():
        if factor not in FACTORS or name not in known.index or known.at[name, "factor"] != factor:
            fitting = known.index[known["factor"].eq(factor)].tolist()
            raise ParameterError(f'"{name}" is no range for {factor}. The table has {", ".join(fitting) or "none"}.')
        found[factor] = tuple(float(known.at[name, end]) for end in ("low", "central", "high"))
    return found


def rates_used(**chosen: str) -> pd.DataFrame:
    """The ranges chosen as in `rates`, with where each is from.

    One row per factor.

    Returns
    -------
    Estimate table of kind "published": `group` (factor), `estimate` (central), `low`, `high`, `unit`, `verified`,
    `source`.
    """
    ranges = rates(**chosen)
    known = published_rates().set_index("rate_id").loc[list(chosen.values())]
    table = pd.DataFrame([{"group": factor, "low": low, "estimate": central, "high": high}
                          for factor, (low, central, high) in ranges.items()])  # fmt: skip
    places = [
        ", ".join(part for part in parts if part) for parts in known[["source", "published_in", "place"]].to_numpy()
    ]
    table = table.assign(
        unit=np.where(table["group"].eq("multiplier"), "ratio", "share"), verified=known["verified"].to_numpy(),
        source=places,
    )  # fmt: skip
    return estimates(
        table, kind="published", privacy="published", unit="share", codes="additionality_factors",
        method="as published", estimand=N_("ranges from gross to net, most modest to highest"), warnings=(MEMORY,),
    )  # fmt: skip


def gross_to_net(amount: float | Gross, *, deadweight, leakage, displacement, substitution, multiplier) -> pd.DataFrame:
    """Additional effect: (gross - deadweight)(1 - leakage)(1 - displacement)(1 - substitution) times the multiplier.

    One row per step.

    Parameters
    ----------
    amount
        The gross effect, a number or what `gross` returns.
    deadweight, leakage, displacement, substitution
        Shares between 0 and 1, or (low, central, high). None where it does not apply: that is said, never assumed.
        Deadweight must be None where the effect was estimated against an alternative.
    multiplier
        What each net unit brings further, or (low, central, high); 1 for nothing.

    Returns
    -------
    Estimate table of kind "decision": `group` (code list `additionality_steps`), `n`, `estimate` (what is left after
    the step), `low` and `high` (all rates most cautious, all most generous), `note` (`not_applied`).

    Raises
    ------
    ParameterError
        Deadweight of an effect that is net of it already; a rate outside its bounds or out of order.

    Source
    ------
    HCA, Additionality Guide, 4th edition (2014), chapter 5.

    >>> table = gross_to_net(50, deadweight=0.4, leakage=0, displacement=0.2, substitution=None, multiplier=1)
    >>> table.set_index("group")["estimate"].loc["step_7_net"].item()
    24.0
    """
    given = {"deadweight": deadweight, "leakage": leakage, "displacement": displacement,
             "substitution": substitution, "multiplier": multiplier}  # fmt: skip
    start = amount if isinstance(amount, Gross) else Gross(float(amount), unit="plain")
    kept = {name: _kept(name, rate, start) for name, rate in given.items()}
    left, rows = np.full(3, start.amount), [_row(STEPS[0], start, np.full(3, start.amount), "")]
    for step, (name, factors) in zip(STEPS[1:-1], kept.items(), strict=True):
        left = left * factors
        rows.append(_row(step, start, left, "not_applied" if given[name] is None else ""))
    rows.append(_row(STEPS[-1], start, left, ""))
    warnings = (FACTORS_MULTIPLY, RATES_CHOSEN, *((ALREADY,) if start.against else ()))
    return estimates(pd.DataFrame(rows), **carried(
        start.about, *warnings, unit=start.unit, codes="additionality_steps", by="",
        method="gross to net", estimand=WHOLE,
    ))  # fmt: skip


def cost_per_additional(amount: Gross):
    """A model for `tornado` and `two_way`: euro per additional unit of effect, given the factors by name.

    Empty where nothing additional is left.

    >>> cost_per_additional(Gross(50, 240_000))(deadweight=0.4, displacement=0.2)
    10000.0
    """

    def model(**factors: float) -> float:
        left = amount.amount * np.prod([_kept(name, rate, amount)[1] for name, rate in factors.items()])
        return float(amount.cost_eur / left) if left > 0 else float("nan")

    model.n, model.about = (
        amount.n,
        {**amount.about, "estimand": N_("euro per additional unit of effect"), "codes": "additionality_factors"},
    )
    return model


def break_even_deadweight(cost_eur: float, amount: float | Gross, k, kept: float = 1.0) -> pd.DataFrame:
    """The share that might have come anyway and the money still be worth it, for a range of what one unit is worth.

    One row per value of k.

    Parameters
    ----------
    cost_eur
        What it cost in sum.
    amount
        The gross effect, a number or what `gross` returns.
    k
        Willingness to pay, two values or more, in euro per unit of effect.
    kept
        The part that all other factors leave, above 0.

    Returns
    -------
    Estimate table of kind "decision": `group` ("all"), `k_eur`, `n`, `estimate` (share), `note`: `not_at_this_k` where
    even without deadweight the cost is not met.

    Raises
    ------
    ParameterError
        An effect that is net of deadweight already.
    DataError
        A gross effect that is not above zero, a cost that is negative or not known.

    >>> break_even_deadweight(300_000, 50, [5_000, 10_000])[["k_eur", "estimate", "note"]].values.tolist()
    [[5000.0, nan, 'not_at_this_k'], [10000.0, 0.4, '']]
    """
    start = amount if isinstance(amount, Gross) else Gross(float(amount), unit="plain")
    if start.against:
        raise ParameterError(_TWICE.format(against=start.against))
    worth = willing(k)
    if np.isnan(start.amount):
        table = pd.DataFrame(
            {"group": "all", "k_eur": worth, "n": start.n, "estimate": np.nan, "note": "not_estimable"}
        )
        return estimates(table, **carried(start.about, unit="share", method="break-even", codes="", by=""))
    if not start.amount > 0 or not kept > 0:
        raise DataError("The gross effect is not above zero, so no share of it can be called deadweight.")
    if not np.isfinite(cost_eur) or cost_eur < 0:
        raise DataError("The cost must be known and not negative.")
    with np.errstate(divide="ignore"):
        share = 1 - cost_eur / (worth * start.amount * kept)
    met = share >= 0
    table = pd.DataFrame({"group": "all", "k_eur": worth, "n": start.n, "estimate": np.where(met, share, np.nan),
                          "note": np.where(met, "", "not_at_this_k")})  # fmt: skip
    return estimates(table, **carried(
        start.about, NO_THRESHOLD, unit="share", method="break-even", codes="", by="",
        estimand=N_("highest share that might have come anyway at which the cost is still met"),
    ))  # fmt: skip


_TWICE = (
    'This effect was estimated against "{against}", so what would have come anyway is in it already. '
    "Leave deadweight out (None): it must not be taken off twice."
)


def _kept(name: str, rate, amount: Gross) -> np.ndarray:
    """What a factor leaves, at its most cautious, central and most generous value."""
    if rate is None:
        return np.ones(3)
    if name == "deadweight" and amount.against:
        raise ParameterError(_TWICE.format(against=amount.against))
    values = np.broadcast_to(np.asarray(rate, dtype=float), (3,)) if np.ndim(rate) == 0 else np.asarray(rate, float)
    highest = np.inf if name == "multiplier" else 1.0
    if len(values) != 3 or not np.isfinite(values).all() or np.any(np.diff(values) < 0):
        raise ParameterError(f"{name} is one number or (low, central, high), in this order; it is {rate}.")
    if values[0] < 0 or values[2] > highest:
        raise ParameterError(f"{name} must lie between 0 and {'no limit' if highest > 1 else '1'}; it is {rate}.")
    return values if name == "multiplier" else 1 - values[::-1]


def _row(step: str, start: Gross, left: np.ndarray, note: str) -> dict[str, object]:
    low, middle, high = left if start.amount >= 0 else left[::-1]
    low, high = (np.nan, np.nan) if low == high else (low, high)  # no range so far
    note = note if np.isfinite(middle) else "not_estimable"
    return {"group": step, "n": start.n, "estimate": middle, "low": low, "high": high, "note": note}
