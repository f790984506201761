"""Whoever measures a published curve finds what the table beside it says, and no stop of anyone."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import drawn
import numpy as np
import pandas as pd
import published
import pytest
import recomputed
from demo_data import delivered

from coopeval import figures, provenance, survival, wording
from coopeval.disclosure import gate
from coopeval.uncertainty import about_of, estimates, stamp

SEMESTER = "2026S1"
STEP_FIGURES = ("survival_steps", "incidence", "band", "beside")
GATHERED = {"register": 3, "confidential": 5}
AT_RISK = {"register": 5, "confidential": 10}
PERSONS = 10
GRID = 6
WITHIN = 0.002  # of a share: what three decimals of a point allow to read
YEARS = re.compile(r"\b(years|jaren|années|ans)\b")
TEXTS = {"title": "How long do the enterprises last?", "alt": "Share still active by age, with its interval."}
E7 = [2, 3, 7, 13, 13, 14, 16, 22, 26, 31, 33]  # TRUST, worked example E7: the stops of 23 enterprises ...
LEFT = [1, 1, 1, 1, 8, 17, *[40] * 6]  # ... and when the others were last seen
CHAPTERS = ("20_survival", "25_pathways_and_recognition", "30_jobs")
SOME = ("survival_by_age", "survival_by_family", "survival_by_section", "survival_since_entry", "survival_ends")
WITHOUT_WHOLE_EVENTS = {"comparison_curves", "survival_on_grid"}  # weighted ends, and ends spread over a semester
THOUSANDS = re.compile(r"(?<=\d)[\u202f\xa0 .,](?=\d{3}\b)")
FIGURE = re.compile(r"<figure.*?</figure>", re.S)


class Published:
    """A figure of steps on a page, with the tables that stand beside it."""

    def __init__(self, file: Path, texts: list[str], tables: dict[str, pd.DataFrame]):
        self.file, self.texts, self.beside = file, texts, tables  # published figures of others among them
        self.tables = {name: table for name, table in tables.items() if about_of(table)["kind"] == "curve"}
        self.curves = [one for one in drawn.curves(self.file) if one.is_curve]
        words = drawn.words(self.file)
        self.in_months = 12.0 if any(YEARS.search(word) for word in words[:-2]) else 1.0
        self.words = words

    def months(self, curve: drawn.Curve) -> np.ndarray:
        return curve.corners[:, 0] * self.in_months


@cache
def shown(lang: str) -> list[Published]:
    folder = published.report(SEMESTER)
    tables = provenance.released(folder / "results")
    found = []
    for page in sorted((folder / "site" / lang).glob("*.html")):
        for block in FIGURE.findall(page.read_text(encoding="utf-8")):
            source = re.search(r'src="([^"]+\.svg)"[^>]*?alt="([^"]*)"', block, re.S)
            names = re.findall(r"data/([a-z0-9_]+)\.csv", block)
            beside = {name: tables[name] for name in names}
            if source and any(about_of(table)["kind"] == "curve" for table in beside.values()):
                texts = [html.unescape(source[2]), *told_in_words(block)]
                found.append(Published(folder / "site" / lang / source[1], texts, beside))
    return [one for one in found if one.curves]


def read_in(extent) -> list[Published]:
    extent.left_out("figures of the pages in French and English")
    return [figure for lang in extent.of(("nl",), wording.LANGUAGES) for figure in shown(lang)]


def told_in_words(block: str) -> list[str]:
    """The long description of a figure, without the tables that stand beside it."""
    told = re.findall(r"<details.*?</details>", block, re.S)[:1]
    plain = [re.sub(r"<table.*?</table>", " ", text, flags=re.S) for text in told]
    return [html.unescape(re.sub(r"<[^>]*>", " ", text)) for text in plain]


def series_of(table: pd.DataFrame) -> list[pd.DataFrame]:
    keys = [c for c in ("group", "cause") if c in table]
    rows = table[~table["hidden"].astype(bool) & table["estimate"].notna()]
    return [part.sort_values("at_months") for _, part in rows.groupby(keys)]


def is_drawn_from(figure: Published, curve: drawn.Curve, rows: pd.DataFrame) -> bool:
    """The curve stands where the rows stand, in each month of the grid, and ends with them."""
    months = rows["at_months"].astype(float).to_numpy()
    if abs(figure.months(curve)[-1] - months[-1]) > 0.3:
        return False
    read = [curve.at(month / figure.in_months) for month in months]
    return bool(np.allclose(read, rows["estimate"].astype(float), atol=WITHIN))


@pytest.mark.promise("P1")
def test_a_drawn_curve_is_a_released_series_and_no_finer(extent):
    figures_read = read_in(extent)
    assert len(figures_read) >= 10
    for figure in figures_read:
        every = [rows for table in figure.tables.values() for rows in series_of(table)]
        for curve in figure.curves:
            assert any(is_drawn_from(figure, curve, rows) for rows in every), (figure.file.name, curve.steps())
            for month, _, after in curve.steps():
                assert (month * figure.in_months) % GRID == pytest.approx(0, abs=0.15) or abs(
                    (month * figure.in_months) % GRID - GRID
                ) < 0.15, (figure.file.name, month)
                assert round(after, 2) == pytest.approx(after, abs=WITHIN), (figure.file.name, after)
    extent.checks(sum(len(figure.curves) for figure in figures_read))


@pytest.mark.promise("P1")
def test_no_line_of_a_figure_shows_a_time_off_the_grid(extent):
    # Limits are steps too, and a tick on a curve where someone was lost from sight would be a mark of one enterprise.
    for figure in read_in(extent):
        for line in drawn.curves(figure.file):
            months = line.corners[:, 0] * figure.in_months
            assert np.abs(months / GRID - np.round(months / GRID)).max() < 0.03, (figure.file.name, months)
        for time, _ in drawn.marks(figure.file):
            assert abs(time * figure.in_months / GRID - round(time * figure.in_months / GRID)) < 0.03
        assert drawn.metadata(figure.file) == []


@pytest.mark.promise("P1", "P2")
def test_languages_draw_the_same_curves(extent):
    if not extent.is_full:
        pytest.skip("the curves of all languages are compared in make audit")
    for figure, *others in zip(*(shown(lang) for lang in wording.LANGUAGES), strict=True):
        for other in others:
            assert figure.file.name == other.file.name
            assert [c.steps() for c in figure.curves] == [c.steps() for c in other.curves]


@pytest.mark.promise("P1")
def test_texts_of_a_figure_hold_no_number_its_tables_do_not_hold(extent):
    n = 0
    for figure in read_in(extent):
        known = numbers_of(figure.beside.values()) | {31.0}  # of 31 December, the day on which jobs are counted
        for text in (*figure.texts, *figure.words):
            told = {
                float(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)[\u202f\xa0 .,](?=\d{3}\b)", "", text))
            }
            assert told <= known, (figure.file.name, text, told - known)
            n += len(told)
    extent.checks(n)


def numbers_of(tables) -> set[float]:
    """Every number that may stand in a figure: of its tables, of their date and level, and of the ticks."""
    known = {0.0, 25.0, 50.0, 75.0, 100.0, *range(0, 31)}  # ticks of shares, of years, months of a date
    for table in tables:
        said = about_of(table)
        known |= {float(part) for part in re.findall(r"\d+", str(said["as_of"]))} | {round(100 * float(said["level"]))}
        for column in {"n", "at_risk", "n_events", "at_months"} & set(table):
            known |= set(table[column].dropna().astype(float))
        for column in {"estimate", "low", "high"} & set(table):
            known |= set((100 * table[column].dropna().astype(float)).round())
            known |= set(np.floor(100 * table[column].dropna().astype(float) + 1e-9))  # 74,6% of a published figure
    return known


@cache
def exact(chapters: tuple[str, ...], wanted: tuple[str, ...]) -> dict[str, recomputed.Release]:
    return recomputed.released(recomputed.seen(delivered(), SEMESTER), SEMESTER, chapters, wanted)


@pytest.mark.promise("P1")
def test_each_published_step_stands_for_five_events_or_three_of_the_register(extent):
    chapters = extent.of(CHAPTERS[:1], CHAPTERS)
    extent.left_out("events behind all but five published curves")
    tables = {name: table for figure in shown("nl") for name, table in figure.tables.items()}
    wanted = extent.of(SOME, tuple(sorted(set(tables) - WITHOUT_WHOLE_EVENTS)))
    made, n = exact(chapters, wanted), 0
    assert len(made) >= 4
    for name, release in made.items():
        for rows in series_of(tables[name]):
            n += steps_stand_for_enough(name, rows, release.exact)
    extent.checks(n)


def steps_stand_for_enough(name: str, rows: pd.DataFrame, steps: pd.DataFrame) -> int:
    """Counts the events of the data between one shown step and the next."""
    privacy = str(about_of(steps)["privacy"])
    least = max(GATHERED[privacy], PERSONS if "n_persons" in steps else 0)
    of = [c for c in ("group", "cause") if c in rows]
    mine = steps[(steps[of] == rows[of].iloc[0]).all(axis=1)].sort_values("at_months")
    cause = rows["cause"].iloc[0] if "cause" in rows else ""
    if cause == "active":
        return 0  # one minus the others
    so_far = rows["n_events"].fillna(0)  # ended since the start, in classes of six: two changes may share a class
    changes = rows["estimate"].diff().fillna(rows["estimate"] - (0.0 if "cause" in rows else 1.0))
    moved = rows[so_far.diff().fillna(so_far).gt(0) | changes.abs().gt(1e-9)]["at_months"].tolist()
    assert not (changes.abs().gt(1e-9) & so_far.eq(0)).any(), (name, "a step without events")
    since = 0.0
    for month in moved:
        events = mine.loc[mine["at_months"].le(month) & mine["at_months"].gt(since), "n_events"].sum()
        assert events >= least - 1e-6, (name, rows[of].iloc[0].tolist(), month, events)
        since = month
    return len(moved)


@pytest.mark.promise("P1")
def test_a_curve_ends_while_enough_are_left():
    for figure in shown("nl"):
        for name, table in figure.tables.items():
            least = AT_RISK[str(about_of(table)["privacy"])]
            for rows in series_of(table):
                # 9 stands for 7 to 12, 3 for 1 to 6: the class must hold the least number
                assert rows["at_risk"].min() + 3 >= least, (name, rows["at_risk"].min())


def survival_of_23() -> pd.DataFrame:
    """E7: 23 enterprises, 11 stops; six others leave sight before month 18, so that ten are at risk there."""
    spells = pd.DataFrame({
        "enterprise_id": [f"E{i:02d}" for i in range(23)], "entry": 0.0, "exit": [float(m) for m in (*E7, *LEFT)],
        "event": [True] * 11 + [False] * 12,
    })  # fmt: skip
    curve = survival.curve(spells)
    curve.attrs["about"] = {**about_of(curve), "privacy": "confidential"}
    return curve


@pytest.mark.promise("P1")
def test_worked_example_e7_cannot_be_read_back_from_its_figure():
    picture = figures.survival_steps(gate(survival_of_23(), "example"), "en", **TEXTS)
    (curve,) = [c for c in drawn.curves(picture.svg()) if c.is_curve]
    months = 12.0 if any(YEARS.search(word) for word in drawn.words(picture.svg())) else 1.0
    (only,) = curve.steps()
    assert (only[0] * months, *only[1:]) == pytest.approx((18, 1.0, 0.6), abs=WITHIN)
    assert curve.corners[-1, 0] * months == pytest.approx(18, abs=0.01)


@pytest.mark.promise("P1")
def test_this_attack_reads_every_stop_off_a_curve_that_was_not_protected():
    steps = survival_of_23()
    raw = stamp(estimates(steps.assign(hidden=False), **about_of(steps)), "example", "public")
    picture = figures.survival_steps(raw, "en", **TEXTS)
    (curve,) = [c for c in drawn.curves(picture.svg()) if c.is_curve]
    months = 12.0 if any(YEARS.search(word) for word in drawn.words(picture.svg())) else 1.0
    assert [round(month * months) for month, _, _ in curve.steps()] == sorted(set(E7))
