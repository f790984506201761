"""Kernels forked from a warm parent: as fresh as started ones, and gone with whoever asked; each failure is told."""

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from importlib.metadata import Distribution
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from papermill.engines import papermill_engines

from coopeval import disclosure, reference
from coopeval.display.shown import template as shown_templates
from coopeval.provenance.digests import ROOT
from coopeval.provenance.results import RESULTS, hand_over
from coopeval.runs import engine, executing, kernels, rehearsing, side_by_side, steady, warm, warming
from coopeval.runs.executing import EXECUTED, Task, execute, stop
from coopeval.runs.forks import Forks
from coopeval.uncertainty import share

FORKS = pytest.mark.skipif(not warm.can_fork(), reason="kernels are forked on Linux alone")


def task_of(folder: Path, *cells: str, **limits) -> Task:
    """A notebook of these cells, the first of which takes the parameters."""
    made = [nbformat.v4.new_code_cell(code, id=f"cell-{n}") for n, code in enumerate(cells)]
    made.insert(0, nbformat.v4.new_code_cell("n: int = 1  # a number", id="parameters"))
    made[0].metadata["tags"] = ["parameters"]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    place = folder / "10_first.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), place)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return Task("10_first", place, {"n": 2}, work, ROOT, page=folder / "failed" / "2026S1" / "10_first.html", **limits)


def shown(task: Task) -> list[str]:
    """What each cell shows, as plain text; of a stream, what was printed."""
    cells = nbformat.read(task.folder / EXECUTED, as_version=4).cells[1:]
    return ["".join(o.get("text") or o["data"]["text/plain"] for o in cell.outputs) for cell in cells]


STATE = (
    "import os, sys, random, numpy, pandas; (n, os.getcwd(), pandas.get_option('display.max_columns'))",
    "[os.environ.get(name) for name in ('PYTHONHASHSEED', 'OMP_NUM_THREADS', 'TZ', 'MPLBACKEND', 'COOPEVAL_RESULTS')]",
    "sorted(name for name in globals() if not name.startswith('_'))",
    "sys.argv[0].rsplit('/')[-1], __name__, sys.path[0], len(sys.warnoptions), hash('a')",
    "pandas.DataFrame({f'c{i}': [1.5, None] for i in range(30)})",
    "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.gcf().canvas.get_width_height()",
    "print('out'); os.system('echo from below') and None",
)


@FORKS
def test_a_forked_kernel_shows_what_a_started_one_shows_and_draws_its_own_numbers(tmp_path, monkeypatch):
    tasks = {}
    for way in ("warm", "plain"):
        (tmp_path / way).mkdir()
        monkeypatch.setenv(warm.CHOICE, way)
        drawn = "{random.random()} {numpy.random.random()} {'_pydevd_bundle' in sys.modules}"
        chance = f"print(f\"{drawn}\", file=open('chance', 'a'))"
        at_the_end = (
            "import atexit, threading, time; left = open(f'left{n}', 'a'); left.write('kept')",
            "atexit.register(left.write, ', ended') and None",
            "threading.Thread(target=lambda: (time.sleep(0.2), left.write(', later'))).start()",
        )
        tasks[way] = task_of(tmp_path / way, *STATE, f"%cd -q {tmp_path}", chance, "; ".join(at_the_end))
        assert execute(tasks[way]).failure is None
    forked, started = (shown(tasks[way]) for way in ("warm", "plain"))
    results = str(tasks["warm"].results), str(tasks["plain"].results)
    assert forked[1].replace(*results) == started[1] and "module://matplotlib_inline" in forked[1]
    assert forked[:1] + forked[2:] == started[:1] + started[2:]
    bundles = [nbformat.read(task.folder / EXECUTED, as_version=4).cells[6].outputs for task in tasks.values()]
    assert bundles[0] == bundles[1] and any("image/png" in output["data"] for output in bundles[0])
    draws = [line.split() for line in (tmp_path / "chance").read_text().splitlines()]
    assert draws[0][0] != draws[1][0] and draws[0][1] != draws[1][1]
    assert draws[0][2] == "False"  # nobody steps through a notebook of a run
    assert (tmp_path / "left2").read_text() == "kept, later, ended" * 2  # nothing is lost at the end of a kernel
    assert not tasks["warm"].page.exists()


def test_kernels_of_a_run_start_without_a_debugger_and_a_notebook_may_still_ask_for_one():
    before = sys.modules.get(kernels.DEBUGGER)
    with kernels.without_debugger(), pytest.raises(ImportError):
        importlib.import_module(kernels.DEBUGGER)
    assert sys.modules.get(kernels.DEBUGGER) is before and importlib.util.find_spec(kernels.DEBUGGER)


BAD = {
    "hangs": (
        ("import time; time.sleep(600)",),
        {"time_limit": 5.0},
        "not done",
    ),
    "dies": (("import os; os.kill(os.getpid(), 9)",), {}, "cell-1: its kernel died, perhaps for lack of memory"),
    "fills memory": (
        ("x = bytearray(3 << 30)",),
        {"memory_limit": 2_000},
        "cell-1, wanted more than 2000 MB",
    ),
    "prints a megabyte": (("print('a' * 2_000_000)", "1"), {}, "cell-1, printed or showed more than"),
    "prints for ever": (("while True: print('a' * 1000)",), {}, "cell-1, printed or showed more than"),
    "asks": (("input('name?')",), {}, "cell-1, asks for input, and in a run nobody answers"),
    "fails": (("1 / 0", "print('never')"), {}, "cell-1, failed: ZeroDivisionError: division by zero"),
}


@pytest.mark.promise("P4")
@pytest.mark.parametrize("what", BAD)
def test_a_notebook_that_comes_to_grief_is_told_with_its_cell_and_leaves_a_private_page(tmp_path, what):
    cells, limits, sentence = BAD[what]
    task = task_of(tmp_path, "'the <first> cell'", *cells, **limits)
    ended = execute(task)
    assert sentence in ended.failure.line("en"), ended.failure
    page = Path(ended.failure.page)
    assert page == task.page and page.stat().st_mode & 0o777 == 0o600 and page.parent.stat().st_mode & 0o777 == 0o700
    text = page.read_text()
    assert "the &lt;first&gt; cell" in text and sentence.replace("'", "&#x27;") in text and "never" not in text
    assert text.count("<strong>") == 3 and "n = 2" not in text and len(text) < 20_000


@FORKS
def test_a_notebook_and_its_kernel_end_with_whoever_asked_and_are_reaped(tmp_path):
    task = task_of(tmp_path, "open('begun', 'w').close()", "import time; time.sleep(600)")
    process, answer = executing._started(task, executing.steady(str(tmp_path), {}), tmp_path / "log")
    _until(lambda: len(children_of(parent())) == 2)
    assert process.poll() is None and process.pid in children_of(parent())
    process._connection.close()  # as when whoever asked is killed
    _until(lambda: children_of(parent()) == [])
    assert os.read(answer, 1) == b""
    os.close(answer)


@FORKS
def test_processes_that_make_pages_are_copies_of_the_parent_and_end_with_whoever_asked():
    forks = Forks(1, side_by_side.MAKE)
    process = forks.submit(os.getpid).result()
    assert process in children_of(parent())
    assert forks.submit(eval, "'coopeval.site' in __import__('sys').modules").result()
    forks.submit(time.sleep, 600)
    forks._begun.pop()._process._connection.close()  # as when whoever asked is killed
    _until(lambda: process not in children_of(parent()))
    forks.shutdown(cancel_futures=True)


@FORKS
def test_a_forked_kernel_is_interrupted_restarted_and_shut_down_like_any_other(monkeypatch):
    monkeypatch.setenv(kernels.DEFAULT, kernels.NAME)
    monkeypatch.setitem(KernelProvisionerFactory.provisioners, kernels.NAME, kernels.entry_point())
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=executing.steady("scratch", {}))
    assert isinstance(manager.provisioner.process, warm.Forked)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute("import time; kept = 1; time.sleep(600)")
        _until(lambda: client.get_iopub_msg(timeout=60)["msg_type"] == "execute_input")
        manager.interrupt_kernel()
        assert client.get_shell_msg(timeout=60)["content"]["ename"] == "KeyboardInterrupt"
        first = manager.provisioner.pid
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        assert client.execute_interactive("kept", timeout=60, output_hook=id)["content"]["ename"] == "NameError"
        assert manager.provisioner.pid != first and manager.is_alive()
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    assert not manager.is_alive() and children_of(parent()) == []


def children_of(process: int) -> list[int]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True)
    return [int(pid) for pid in done.stdout.split()]


def parent() -> int:
    return warm._parents[os.getpid()]._process.pid


def _until(something, patience=60):
    end = time.monotonic() + patience
    while not something():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


@FORKS
def test_a_notebook_that_is_stopped_ends_at_once(tmp_path):
    task = task_of(tmp_path, "import time; time.sleep(600)")
    stop(task)
    assert "its process died" in execute(task).failure.line("en")
    assert not task.page.exists(), "someone stopped it: nothing is wrong with it"


@FORKS
def test_of_a_notebook_that_is_killed_nothing_is_left_among_the_temporary_files(tmp_path):
    told = tmp_path / "told"
    tell = f"import ipykernel, time; open({str(told)!r}, 'w').write(ipykernel.get_connection_file())"
    task = task_of(tmp_path, tell, "time.sleep(600)")
    running = threading.Thread(target=execute, args=(task,))
    running.start()
    _until(lambda: told.exists() and told.read_text().endswith(".json"))
    stop(task)
    running.join()
    assert not Path(told.read_text()).exists()


@FORKS
def test_of_a_parent_that_is_killed_nothing_is_left(monkeypatch):
    warm.end()
    place = Path(warm.place_of(steady.quiet()).split(":")[1])
    assert warm.scratch() == str(place.parent)
    os.kill(parent(), signal.SIGKILL)
    _until(lambda: not warm._parents[os.getpid()].lives())
    assert warm.scratch() is None and place.exists()
    warm.end()
    assert not place.parent.exists()


def test_only_a_kernel_of_our_own_interpreter_is_forked():
    ours = [sys.executable, "-m", "ipykernel_launcher", "-f", "connection.json"]
    assert kernels.kernel_arguments(ours) == ["-f", "connection.json"]
    assert kernels.kernel_arguments([ours[0], "-Xfrozen_modules=off", *ours[1:]]) == ["-f", "connection.json"]
    assert kernels.kernel_arguments(["/bin/sh", *ours[1:]]) is None
    assert kernels.kernel_arguments([ours[0], "-m", "other_kernel", "-f", "connection.json"]) is None
    assert kernels.kernel_arguments(["no-such-python", *ours[1:]]) is None


def test_what_was_decided_at_the_start_decides_which_parent_suits():
    one = {"OMP_NUM_THREADS": "1", "HOME": "/a"}
    assert warm.decided_at_start(one) == warm.decided_at_start({**one, "HOME": "/b"})
    assert warm.decided_at_start(one) != warm.decided_at_start({**one, "PYTHONHASHSEED": "1"})


def test_a_parent_that_began_early_suits_the_notebooks_and_is_ended_in_the_middle_of_its_imports():
    assert warm.decided_at_start(steady.quiet()) == warm.decided_at_start(executing.steady("scratch", {}))
    parent = warm.Parent(steady.quiet())
    parent.end()
    assert not parent.lives() and not Path(parent.scratch).exists()


def test_a_table_changed_after_it_was_handed_over_is_not_kept(tmp_path, monkeypatch):
    task = task_of(tmp_path, makes={"rehearsal": "public"})
    monkeypatch.setenv(RESULTS, str(task.results))
    counted = pd.DataFrame({"group": ["a", "b"], "n_events": [14, 22], "n": [38, 49]})
    hand_over(disclosure.gate(share(counted), "rehearsal"))
    assert executing.not_as_planned(task) is None
    csv = task.results / "rehearsal.csv"
    csv.write_text(csv.read_text().replace("40", "41"))
    assert "rehearsal.csv is not what was handed over" in executing.not_as_planned(task).line("en")
    assert executing.handed_over_otherwise(task) is None  # whoever keeps it reads the rows, and nobody before


def test_what_every_notebook_needs_first_stands_ready_and_nothing_that_may_be_mended_meanwhile():
    kept = [found for found in vars(reference).values() if hasattr(found, "cache_info")]
    before = [found.cache_info().currsize for found in kept]
    rehearsing.rehearse()
    assert shown_templates.cache_info().currsize >= 2
    assert [found.cache_info().currsize for found in kept] == before and kept


def test_a_process_with_threads_of_its_own_is_not_forked():
    before, wait = warming.threads(), threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    try:
        assert warming.threads() > before or not Path("/proc/self/task").is_dir()
    finally:
        wait.set()
        thread.join()


def test_the_provisioner_is_found_where_the_library_was_linked(tmp_path):
    spec = importlib.util.spec_from_file_location("link", ROOT / ".ci" / "link.py")
    link = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(link)
    (tmp_path / "coopeval-0.0.1.dist-info").mkdir()
    for _ in range(2):
        link.link(tmp_path, tmp_path)
    (told,) = tmp_path.glob("coopeval-*.dist-info")
    found = {(point.group, point.name): point for point in Distribution.at(told).entry_points}
    assert found["jupyter_client.kernel_provisioners", kernels.NAME].load() is kernels.WarmProvisioner
    assert ("console_scripts", "coopeval") in found and Distribution.at(told).metadata["Name"] == "coopeval"


def test_papermill_knows_the_engine():
    assert papermill_engines.get_engine(engine.register()) is engine.PatientEngine
