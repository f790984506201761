"""Curves: survival in steps, incidence of competing ends, a published band behind, a second view beside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference as code_lists
from coopeval.errors import DataError
from coopeval.figures.panels import Time, grid, lone
from coopeval.figures.picture import Picture, described, picture
from coopeval.figures.reading import ALL, admit, coded, estimand, is_shown, label, limits_told, missing, who
from coopeval.figures.scales import time_label
from coopeval.figures.sheet import Sheet, foot
from coopeval.figures.strokes import PUBLISHED_LOOK, Panel, Series
from coopeval.figures.theme import SOFT, STYLES, Style, style
from coopeval.uncertainty import about_of, in_reading_order
from coopeval.wording import N_, translate

TOGETHER = 4  # more groups than this get a panel each
STEPPED = ("group", "at_months", "estimate")
REMAINDER = "active"  # the share without any end: starts at one, as a survival curve does
UNDER_AXES = N_("Under each axis: number at risk.")
NOTHING = N_("Nothing can be drawn here: too few units in every group.")
EMPTY = N_("Nothing can be drawn here: the table has no figures.")
PUBLISHED = N_("Published figures")
PUBLISHED_WHO = N_("Published figures: {who}")
OURS = N_("Enterprises studied here")
PUBLISHED_FOR = N_("{label}, published")
DIAMONDS = N_("Diamonds: published figures, with the range from the lowest to the highest.")
DIFFERS = N_("The published figures define survival in their own way; compare with care.")
TO_THE_DAY = N_("Stops taken on the recorded day")
TO_THE_SEMESTER = N_("Stops known only to the semester")


def survival_steps(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """Share still active over time, one step curve per group, with bands and numbers at risk.

    Up to four groups share one panel, with labels at the ends of the curves; more get a small panel each. Curves
    start at 1 and end where the released series ends.

    Parameters
    ----------
    released
        What `disclosure.gate` made of `survival.curve`.
    lang
        nl, fr or en.
    title, alt
        English sentences (msgids): what the figure shows; what there is to see in it.

    Returns
    -------
    A picture: PNG in a notebook, SVG in the report.

    Raises
    ------
    DisclosureError
        A table that the gate has not released, or that was changed since.
    ParameterError
        No title, no alternative text, or another language.
    DataError
        A column is missing.
    """
    admit({"released": released}, STEPPED, lang, title=title, alt=alt)
    spec = described("survival_steps", {"released": released}, title, alt)
    every = _series(released, lang)
    together = len(every) <= TOGETHER
    panels = [Panel("", _looks(every))] if together and every else [_alone(one, STYLES[0]) for one in every]
    return _page(spec, {"released": released}, panels, lang)


def incidence(released: pd.DataFrame, lang: str, *, title: str | None = None, alt: str | None = None) -> Picture:
    """Share that has ended over time, by cause; one panel per group.

    Parameters, result and refusals as in `survival_steps`; the table is what the gate made of
    `competing.incidence`. The row `active`, where there is one, is the share without any end.
    """
    admit({"released": released}, (*STEPPED, "cause"), lang, title=title, alt=alt)
    spec = described("incidence", {"released": released}, title, alt)
    panels = []
    shown = in_reading_order(released[is_shown(released)])
    looks = _looks_of_causes(shown["cause"].unique())
    for group, rows in shown.groupby("group", sort=False):
        curves = [
            Series(coded("causes", cause, lang), looks[cause], part.sort_values("at_months"),
                   1.0 if cause == REMAINDER else 0.0)
            for cause, part in rows.groupby("cause", sort=False)
        ]  # fmt: skip
        name = "" if group == ALL and released["group"].nunique() == 1 else label(group, released, lang)
        panels.append(Panel(name, curves, n=_n(rows), one_risk_row=True))
    return _page(spec, {"released": released}, panels, lang)


def band(
    released: pd.DataFrame, lang: str, *, reference: pd.DataFrame, title: str | None = None, alt: str | None = None,
    caveat: str = DIFFERS,
) -> Picture:  # fmt: skip
    """Our curve before published figures: diamonds with the range of their editions, never joined.

    Parameters as in `survival_steps`, and

    reference
        Released table of published figures: `at_months`, `estimate`, `low`, `high`; several `group`s if need be.
    caveat
        English sentence said under the figure and at the end of its description: how the definitions differ.
    """
    tables = {"released": released, "reference": reference}
    admit(tables, STEPPED, lang, title=title, alt=alt)
    spec = described("band", tables, title, alt, caveat=caveat)
    theirs = [
        Series(_published_label(one, reference, lang), PUBLISHED_LOOK, one.rows) for one in _series(reference, lang)
    ]
    every = _everybody(_series(released, lang), lang)
    if len(every) <= TOGETHER:
        panels = [Panel("", _looks(every, named=bool(theirs)), theirs)] if every else []
    else:
        panels = [_alone(one, STYLES[0], theirs) for one in every]
    return _page(spec, tables, panels, lang, caveat=caveat)


def beside(
    released: pd.DataFrame, lang: str, *, other: pd.DataFrame, title: str | None = None, alt: str | None = None,
    labels: tuple[str, str] | None = None,
) -> Picture:  # fmt: skip
    """Two curves of the same units: ends known to the semester only, beside the naive one.

    Parameters as in `survival_steps`, and

    other
        The released table to lay beside; drawn group by group with `released`.
    labels
        English names (msgids) of the two views; without them, what their methods say.
    """
    tables = {"released": released, "other": other}
    admit(tables, STEPPED, lang, title=title, alt=alt)
    words = tuple(labels or (_view(released), _view(other)))
    spec = described("beside", tables, title, alt, labels=list(words) if labels else None)
    names = [translate(word, lang) for word in words]
    ours, theirs = ({one.rows["group"].iloc[0]: one for one in _series(table, lang)} for table in (released, other))
    panels = []
    for group in dict.fromkeys([*ours, *theirs]):
        pairs = zip((ours, theirs), names, STYLES, strict=False)
        curves = [Series(name, look, view[group].rows) for view, name, look in pairs if group in view]
        alone = len({*ours, *theirs}) == 1
        panels.append(Panel("" if alone else label(group, released, lang), curves, n=_n(curves[0].rows)))
    return _page(spec, tables, panels, lang)


def _series(table: pd.DataFrame, lang: str) -> list[Series]:
    """One series per group that has something to show, in reading order."""
    shown = in_reading_order(table[is_shown(table) & table["at_months"].notna()])
    if "cause" not in shown and shown.duplicated(["group", "at_months"]).any():
        raise DataError(f'"{table.attrs["released"]["name"]}" has two rows for one group and month. Show one of them.')
    return [
        Series(label(group, table, lang), STYLES[0], rows.sort_values("at_months"))
        for group, rows in shown.groupby("group", sort=False)
    ]


def _looks(every: list[Series], named: bool = False) -> list[Series]:
    """Each series with its own signs; a curve of everybody alone needs no label."""
    lonely = len(every) == 1 and every[0].rows["group"].iloc[0] == ALL and not named
    return [Series("" if lonely else one.label, style(i), one.rows) for i, one in enumerate(every)]


def _everybody(every: list[Series], lang: str) -> list[Series]:
    """Beside figures of others, a curve of everybody says that it is ours."""
    if len(every) != 1 or every[0].rows["group"].iloc[0] != ALL:
        return every
    return [Series(translate(OURS, lang), every[0].look, every[0].rows)]


def _alone(one: Series, look, theirs: list[Series] = ()) -> Panel:
    return Panel(one.label, [Series(one.label, look, one.rows)], list(theirs), _n(one.rows))


def _n(rows: pd.DataFrame) -> float:
    return float(rows["n"].max()) if "n" in rows else float("nan")


def _rank(cause: str) -> int:
    """The place of a cause in its code list, so that it looks the same in every figure."""
    known = list(code_lists.labels("causes", "en"))
    return known.index(cause) if cause in known else len(known)


def _looks_of_causes(causes) -> dict[str, Style]:
    """Each cause as it looks everywhere, unless two of them would look alike: then by their order."""
    ordered = sorted(causes, key=lambda cause: (_rank(cause), cause))
    looks = {cause: style(_rank(cause)) for cause in ordered}
    if len(set(looks.values())) == len(looks):
        return looks
    return {cause: style(place) for place, cause in enumerate(ordered)}


def _published_label(one: Series, reference: pd.DataFrame, lang: str) -> str:
    if one.rows["group"].iloc[0] == ALL:
        return translate(PUBLISHED, lang)
    return translate(PUBLISHED_FOR, lang).format(label=one.label)


def _view(table: pd.DataFrame) -> str:
    method = str(about_of(table)["method"]).lower()
    return TO_THE_SEMESTER if "turnbull" in method or "six-month" in method else TO_THE_DAY


def _page(spec: dict, tables: dict[str, pd.DataFrame], panels: list[Panel], lang: str, caveat: str = "") -> Picture:
    """Marks, title, panels and notes, whatever the kind of curve."""
    first = tables["released"]
    sheet = start(spec, tables, lang)
    if panels:
        last = max(panel.last for panel in panels)
        time = Time(last, time_label(first, last, lang), lang)
        sheet.text(estimand(first, lang), color=SOFT, after=4)
        _lay(sheet, spec["figure"], panels, time)
    else:
        sheet.text(nothing(first, lang), after=6)
    notes = [line for table in tables.values() for line in missing(table, lang, ["cause"] if "cause" in table else ())]
    notes += [translate(UNDER_AXES, lang)] if _in_grid(spec["figure"], panels) and "at_risk" in first else []
    notes += limits_told(first, lang)
    if "reference" in tables:
        theirs = who(tables["reference"], lang)
        notes += [translate(DIAMONDS, lang), *([translate(PUBLISHED_WHO, lang).format(who=theirs)] if theirs else [])]
    said = translate(caveat, lang) if caveat else ""
    foot(sheet, [*dict.fromkeys([*notes, *([said] if said else []), who(first, lang)])])
    return picture(sheet, spec, lang, said)


def _in_grid(figure: str, panels: list[Panel]) -> bool:
    """Whether the panels are small ones in a grid; two of causes still have room for labels of their own."""
    return len(panels) > (2 if figure == "incidence" else 1)


def _lay(sheet: Sheet, figure: str, panels: list[Panel], time: Time) -> None:
    if not _in_grid(figure, panels):
        for panel in panels:
            lone(sheet, panel, time)
        return
    shared = {one.label: one for panel in panels for one in [*panel.series, *panel.published]}
    if figure in ("survival_steps", "band"):  # one curve of ours in each panel: its title names it
        shared = {name: one for name, one in shared.items() if one.look == PUBLISHED_LOOK}
    grid(sheet, panels, time, list(shared.values()))


def start(spec: dict, tables: dict[str, pd.DataFrame], lang: str) -> Sheet:
    """A page with its marks and its title."""
    sheet = Sheet()
    synthetic = any(bool(about_of(table)["is_synthetic"]) for table in tables.values())
    internal = any(table.attrs["released"]["audience"] == "internal" for table in tables.values())
    sheet.head(translate(str(spec["title"]), lang), [synthetic, internal], lang)
    return sheet


def nothing(table: pd.DataFrame, lang: str) -> str:
    """The sentence that stands where nothing may be drawn."""
    withheld = "hidden" in table and len(table) and bool(np.all(table["hidden"].astype(bool)))
    return translate(NOTHING if withheld else EMPTY, lang)
