"""Many reports: those of a structure one after another, those of several side by side, wherever they are made."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from coopeval import provenance
from coopeval.errors import ParameterError
from coopeval.provenance.digests import ROOT
from coopeval.runs import grid
from coopeval.runs.asking import Options
from coopeval.runs.ending import ENDS_WITH
from coopeval.runs.executors import executor_of


class Scripted(Executor):
    """Makes nothing: each report turns out as it was told to, at once, and the order is kept."""

    def __init__(self, **ends):
        self.ends, self.asked = ends, []

    def submit(self, call, cell):
        assert call is grid.make_one
        self.asked.append((cell.structure, cell.period))
        future, end = Future(), self.ends.get(f"{cell.structure}_{cell.period}", 0)
        if isinstance(end, Exception):
            future.set_exception(end)
        else:
            future.set_result(
                grid.Made(f"{cell.structure}/{cell.period}/site", end, "a notebook failed" if end else "")
            )
        return future


def cells(*structures, periods=("2025S1", "2025S2", "2026S1"), command=()):
    return [grid.Cell(one, period, tuple(command), "en") for period in periods for one in structures]


def told(executor, wanted):
    said = []
    made = [cell for cell, _ in grid.make_all(wanted, executor, lambda m, **v: said.append(m.format(**v)), lambda: 0.0)]
    return made, said


def test_semesters_from_one_to_another():
    assert grid.spanned("2022S1..2023S1") == ("2022S1", "2022S2", "2023S1")
    assert grid.spanned("2026S1") == ("2026S1",)


@pytest.mark.parametrize("words", ["2026S1..2025S1", "2026S1..", "..2026S1", "2026", "2025S1..2026S3"])
def test_what_is_no_row_of_semesters_is_refused(words):
    with pytest.raises(ParameterError):
        grid.spanned(words)


def test_periods_in_order_and_structures_side_by_side():
    executor = Scripted()
    made, said = told(executor, cells("S1", "S2"))
    assert len(made) == 6 and said[-1] == "S2/2026S1: done (6 of 6)." or said[-1] == "S1/2026S1: done (6 of 6)."
    for structure in ("S1", "S2"):
        assert [period for one, period in executor.asked if one == structure] == ["2025S1", "2025S2", "2026S1"]
    assert {one for one, _ in executor.asked[:2]} == {"S1", "S2"}, "none waits for the other"


@pytest.mark.parametrize("end", [1, RuntimeError("the worker died")])
def test_a_report_that_fails_stops_only_those_after_it(end):
    executor, made = Scripted(S1_2025S2=end), []
    with pytest.raises(grid.GridError, match="S1/2025S2.*come after one of these: S1/2026S1") as caught:
        for cell, _ in grid.make_all(cells("S1", "S2"), executor, lambda *_, **__: None):
            made.append((cell.structure, cell.period))
    assert caught.value.exit_code == 1
    assert sorted(made) == [("S1", "2025S1"), ("S2", "2025S1"), ("S2", "2025S2"), ("S2", "2026S1")]
    assert ("S1", "2026S1") not in executor.asked


def test_a_report_is_made_by_the_command_a_person_would_type():
    with ThreadPoolExecutor(1) as threads:
        made = threads.submit(grid.make_one, cells("", periods=("2026S1",), command=("explain", "nothing"))[0]).result()
    assert made.exit_code == 2 and made.place == "" and "nothing" in made.words
    shown = grid.make_one(grid.Cell("", "2026S1", ("--help",), "nl"))
    assert shown.exit_code == 0 and shown.place


def test_a_place_that_is_held_is_tried_again(monkeypatch, tmp_path):
    count = tmp_path / "count"
    monkeypatch.setattr(
        sys, "executable", str(_script(tmp_path, f'echo x >> "{count}"; [ $(wc -l < "{count}") -ge 3 ] || exit 3'))
    )
    monkeypatch.setattr(grid, "PAUSE_S", 0)
    assert grid.make_one(cells("", periods=("2026S1",))[0]).exit_code == 0
    assert count.read_text() == "x\n" * 3


def test_the_command_ends_when_the_one_who_asked_is_gone(tmp_path):
    code = "import time; from coopeval.cli.gridding import end_with_whoever_asked as end; "
    child = subprocess.Popen(
        [sys.executable, "-c", code + "end(); print('up', flush=True); time.sleep(60)"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, ENDS_WITH: "stdin"}, cwd=ROOT,
    )  # fmt: skip
    assert child.stdout.readline() == b"up\n"
    child.stdin.close()
    assert child.wait(30) == -signal.SIGTERM


def test_no_scheduler_is_said_with_what_to_do(monkeypatch):
    monkeypatch.setattr("coopeval.runs.executors.PATIENCE_S", 0.3)
    with (
        pytest.raises(ParameterError, match="No Dask scheduler answers at tcp://127.0.0.1:9"),
        executor_of("tcp://127.0.0.1:9", 1),
    ):
        pass


def test_what_is_no_address_is_said_before_a_client_is_made(monkeypatch):
    monkeypatch.setattr("distributed.Client", lambda *_, **__: pytest.fail("it would take long to give up"))
    for words in ("foo", "http://127.0.0.1:8786"):
        with pytest.raises(ParameterError, match="No Dask scheduler answers at"), executor_of(words, 1):
            pass


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("--jobs", "-3"), "at least one language and one job"),
        (("--jobs", "0"), "at least one language and one job"),
        (("--only", "nope"), "There is no notebook nope"),
        (("--only", ","), "--only names no notebook"),
        (("--lang", "xx"), '"xx" cannot be lang'),
    ],
)
def test_what_is_wrong_for_every_report_is_refused_before_the_first(called, tmp_path, asked, sentence):
    words = ("--data", ROOT / "data" / "demo", "--out", tmp_path / "out", "--structure", "all", *asked)
    code, out, err = called("run", "--semester", "2025S1..2026S1", *words)
    assert (code, out) == (2, "") and sentence in err and err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_where_no_structure_has_projects_there_is_nothing_to_make():
    with pytest.raises(ParameterError, match="nothing to evaluate"):
        grid.structures_of({"projects": pd.DataFrame({"structure_id": []})})


def test_a_report_of_a_structure_stands_in_its_own_folder(tmp_path):
    assert Options(out=tmp_path).home == tmp_path
    assert Options(out=tmp_path, structure="S2").home == tmp_path / "S2"


def test_a_cluster_that_loses_a_worker_loses_no_report(tmp_path):
    """Two workers on loopback, one killed while it makes a report: all stand, as without a cluster."""
    from distributed import Client, LocalCluster

    marks = tmp_path / "marks"
    marks.mkdir()
    body = f'for a in "$@"; do p="$a"; done; touch "{marks}/$p-$$"; sleep 1; echo "{tmp_path}/$p"'
    command = _script(tmp_path, body)
    wanted = [grid.Cell(c.structure, c.period, (f"{c.structure}-{c.period}",), "en") for c in cells("S1", "S2")]
    preload = tmp_path / "preload.py"
    preload.write_text(f"import sys\ndef dask_setup(worker):\n    sys.executable = {str(command)!r}\n")
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
        preload=[str(preload)], silence_logs=50,
    )  # fmt: skip
    with cluster, Client(cluster) as client, executor_of(cluster.scheduler_address, None) as executor:
        pids, places = client.run(os.getpid), set()
        for _, made in grid.make_all(wanted, executor, lambda *_, **__: None):
            if not places:
                os.kill(next(iter(pids.values())), signal.SIGKILL)
            places.add(made.place)
        assert set(client.run(os.getpid).values()) != set(pids.values()), "one of them was killed"
    assert places == {f"{tmp_path}/{c.structure}-{c.period}" for c in wanted}


@pytest.mark.promise("P6", "P7")
def test_a_cluster_that_loses_a_worker_publishes_the_same_bytes(tmp_path, extent):
    """Real reports of two structures and two semesters, made here and on two workers of which one is killed."""
    if not extent.is_full:
        extent.left_out("real reports on a cluster that loses a worker: a stand-in for the command takes their place")
        pytest.skip("only with make audit")
    from distributed import Client, LocalCluster

    here, there = tmp_path / "here", tmp_path / "there"
    with ThreadPoolExecutor(2) as threads:
        made = [made.place for _, made in grid.make_all(_real(here), threads, lambda *_, **__: None)]
    assert len(made) == 4
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    )
    with cluster, Client(cluster) as client, executor_of(cluster.scheduler_address, None) as executor:
        victim = next(iter(client.run(os.getpid).values()))
        timer = threading.Timer(15, os.kill, (victim, signal.SIGKILL))
        timer.start()
        assert len(list(grid.make_all(_real(there), executor, lambda *_, **__: None))) == 4
        timer.cancel()
    assert _published(here) == _published(there)


def _real(out):
    told = ("run", "--data=data/demo", "--lang=en", "--only=05_published_evidence", "--jobs=1", f"--out={out}")
    return [
        grid.Cell(one, period, (*told, f"--semester={period}", f"--structure={one}"), "en")
        for period in ("2025S2", "2026S1")
        for one in ("S1", "S2")
    ]


def _published(out):
    found = provenance.digests_of_folder(out)
    return {name: digest for name, digest in found.items() if "/." not in f"/{name}" and "ledger" not in name}


def _script(folder: Path, body: str) -> Path:
    path = folder / "stand-in"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path
