"""The release ledger: written only around the switch, whole whatever happens, and remembered by later periods."""

import json
import os
import re
import shutil
import signal
import stat
from dataclasses import replace
from functools import cache

import nbformat
import pandas as pd
import published
import pytest
from standin import CODE, PARAMETERS, Auditor, build, dataset, execute_here, notebook, write_notebooks
from typer.testing import CliRunner

from coopeval import provenance, runs, tables
from coopeval.cli.door import app
from coopeval.errors import DisclosureError, ParameterError
from coopeval.provenance import ledger
from coopeval.provenance.digests import ROOT
from coopeval.runs.ledger import Ledger, edition_of
from coopeval.runs.place import Place
from coopeval.runs.steps import READ
from coopeval.tables.settings import parsed

CONTACT = '[contact]\nname = "Evaluation desk"\nemail = "desk@example.org"\n'
OTHER = CODE.replace("[level, 0.5]", "[level, 0.6]")
GATED = """\
import pandas as pd
from coopeval import disclosure, provenance, uncertainty
sizes = {{"2025S1": [3, 2, 20], "2025S2": [14, 25, 20], "2026S1": [30, 45, 20]}}[semester]
frame = pd.DataFrame({{"group": ["2022", "2023", "2024"], "estimate": sizes, "n": float(sum(sizes))}})
counts = uncertainty.estimates(frame.astype({{"estimate": float}}), kind="count", unit="projects", as_of=semester)
made = disclosure.gate(counts, "{makes}", audience)"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Makes a report of a period: `desk("2025S2")`."""
    notebooks = write_notebooks(tmp_path / "notebooks")
    (tmp_path / "delivery").mkdir()
    (tmp_path / "delivery" / "structures.csv").write_text("structure_id\nS0\n")
    monkeypatch.setattr(runs.chapters, "execute_all", execute_here)
    monkeypatch.setattr(runs.auditing, "auditor", lambda: make.auditor)
    # the library stays as it is meanwhile; reading it again takes time
    monkeypatch.setattr(provenance.digests, "library_digest", _library)
    monkeypatch.setattr(runs.steps, "area_of", cache(provenance.digests.area_of))
    monkeypatch.setattr(runs.finishing, "_holds", lambda *_: None)  # the checks of verify have tests of their own
    options = runs.Options(out=tmp_path / "reports", notebooks=notebooks)
    said = []

    def make(semester="2026S1", data=None, builder=build, **others):
        said.clear()
        monkeypatch.setattr(tables, "read", lambda _: dataset() if data is None else data)
        listen = lambda msgid, **values: said.append(msgid.format(**values))  # noqa: E731
        return runs.run(tmp_path / "delivery", semester, builder, replace(options, **others), listen)

    make.auditor = Auditor()
    make.out, make.notebooks, make.said = tmp_path / "reports", notebooks, said
    make.ledger = tmp_path / "reports" / "private" / "ledger.csv"
    return make


@cache
def _library():
    return provenance.digests.digest_of_all([("library", b"as it is")])


def real(n=1, settings=CONTACT):
    made = dataset(is_synthetic=False, n=n)
    return type(made)(dict(made), {**made.about, "settings": parsed(settings)[0]})


def held(desk):
    """Period, state and table of each line that tells of a table."""
    lines = ledger.read(desk.ledger)
    first = lines[lines["row"] == "0"]
    return sorted(zip(first["period"], first["state"], first["table"], strict=True))


def test_every_released_row_stands_in_the_ledger_for_its_owner_alone(desk):
    desk("2026S1")
    lines = ledger.read(desk.ledger)
    made = provenance.released(desk.out / "2026S1" / "results")
    assert held(desk) == [("2026S1", "published", name) for name in sorted(made)]
    assert (lines["row"] != "0").sum() == sum(map(len, made.values()))
    again = ledger.tables_of(lines)
    assert {name: table.attrs["released"] for name, table in again.items()} == {
        name: table.attrs["released"] for name, table in made.items()
    }
    for name, table in made.items():
        pd.testing.assert_frame_equal(again[name], table, check_dtype=False)
    assert stat.S_IMODE(desk.ledger.stat().st_mode) == 0o600
    assert stat.S_IMODE(desk.ledger.parent.stat().st_mode) == 0o700


def test_a_run_reads_what_was_published_before_it_and_never_itself_or_what_came_later(desk, monkeypatch):
    seen = []

    def looking(*arguments):
        path = os.environ.get(ledger.LEDGER)
        seen.append(sorted(set(ledger.read(path)["period"])) if path else [])
        yield from execute_here(*arguments)

    desk("2025S2")
    desk("2026S1")
    monkeypatch.setattr(runs.chapters, "execute_all", looking)
    nbformat.write(notebook("first_shares", OTHER), desk.notebooks / "10_first.ipynb")
    for semester in ("2025S1", "2025S2", "2026S1"):
        desk(semester)
    assert seen == [[], ["2025S1"], ["2025S1", "2025S2"]]
    assert ledger.LEDGER not in os.environ and not list((desk.out / ".cache").glob(".told*"))


@pytest.mark.promise("P1")
def test_a_past_year_withheld_once_is_withheld_in_the_sites_of_all_later_semesters(desk, monkeypatch):
    nbformat.write(notebook("first_shares", GATED), desk.notebooks / "10_first.ipynb")
    for semester in ("2025S1", "2025S2", "2026S1"):
        desk(semester)
        shown = provenance.released(desk.out / semester / "results")["first_shares"]
        assert shown["hidden"].tolist() == [True, True, False]
        for lang in ("nl", "fr", "en"):
            assert (
                '"first_shares": [NaN, NaN, 20.0]' in (desk.out / semester / "site" / lang / "index.html").read_text()
            )
    monkeypatch.setattr(ledger, "remembered", lambda name: [])  # without the memory this check fails
    (desk.notebooks / "10_first.ipynb").write_text(
        (desk.notebooks / "10_first.ipynb").read_text().replace("import pandas as pd", "import pandas as pd # again")
    )
    desk("2026S1")
    assert not provenance.released(desk.out / "2026S1" / "results")["first_shares"]["hidden"].any()


def test_what_was_published_before_is_part_of_what_decides_a_step(desk):
    desk("2026S1")
    desk("2026S1")
    assert not [line for line in desk.said if "done" in line]
    desk("2025S2")
    desk("2026S1")
    assert len([line for line in desk.said if "done" in line]) == 2
    assert "The gate remembers what was published of 2025S2." in desk.said


@pytest.mark.promise("P1")
@pytest.mark.parametrize("hides", [(), [("first_shares", "=1+1")]])
def test_a_revision_runs_what_it_concerns_and_what_was_not_told_as_it_was_made(desk, monkeypatch, hides):
    """The first notebook looks at no table; where the audit hid a row of it, its gate has to know of that."""

    def noting(*arguments):
        for task in execute_here(*arguments):
            (task.folder / READ).write_text("" if task.name == "10_first" else "structures\n")
            yield task

    monkeypatch.setattr(runs.chapters, "execute_all", noting)
    desk.auditor = Auditor(hides=hides)
    desk(data=dataset(n=1))
    desk(data=dataset(n=2), revise="a late register file")
    done = [line.split(":")[0] for line in desk.said if "done" in line]
    assert done == (["10_first", "20_second"] if hides else ["20_second"])
    desk(data=dataset(n=2))
    assert not [line for line in desk.said if "done" in line]


@pytest.mark.promise("P1", "P7")
def test_a_run_that_fails_leaves_the_ledger_as_it_was(desk):
    def refuse(folder, languages):
        raise ParameterError("no site")

    desk("2025S2")
    before = desk.ledger.read_bytes()
    with pytest.raises(ParameterError):
        desk("2026S1", builder=refuse)
    assert desk.ledger.read_bytes() == before


@pytest.mark.promise("P1", "P7")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_the_switch_no_published_page_is_without_its_lines(desk, moment):
    desk("2025S2")
    child = os.fork()
    if not child:
        _run_and_die(desk, moment)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    stands = (desk.out / "2026S1").exists()
    assert stands == (moment == "after")
    assert [line[1] for line in held(desk) if line[0] == "2026S1"] == ["pending", "pending"]
    desk("2025S1")  # whoever comes next settles what was left
    assert [line[1] for line in held(desk) if line[0] == "2026S1"] == (["published"] * 2 if stands else [])
    desk("2026S1")
    assert {line[1] for line in held(desk)} == {"published"} and len(held(desk)) == 6


def _run_and_die(desk, moment):
    """A run that is killed at the switch; never comes back."""
    switch = Place.publish

    def killed(self, folder):
        if moment == "after":
            switch(self, folder)
        os.kill(os.getpid(), signal.SIGKILL)

    try:
        Place.publish = killed
        desk("2026S1")
    finally:
        os._exit(1)


@pytest.mark.promise("P1", "P8")
def test_code_that_changes_meanwhile_stops_the_run_and_never_loses_lines(desk, monkeypatch):
    def meanwhile(*arguments):
        yield from execute_here(*arguments)
        monkeypatch.setattr(provenance.digests, "library_digest", lambda: "0" * 64)

    with monkeypatch.context() as patch:
        patch.setattr(runs.chapters, "execute_all", meanwhile)
        with pytest.raises(ParameterError, match="The code changed while"):
            desk("2026S1")
        monkeypatch.setattr(provenance.digests, "library_digest", _library)
        with pytest.raises(ParameterError, match="The code changed while"):
            desk("2026S1", audience="internal")
    assert not (desk.out / "2026S1").exists() and not held(desk)

    def late(folder, languages):
        monkeypatch.setattr(provenance.digests, "library_digest", lambda: "1" * 64)
        return build(folder, languages)

    desk("2026S1", builder=late)
    assert [line[1] for line in held(desk)] == ["published", "published"]


def test_another_edition_of_made_up_data_takes_the_place_of_the_one_before(desk):
    desk()
    nbformat.write(notebook("first_shares", OTHER), desk.notebooks / "10_first.ipynb")
    desk()
    assert {line[1] for line in held(desk)} == {"published"} and len(held(desk)) == 2


@pytest.mark.promise("P1")
def test_a_revised_edition_keeps_the_one_readers_already_have(desk):
    desk(data=dataset(n=1))
    desk(data=dataset(n=2), revise="a late register file")
    assert sorted(line[1] for line in held(desk)) == ["published"] * 2 + ["superseded"] * 2
    desk(data=dataset(n=2))
    assert sorted(line[1] for line in held(desk)) == ["published"] * 2 + ["superseded"] * 2
    record = runs.report_of(desk.out, "2026S1").record
    assert record["revised_because"] == "a late register file", "a rerun goes on printing the reason"


@pytest.mark.promise("P1")
def test_other_figures_of_real_data_need_a_reason_even_from_the_same_delivery(desk):
    desk(data=real())
    nbformat.write(notebook("first_shares", OTHER), desk.notebooks / "10_first.ipynb")
    with pytest.raises(ParameterError, match=r"other figures \(first_shares\).*--revise"):
        desk(data=real())
    desk(data=real(), revise="a corrected rule")
    assert sorted(line[1] for line in held(desk)) == ["published"] * 2 + ["superseded"] * 2


def test_real_and_made_up_data_never_remember_each_other(desk):
    desk("2025S2")
    desk("2026S1", data=real())
    assert not [line for line in desk.said if "remembers" in line]


def test_real_data_with_everything_in_place_make_a_site(desk):
    outcome = desk(data=real())
    assert outcome.is_public and outcome.path == desk.out / "2026S1" / "site"
    record = runs.report_of(desk.out, "2026S1").record
    assert record["is_synthetic"] is False
    assert record["settings"]["contact"] == {"name": "Evaluation desk", "email": "desk@example.org"}


@pytest.mark.promise("P1")
@pytest.mark.parametrize("damage", ["cell", "line", "heading", "bytes"])
def test_a_ledger_that_was_changed_stops_the_run_with_what_to_do(desk, damage):
    desk("2025S2")
    text = desk.ledger.read_text()
    changed = {
        "cell": text.replace("False,\n", "True,\n", 1),
        "line": "".join(text.splitlines(True)[:-1]),
        "heading": text.replace("structure,", "structures,", 1),
        "bytes": "\x00" + text[: len(text) // 2],
    }[damage]
    assert changed != text
    desk.ledger.write_text(changed)
    with pytest.raises(ledger.LedgerError, match="cannot be trusted.*backup.*ledger rebuild") as refused:
        desk("2026S1")
    assert refused.value.exit_code == 2 and not (desk.out / "2026S1").exists()
    assert desk.ledger.read_text() == changed, "it is never silently started anew"


@pytest.mark.promise("P1")
def test_a_ledger_that_is_gone_is_missed_and_made_again_from_the_reports_on_request(desk):
    desk("2025S2", data=real())
    whole = desk.ledger.read_bytes()
    desk.ledger.unlink()
    with pytest.raises(ledger.LedgerError, match="2025S2 stands published.*private/ledger.csv.*ledger rebuild"):
        desk("2026S1", data=real())
    assert Ledger(desk.out).rebuild() == 1
    assert desk.ledger.read_bytes() == whole
    desk("2026S1", data=real())
    assert "The gate remembers what was published of 2025S2." in desk.said


def test_the_ledger_of_made_up_data_is_completed_without_asking(desk):
    desk("2025S2")
    desk.ledger.unlink()
    desk("2026S1")
    assert any("completed from the reports of synthetic data" in line for line in desk.said)
    assert {line[0] for line in held(desk)} == {"2025S2", "2026S1"}


@pytest.mark.promise("P1", "P7")
def test_two_periods_made_at_once_are_not_published_without_knowing_of_each_other(desk):
    def meanwhile(folder, languages):
        desk("2025S2")
        return build(folder, languages)

    with pytest.raises(ParameterError, match="Another period was published while"):
        desk("2026S1", builder=meanwhile)
    assert {line[0] for line in held(desk)} == {"2025S2"} and not (desk.out / "2026S1").exists()
    desk("2026S1")


def test_an_edition_follows_code_data_and_settings_and_not_the_languages(desk):
    desk(languages=("en",))
    first = edition_of(runs.report_of(desk.out, "2026S1").record)
    desk(languages=("nl", "fr"))
    assert edition_of(runs.report_of(desk.out, "2026S1").record) == first
    desk(data=dataset(n=2), revise="late")
    assert edition_of(runs.report_of(desk.out, "2026S1").record) != first


def test_the_audit_takes_old_and_new_together_and_looks_ahead_before_the_switch(desk):
    desk("2025S2")
    desk("2026S1")
    nbformat.write(notebook("first_shares", OTHER), desk.notebooks / "10_first.ipynb")
    desk.auditor.seen.clear()
    desk("2025S2")
    assert desk.auditor.seen == [("protect", "2025S2", []), ("findings", "2025S2", ["2026S1"])]
    desk("2026S1")
    assert desk.auditor.seen[2:] == [("protect", "2026S1", ["2025S2"]), ("findings", "2026S1", ["2025S2"])]


@pytest.mark.promise("P1", "P2")
def test_what_the_audit_hides_is_hidden_in_results_pages_and_ledger(desk):
    desk.auditor = Auditor(hides=[("first_shares", "=1+1")])
    desk()
    table = provenance.released(desk.out / "2026S1" / "results")["first_shares"]
    assert table["hidden"].tolist() == [False, True] and table["estimate"].isna().tolist() == [False, True]
    page = (desk.out / "2026S1" / "site" / "nl" / "index.html").read_text()
    assert '"first_shares": [0.95, NaN]' in page
    lines = ledger.read(desk.ledger)
    assert lines.loc[lines["table"] == "first_shares", "hidden"].tolist() == ["", "False", "True"]
    assert "Rows withheld besides, because others would give them away: 1." in desk.said


def test_what_a_notebook_shows_follows_the_table_that_is_published(tmp_path):
    shown = nbformat.v4.new_output("execute_result", {"text/plain": "x", provenance.results.SPEC: {"sha256": "a" * 64}})
    cells = [nbformat.v4.new_code_cell("made", outputs=[shown], id="made")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "10_first.ipynb")
    runs.auditing.name_anew(tmp_path / "10_first.ipynb", {"a" * 64: "b" * 64})
    output = nbformat.read(tmp_path / "10_first.ipynb", as_version=4).cells[0].outputs[0]
    assert output.data[provenance.results.SPEC] == {"sha256": "b" * 64}


@pytest.mark.promise("P1", "P7")
def test_an_unsafe_cell_stops_the_publication_and_the_old_site_stands(desk, monkeypatch):
    desk("2026S1")
    before = provenance.digests_of_folder(desk.out / "2026S1"), desk.ledger.read_bytes()
    nbformat.write(notebook("first_shares", OTHER), desk.notebooks / "10_first.ipynb")
    monkeypatch.setattr(runs.auditing, "STOPS_MADE_UP", True)
    desk.auditor = Auditor(unsafe=[("2026S1", "first_shares", "all", "n")])
    with pytest.raises(DisclosureError, match="1 withheld figures.*2026S1 first_shares, all: n.*settings.toml"):
        desk("2026S1")
    assert (provenance.digests_of_folder(desk.out / "2026S1"), desk.ledger.read_bytes()) == before


DECIDED = """
[[exceptions]]
table = "first_shares"
group = "all"
rule = "{rule}"
person = "A. Person"
reason = "Agreed in writing."
until = {until}
"""


@pytest.mark.promise("P1")
def test_a_named_person_may_decide_otherwise_about_one_row_and_one_rule(desk):
    desk.auditor = Auditor(unsafe=[("2026S1", "first_shares", "all", "n")])
    decided = CONTACT + DECIDED.format(rule="R5", until="2026-12-31")
    assert desk(data=real(settings=decided)).is_public
    for text in (DECIDED.format(rule="R1", until="2026-12-31"), decided.replace('"all"', '"b"')):
        with pytest.raises(DisclosureError, match="The audit stopped"):
            desk("2025S2", data=real(settings=CONTACT + text.replace(CONTACT, "")))


@pytest.mark.promise("P4")
@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("2026-12-31", "2026-06-29", "2026-06-29 < 2026-06-30"), ("first_shares", "no_table", "no_table")],
)
def test_an_exception_that_ended_or_names_no_table_stops_the_run_before_any_figure(desk, old, new, found):
    decided = CONTACT + DECIDED.format(rule="R5", until="2026-12-31").replace(old, new)
    with pytest.raises(ParameterError, match=f"Exceptions in settings.toml that do not hold: .*{found}"):
        desk(data=real(settings=decided))
    assert not desk.out.exists()


def test_settings_of_money_reach_the_notebooks_that_declare_them(desk):
    parameters = f'{PARAMETERS}\nperimeter: str = "full"  # whose costs count'
    code = CODE.replace("[level, 0.5]", '[level, 0.25 if perimeter == "cash" else 0.5]')
    nbformat.write(notebook("first_shares", code, parameters), desk.notebooks / "10_first.ipynb")
    desk(data=real(settings=f'{CONTACT}[costs]\nperimeter = "cash"\n'))
    table = provenance.released(desk.out / "2026S1" / "results")["first_shares"]
    assert table["estimate"].tolist() == [0.95, 0.25]


def test_the_page_on_publishing_shows_settings_and_commands_that_work():
    text = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.S)
    chosen, faults = parsed("".join(blocks))
    assert not faults and chosen.contact.phone and chosen.costs.perimeter == "full" and len(chosen.exceptions) == 1
    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    commands = re.findall(r"^coopeval (\w+)", text, re.M)
    assert len(commands) == 5 and set(commands) <= known


def test_the_ledger_is_told_and_made_again_on_the_command_line(desk):
    desk("2025S2")
    assert CliRunner().invoke(app, ["ledger", "--out", str(desk.out)]).stdout.startswith("2025S2  ")
    made = CliRunner().invoke(app, ["ledger", "rebuild", "--out", str(desk.out)])
    assert made.exit_code == 0 and desk.ledger.with_name("ledger-before.csv").exists()
    assert {line[0] for line in held(desk)} == {"2025S2"}
    assert CliRunner().invoke(app, ["ledger", "burn", "--out", str(desk.out)]).exit_code == 2


@pytest.mark.promise("P1", "P9")
def test_a_whole_report_of_data_not_marked_synthetic(extent, tmp_path):
    """The demo delivery without its mark: what a public body would get, settings, audit and all."""
    extent.left_out("the whole report of data that are not marked synthetic")
    if not extent.is_full:
        pytest.skip("one whole report; make audit makes it")
    delivery = shutil.copytree(ROOT / "data" / "demo", tmp_path / "delivery")
    about = json.loads((delivery / "datapackage.json").read_text())
    (delivery / "datapackage.json").write_text(json.dumps({**about, "synthetic": False}))
    made = published.made(delivery, "2026S1", tmp_path / "reports", ("nl", "fr"))
    pages = sorted((made / "site").glob("*/*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "coopeval demonstration" in text and 'class="mark"' not in text, page.name
    assert runs.verify(made).is_fine
    assert set(ledger.read(tmp_path / "reports" / "private" / "ledger.csv")["is_synthetic"]) == {"False"}
