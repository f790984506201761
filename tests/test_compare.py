"""Two periods compared, one indicator explained: news, revisions and methods apart; inside, and for the owner alone."""

import json
import stat
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import demo_data
import nbformat
import pandas as pd
import pytest
from standin import PLAN, build, execute_here, notebook, write_notebooks

from coopeval import indicators, runs, site, synthetic, tables
from coopeval.cli import door
from coopeval.errors import DataError, ParameterError
from coopeval.uncertainty import estimates, stamp

ROOT = Path(__file__).parents[1]
SHOWN = """\
import pandas as pd
from coopeval import uncertainty, provenance
frame = pd.DataFrame({{"group": ["enterprises_created", "survival_36_months"], "unit": ["enterprises", "share"],
    "n": [40.0, 90.0], "estimate": [40.0, 0.8], "low": [float("nan"), 0.7], "high": [float("nan"), 0.9],
    "note": ["", ""], "hidden": [False, False]}})
made = uncertainty.stamp(uncertainty.estimates(frame, codes="indicators", kind="indicators"), "{makes}", audience)"""
ID, JOB = "E1-000062", "J1"


class Desk:
    """Makes reports of a delivery with notebooks that take no time."""

    def __init__(self, folder: Path, patch, monitor=True):
        patch.setattr(runs.chapters, "execute_all", execute_here)
        self.out, self.patch = folder / "reports", patch
        notebooks = write_notebooks(folder / "notebooks")
        for name in ("20_second", "30_jobs"):
            (notebooks / f"{name}.ipynb").unlink()
        makes = "monitor_indicators" if monitor else "first_shares"
        (notebooks / "plan.toml").write_text(PLAN.split("[20_second]")[0].replace("first_shares", makes))
        if monitor:
            nbformat.write(notebook("monitor_indicators", SHOWN), notebooks / "10_first.ipynb")
        (folder / "delivery").mkdir()
        self.data = folder / "delivery"
        self.options = runs.Options(out=self.out, notebooks=notebooks, jobs=1)

    def make(self, semester, dataset, **options):
        self.patch.setattr(tables, "read", lambda _: dataset)
        return runs.run(self.data, semester, build, replace(self.options, **options))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Both demo deliveries, run."""
    with pytest.MonkeyPatch.context() as patch:
        desk = Desk(tmp_path_factory.mktemp("demo"), patch)
        desk.before, desk.after = demo_data.delivered("demo-2025S2"), demo_data.delivered()
        desk.make("2025S2", desk.before)
        desk.make("2026S1", desk.after)
    return desk


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return Desk(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def small():
    """A little delivery."""
    return synthetic.delivery(synthetic.world(1, 0.1, 3), "2025S2")


@pytest.fixture(scope="module")
def in_a_row():
    """Two deliveries of a little world, half a year apart."""
    world = synthetic.world(1, 0.2, 3)
    return {semester: synthetic.delivery(world, semester) for semester in ("2025S2", "2026S1")}


def no_change(*_):
    """A stand-in for the released indicators with their changes."""
    frame = pd.DataFrame({"group": ["survival_36_months"], "n": [90.0], "estimate": [0.8], "note": "", "hidden": False})
    return stamp(estimates(frame, codes="indicators", unit="share", is_synthetic=True), "monitor_indicators", "public")


@pytest.fixture
def few(monkeypatch):
    """The real indicators, but few of them: the rest only takes time."""
    monkeypatch.setattr(sys.modules["coopeval.indicators.table"], "CATALOGUE", indicators.CATALOGUE[:4])


@pytest.fixture(scope="module")
def compared(demo):
    return runs.compare(demo.out, "2025S2", "2026S1", no_change)


def test_the_two_demo_deliveries_differ_in_the_three_planted_corrections(compared):
    truth = json.loads((ROOT / "data" / "demo" / "truth.json").read_text())["corrections"]
    named = {(row.table, row.key, row.column) for row in compared.revisions.itertuples()}
    assert named == {(c["table"], *c["key"].values(), column) for c in truth for column in c["said"]}
    assert compared.n_revisions == 3 and compared.looked_closer.empty


def test_new_facts_are_counted_apart_from_revisions(demo, compared):
    news, before, after = compared.news.set_index("table")["n"], demo.before, demo.after
    assert news["jobs"] == after["jobs"]["started_on"].gt("2025-12-31").sum()
    assert news["support"] == len(after["support"]) - len(before["support"])
    assert "structures" not in news


def test_a_row_that_was_added_late_is_a_revision_and_no_news(desk, small):
    made = small
    fewer = {name: frame.iloc[1:] if name == "referrals" else frame for name, frame in made.items()}
    desk.make("2025S1", tables.from_frames(fewer, dict(made.about)))
    desk.make("2025S2", made)
    found = runs.compare(desk.out, "2025S1", "2025S2", no_change)
    assert found.revisions["change"].tolist() == ["added"]
    day = pd.Timestamp("2025-06-30")
    later = (made["referrals"]["referred_on"] > day).sum()
    assert found.news.set_index("table")["n"].get("referrals", 0) == later


def test_the_answer_names_each_revision_and_ends_with_the_place_of_the_page(demo, monkeypatch, capsys):
    monkeypatch.setattr(runs.comparing, "released_changes", no_change)
    monkeypatch.setenv("COOPEVAL_LANG", "en")
    door.app(["compare", "2025S2", "2026S1", "--out", str(demo.out)], prog_name="coopeval", standalone_mode=False)
    out = capsys.readouterr().out
    page = demo.out / "private" / "compare-2025S2-2026S1" / "index.html"
    assert out.splitlines()[-1] == str(page) and page.is_file()
    assert "INTERNAL" in out and "Synthetic data" in out and "Rows revised: 3." in out
    line = next(line for line in out.splitlines() if ID in line)
    assert line.split() == ["1", "enterprises", ID, "said", "otherwise", "legal_form", "610", "706"]
    titles = ["New facts", "Revisions of old facts", "Changes of method", "The indicators"]
    assert [line for line in out.splitlines() if line in titles] == titles


def test_the_page_is_inside_marked_and_for_the_owner_alone(demo, compared):
    told = site.comparison(compared, "en")
    page = runs.keep(compared, demo.out, told.html, site.style())
    assert page.parent.parent == demo.out / "private"
    assert {path.name for path in page.parent.iterdir()} == {
        "index.html", "style.css", "revisions.csv", "indicators.csv",
    }  # fmt: skip
    mode = lambda path: stat.S_IMODE(path.stat().st_mode)  # noqa: E731
    assert mode(page.parent.parent) == mode(page.parent) == 0o700
    assert {mode(path) for path in page.parent.iterdir()} == {0o600}
    html = page.read_text()
    assert html.index("INTERNAL") < html.index("<h1>") and "Synthetic data" in html and ID in html
    assert "<script" not in html and "http" not in html.replace("http-equiv", "")
    assert len(pd.read_csv(page.parent / "revisions.csv")) == 4
    again = runs.keep(compared, demo.out, told.html, site.style())
    assert again == page and [p.name for p in page.parent.parent.glob(".compare*")] == [".compare-2025S2-2026S1.lock"]


@pytest.mark.parametrize(("lang", "word"), [("nl", "Oude feiten herzien"), ("fr", "Révisions de faits anciens")])
def test_the_answer_is_in_the_language_asked_for(compared, lang, word):
    told = site.comparison(compared, lang)
    assert word in str(told) and word in unescape(told.html) and f'<html lang="{lang}">' in told.html
    assert "said otherwise" not in str(told)


@pytest.mark.promise("P3")
def test_words_of_the_data_are_text_on_the_page(compared):
    hostile = compared.revisions.assign(old="<script>alert(1)</script>", new="=1+1")
    told = site.comparison(replace(compared, revisions=hostile), "en")
    assert "<script" not in told.html and "&lt;script" in told.html


def test_very_many_revisions_are_told_in_part_and_kept_whole(compared):
    many = pd.concat([compared.revisions] * 80, ignore_index=True)
    told = site.comparison(replace(compared, revisions=many), "en")
    assert "first 200 lines" in str(told) and len(told.sections[1].rows) == 200


@pytest.mark.promise("P3")
def test_a_formula_in_a_download_is_disarmed(demo, compared):
    hostile = compared.revisions.assign(new="=1+1")
    page = runs.keep(replace(compared, revisions=hostile), demo.out, "", "")
    assert "'=1+1" in (page.parent / "revisions.csv").read_text()


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("2024S2", "2026S1", "2024S2 was not run.*there are 2025S2, 2026S1"),
        ("2026S1", "2025S2", "does not end before.*earlier period first"),
        ("2025S2", "2025S2", "does not end before"),
        ("2025-S2", "2026S1", "is not a period. Write a semester such as 2026S1, or a year"),
        ("2025", "2026S1", "2025 was not run"),
        ("../2025S2", "2026S1", "is not a period"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_remedy(demo, before, after, sentence):
    with pytest.raises(ParameterError, match=sentence):
        runs.compare(demo.out, before, after, no_change)


def test_made_up_data_are_not_compared_with_real_ones_and_lost_tables_are_said(desk, small):
    made = small
    desk.make("2025S1", made)
    desk.make("2025S2", tables.from_frames(dict(made), {**made.about, "is_synthetic": False}), audience="internal")
    with pytest.raises(ParameterError, match="synthetic data and the other was not"):
        runs.compare(desk.out, "2025S1", "2025S2", no_change)
    desk.make("2025S2", made)
    next((desk.out / "2025S1" / "private" / "tables").glob("jobs-*")).unlink()
    with pytest.raises(DataError, match="kept table jobs is gone"):
        runs.compare(desk.out, "2025S1", "2025S2", no_change)


def test_changes_of_method_are_said_and_are_no_revision(desk, small):
    made = small
    desk.make("2025S1", made)
    desk.make("2025S2", made)
    found = runs.compare(desk.out, "2025S1", "2025S2", no_change)
    assert found.revisions.empty and "library" not in " ".join(found.methods[1:])
    record = json.loads((desk.out / "2025S1" / "run.json").read_text())
    (desk.out / "2025S1" / "run.json").write_text(json.dumps({**record, "lock": "another"}))
    found = runs.compare(desk.out, "2025S1", "2025S2", no_change)
    assert "The versions of the libraries beneath are others now." in found.methods
    assert "others now" in str(site.comparison(found, "en"))


def test_the_causes_add_up_to_the_change_from_what_was_published(desk, few, in_a_row):
    for semester, dataset in in_a_row.items():
        desk.make(semester, dataset)
    found = runs.compare(desk.out, "2025S2", "2026S1")
    row = found.indicators.set_index("group").loc["enterprises_created"]
    assert found.is_published and row["before"] == 40.0, "as the stand-in monitor of 2025S2 shows it"
    assert row["method"] != 0, "today's code says something else than the stand-in did"
    assert row["method"] + row["revision"] + row["new_facts"] == pytest.approx(row["estimate"] - row["before"])


def test_what_was_never_published_leaves_the_change_of_method_unknown(tmp_path, monkeypatch, few, in_a_row):
    desk = Desk(tmp_path, monkeypatch, monitor=False)
    for semester, dataset in in_a_row.items():
        desk.make(semester, dataset)
    found = runs.compare(desk.out, "2025S2", "2026S1")
    assert not found.is_published and found.indicators["method"].isna().all()
    assert "what another method changed is not known" in str(site.comparison(found, "en"))


def explained(desk, name, semester=None, lang="en", **options):
    return dict(runs.explain(name, desk.out, semester, lang, **options))


@pytest.fixture(scope="module")
def catalogue():
    """Two entries, as `indicators.catalogue` tells them."""
    every = ("name", "definition", "numerator", "denominator")
    words = {f"{word}_{lang}": f"the {word} ({lang})" for word in every for lang in ("nl", "fr", "en")}
    entry = {
        "id": "survival_36_months", "questions": "Q02 Q18", "chapter": "20_survival", **words, "unit": "share",
        "clock": "age", "method": "Kaplan-Meier", "privacy": "register", "eu_code": "RCR17",
        "tables": "structures, enterprises", "call": "survival.at",
    }  # fmt: skip
    return pd.DataFrame([entry, {**entry, "id": "enterprises_created", "unit": "enterprises", "eu_code": ""}])


def test_an_indicator_is_walked_back_to_question_definition_rows_source_and_code(demo, catalogue):
    said = explained(demo, "survival_36_months", catalogue=catalogue)
    assert said["Questions of the council"] == "Q02, Q18" and said["Definition"] == "the definition (en)"
    assert said["Code"].startswith("coopeval.survival.at (coopeval/survival/")
    assert said["Value in 2026S1"] == "80%, between 70% and 90%"
    assert said["EU common indicator it comes close to"] == "RCR17"
    n = len(demo.after["enterprises"])
    assert f"enterprises ({n:,})" in said["Tables, with their rows as of 30 June 2026"]
    assert said["Delivery"].startswith("coopeval-demo-2026s1, ")


def test_the_semester_asked_for_is_told_and_only_what_there_is(demo, catalogue):
    said = explained(demo, "enterprises_created", "2025S2", catalogue=catalogue)
    assert said["Value in 2025S2"] == "40" and "EU common indicator it comes close to" not in said
    assert not any(word.startswith("Value") for word in said if word != "Value in 2025S2")


def test_the_page_it_stands_on_is_named(demo, catalogue, tmp_path):
    page = demo.out / "2026S1" / "site" / "nl" / "20_survival.html"
    page.write_text("a page")
    try:
        assert explained(demo, "survival_36_months", lang="nl", catalogue=catalogue)["Pagina"] == str(page)
    finally:
        page.unlink()


def test_without_a_report_the_meaning_is_told_all_the_same(tmp_path, catalogue):
    said = dict(runs.explain("survival_36_months", tmp_path, None, "fr", catalogue))
    assert said["Définition"] == "the definition (fr)" and said["Valeur"] == "aucun semestre n’a encore été établi"
    assert said["Tables"] == "structures, enterprises"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("survival_30_months", "Did you mean survival_36_months"),
        ("Enterprises_Created", "Did you mean enterprises_created"),
        ("zzz", "There are survival_36_months, enterprises_created"),
    ],
)
def test_an_unknown_indicator_is_answered_with_near_ones(demo, catalogue, name, sentence):
    with pytest.raises(ParameterError, match=sentence):
        explained(demo, name, catalogue=catalogue)


def test_a_semester_that_was_not_run_is_refused(demo, catalogue):
    with pytest.raises(ParameterError, match="2024S1 was not run.*there are 2025S2, 2026S1"):
        explained(demo, "survival_36_months", "2024S1", catalogue=catalogue)


def test_every_indicator_of_the_catalogue_can_be_explained(tmp_path):
    every = indicators.catalogue()  # which explain makes itself where it is not given: once in each language suffices
    for lang in ("nl", "fr", "en"):
        told = {name: runs.explain(name, tmp_path, None, lang, every) for name in every["id"]}
        assert all(len(said) > 6 for said in told.values())
        assert runs.explain(every["id"].iloc[0], tmp_path, None, lang) == told[every["id"].iloc[0]]
