"""The command line: quick to help, one plain sentence per failure, exit codes, three languages, clean stdout."""

import os
import subprocess
import sys
import threading
import urllib.request
from contextlib import closing

import pytest
from standin import dataset

from coopeval import runs, tables
from coopeval.cli import door, serving, talking
from coopeval.errors import CoopevalError, LockedError, ParameterError
from coopeval.provenance.digests import ROOT

HEAVY = ("pandas", "numpy", "matplotlib", "lifelines", "statsmodels", "papermill", "nbformat", "rich")


def coopeval(*arguments, cwd=ROOT, **environment):
    kept = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LC_MESSAGES", "COOPEVAL_LANG")}
    return subprocess.run(
        [sys.executable, "-m", "coopeval", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "LANG": "C.UTF-8", **environment},
    )


def test_help_loads_nothing_heavy():
    code = """
import sys
from coopeval.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, cwd=ROOT, env={**os.environ}
    )
    assert "Usage: coopeval" in done.stdout
    assert not {module.split(".")[0] for module in done.stderr.split()} & set(HEAVY)


def test_every_command_has_help_with_an_example(called):
    for name in (command.callback.__name__ for command in door.app.registered_commands):
        code, out, _ = called(name, "--help")
        assert code == 0 and f"Example: coopeval {name}" in out


def test_only_commands_that_work_are_there():
    there = ["demo", "check", "pseudonymise", "run", "annual", "compare", "explain", "ledger", "verify", "status",
             "serve", "template", "lab", "new", "doctor"]  # fmt: skip
    assert [c.callback.__name__ for c in door.app.registered_commands] == there


def test_an_unknown_option_is_refused_with_exit_code_2():
    done = coopeval("run", "--data", "data/demo", "--semester", "2026S1", "--colour", "red")
    assert done.returncode == 2 and "--colour" in done.stderr and done.stdout == ""


def test_check_says_all_faults_on_stdout_and_keeps_them_in_a_file(called, tmp_path):
    (tmp_path / "delivery").mkdir()
    code, out, err = called("check", tmp_path / "delivery")
    assert code == 2
    assert {"structures", "projects", "enterprises"} <= set(out.replace(".csv", " ").split())
    assert "faults.csv" in err and "faults.csv" not in out
    assert (tmp_path / "faults.csv").read_text().startswith("code,severity,table")


def test_a_refused_run_writes_nothing_but_the_faults(called, tmp_path):
    (tmp_path / "delivery").mkdir()
    code, out, err = called(
        "run", "--data", tmp_path / "delivery", "--semester", "2026S1", "--out", tmp_path / "reports"
    )
    assert (code, out) == (2, "")
    assert "E-FILE-02" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery", "faults.csv"]


def test_a_run_on_what_is_not_there_is_refused_by_name(called, tmp_path):
    words = ("run", "--data", tmp_path / "nothing.xlsx", "--semester", "2026S1", "--out", tmp_path / "reports")
    code, out, err = called(*words)
    assert (code, out) == (2, "") and "E-FILE-01 nothing.xlsx: " in err


def test_a_refused_parameter_is_one_plain_sentence(called, tmp_path):
    code, out, err = called("run", "--data", tmp_path, "--semester", "2026-S1")
    assert (code, out) == (2, "")
    assert err == '"2026-S1" is not a semester. Write the year, S and the half, for instance 2026S1.\n'
    assert list(tmp_path.iterdir()) == []


def test_naming_no_notebook_is_no_way_to_ask_for_all(called, tmp_path):
    code, out, err = called("run", "--data", tmp_path, "--semester", "2026S1", "--only", "")
    assert (code, out) == (2, "") and "--only names no notebook" in err


@pytest.mark.parametrize(
    ("error", "code"), [(LockedError("held"), 3), (ParameterError("no"), 2), (CoopevalError("failed"), 1)]
)
def test_each_kind_of_failure_has_its_exit_code(called, monkeypatch, error, code):
    def fail(*_):
        raise error

    monkeypatch.setattr(runs, "run", fail)
    assert called("run", "--data", "x", "--semester", "2026S1") == (code, "", f"{error}\n")


def test_the_unexpected_is_a_sentence_too_and_a_traceback_only_on_request(called, monkeypatch):
    def fail(*_):
        raise KeyError("odd")

    monkeypatch.setattr(runs, "run", fail)
    code, out, err = called("run", "--data", "x", "--semester", "2026S1")
    assert (code, out) == (1, "") and "odd" in err and "Traceback" not in err and err.count("\n") == 1
    monkeypatch.setenv("COOPEVAL_DEBUG", "1")
    with pytest.raises(KeyError):
        called("run", "--data", "x", "--semester", "2026S1")


def test_an_interruption_says_what_readers_see(called, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "run", stop)
    code, out, err = called("run", "--data", "x", "--semester", "2026S1")
    assert (code, out) == (130, "") and "last report that was finished" in err


def test_a_run_answers_with_the_place_of_the_site_alone(called, monkeypatch, tmp_path):
    seen = {}

    def run(data, semester, build, options, say):
        seen.update(data=str(data), semester=semester, options=options)
        say("{notebook}: done ({done} of {total}).", notebook="10_first", done=1, total=1)
        return runs.Outcome(tmp_path / "site", True, ())

    monkeypatch.setattr(runs, "run", run)
    options = ["--lang", "nl,en", "--only", "10_first", "--jobs", 2, "--audience", "internal"]
    assert called("run", "--data", "data/demo", "--semester", "2026S1", *options) == (
        0,
        f"{tmp_path / 'site'}\n",
        "10_first: done (1 of 1).\n",
    )
    options = seen["options"]
    assert (seen["data"], seen["semester"]) == ("data/demo", "2026S1")
    assert (options.languages, options.only, options.jobs) == (("nl", "en"), ("10_first",), 2)
    assert (options.audience, options.revise) == ("internal", None)


def test_a_year_is_made_as_a_semester_is(called, monkeypatch, tmp_path):
    seen = {}

    def annual(data, year, build, options, say):
        seen.update(data=str(data), year=year, options=options)
        return runs.Outcome(tmp_path / "site", True, ())

    monkeypatch.setattr(runs, "annual", annual)
    options = ["--lang", "fr", "--revise", "a late file", "--jobs", 3]
    assert called("annual", "--data", "data/demo", "--year", "2025", *options) == (0, f"{tmp_path / 'site'}\n", "")
    assert (seen["data"], seen["year"], seen["options"].revise) == ("data/demo", "2025", "a late file")
    assert (seen["options"].languages, seen["options"].jobs) == (("fr",), 3)


def test_what_is_no_year_is_one_plain_sentence_in_the_language_of_the_user(called, monkeypatch, tmp_path):
    monkeypatch.setenv("COOPEVAL_LANG", "nl")
    code, out, err = called("annual", "--data", tmp_path, "--year", "2025S2")
    assert (code, out) == (2, "")
    assert err == '"2025S2" is geen jaar. Schrijf vier cijfers, bijvoorbeeld 2025.\n'


def test_periods_that_were_not_run_are_refused_and_those_that_were_are_named(called, tmp_path):
    code, out, err = called("compare", "2025S2", "2026S1", "--out", tmp_path)
    assert (code, out) == (2, "") and "No period was run" in err and "coopeval run" in err
    code, out, err = called("explain", "enterprises_created", "--semester", "2025", "--out", tmp_path)
    assert (code, out) == (2, "") and "not a semester" in err


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "nl_BE.UTF-8"}, "nl"),
        ({"LC_ALL": "fr_BE.UTF-8", "LANG": "nl_BE.UTF-8"}, "fr"),
        ({"LANG": "de_BE.UTF-8"}, "en"),
        ({"COOPEVAL_LANG": "fr", "LC_ALL": "nl_BE"}, "fr"),
    ],
)
def test_messages_come_in_the_language_of_the_user(environment, language):
    assert talking.language(environment) == language


def test_a_refusal_is_told_in_the_language_of_the_user(monkeypatch):
    monkeypatch.setenv("COOPEVAL_LANG", "nl")
    monkeypatch.setattr(talking, "translate", lambda msgid, lang: f"[{lang}] {msgid}")
    with pytest.raises(ParameterError) as caught:
        runs.checked_languages(["de"])
    assert talking.sentence(caught.value) == '[nl] "de" cannot be lang; choose one of nl, fr, en.'


@pytest.fixture
def reports(tmp_path):
    for period in ("2025S2", "2026S1"):
        (tmp_path / "reports" / period / "site").mkdir(parents=True)
        (tmp_path / "reports" / period / "site" / "index.html").write_text(period)
    (tmp_path / "reports" / "private").mkdir()
    return tmp_path / "reports"


def test_the_latest_site_is_served_unless_another_is_named(reports):
    assert serving.site_of(reports, None).parent.name == "2026S1"
    assert serving.site_of(reports, "2025S2").parent.name == "2025S2"
    with pytest.raises(ParameterError, match="no site of 2024S1.*2025S2, 2026S1"):
        serving.site_of(reports, "2024S1")
    with pytest.raises(ParameterError, match="coopeval run"):
        serving.site_of(reports / "private", None)


def test_a_site_is_served_on_this_machine_alone(reports):
    with serving.server(serving.site_of(reports, None), 0) as running:
        assert running.server_address[0] == "127.0.0.1"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        with closing(urllib.request.urlopen(f"http://127.0.0.1:{running.server_address[1]}/")) as answer:
            assert answer.read() == b"2026S1"
        running.shutdown()


def test_a_port_that_is_taken_is_a_sentence(reports):
    with serving.server(reports, 0) as running:
        port = running.server_address[1]
        with pytest.raises(CoopevalError, match=f"Port {port} is taken.*--port, for instance {port + 1}"):
            serving.server(reports, port)
    with pytest.raises(CoopevalError, match="not a port"):
        serving.server(reports, 70000)


def test_check_of_a_good_delivery_says_so(called, monkeypatch):
    monkeypatch.setattr(tables, "check", lambda data: dataset().faults if hasattr(dataset(), "faults") else [])
    assert called("check", "anything") == (0, "No faults.\n", "")
