"""The plan: on any executor, a failure stops only those that need it, and the time left is told."""

import pickle
from concurrent.futures import BrokenExecutor, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from coopeval.runs import executing, failing, scheduling
from coopeval.runs.durations import Durations
from coopeval.runs.executing import Ended, Task
from coopeval.runs.failing import Failure, StepError, page_of, take_away, write_page
from coopeval.runs.place import FULL_MSGID
from coopeval.wording import LANGUAGES

NEEDS = {"20_second": {"10_first"}, "25_third": {"20_second"}, "40_fifth": {"30_fourth"}}
NAMES = ["10_first", "20_second", "25_third", "30_fourth", "40_fifth"]


class Here(Executor):
    """Calls at once, in this process, and hands everything over as bytes, as one on another machine would."""

    def __init__(self):
        self.seen = []

    def submit(self, function, task):
        future = Future()
        task = pickle.loads(pickle.dumps(task))
        self.seen.append(task.name)
        try:
            future.set_result(pickle.loads(pickle.dumps(function(task))))
        except BaseException as error:
            future.set_exception(error)
        return future


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """Runs a plan; `outcomes` says how notebooks end that do not end well."""

    def run(outcomes=(), names=NAMES, executor=None):
        ends = dict(outcomes)
        work = tmp_path / "cache"
        work.mkdir(exist_ok=True)

        def execute(task):
            end = ends.get(task.name)
            if isinstance(end, BaseException):
                raise end
            return Ended(end, 10.0)

        monkeypatch.setattr(scheduling, "execute", execute)
        told, done = [], []
        pages = {name: page_of(work, "2026S1", name) for name in names}
        tasks = [Task(name, Path(f"{name}.ipynb"), {}, work / name, tmp_path, page=pages[name]) for name in names]
        say = lambda msgid, **values: told.append((msgid, values))  # noqa: E731
        try:
            for task in scheduling.execute_all(tasks, NEEDS, 2, say, executor or Here()):
                done.append(task.name)
        finally:
            run.told, run.done, run.work = told, done, work

    return run


def failure(name, text="odd"):
    return Failure("{notebook} failed: {problem}", {"notebook": name, "problem": text})


def test_each_notebook_runs_once_and_after_those_it_needs(plan):
    executor = Here()
    plan(executor=executor)
    assert sorted(executor.seen) == NAMES == sorted(plan.done)
    for name, needed in NEEDS.items():
        assert all(executor.seen.index(other) < executor.seen.index(name) for other in needed)


def test_a_failure_stops_those_that_need_it_and_nobody_else(plan):
    with pytest.raises(StepError, match="10_first failed: odd") as caught:
        plan({"10_first": failure("10_first")})
    assert plan.done == ["30_fourth", "40_fifth"]
    assert [finding.line("en") for finding in caught.value.findings] == [
        "20_second was not begun: it needs 10_first.",
        "25_third was not begun: it needs 20_second.",
    ]


def test_the_end_names_every_notebook_that_failed_and_its_page(plan):
    one = Failure("{notebook} failed", {"notebook": "20_second"}, page="a/page.html")
    with pytest.raises(StepError, match="2 notebooks failed: 20_second, 30_fourth") as caught:
        plan({"20_second": one, "30_fourth": failure("30_fourth", "worse")})
    lines = [finding.line("en") for finding in caught.value.findings]
    assert {"20_second failed", "30_fourth failed: worse", "40_fifth was not begun: it needs 30_fourth."} < set(lines)
    assert lines[-1] == "a/page.html shows the cells of 20_second up to there."
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("lost", [BrokenProcessPool("gone"), BrokenExecutor("gone")])
def test_a_process_that_an_executor_loses_is_a_failure_of_its_notebook(plan, lost):
    with pytest.raises(StepError, match="30_fourth: its process died"):
        plan({"30_fourth": lost})
    assert plan.done == ["10_first", "20_second", "25_third"]


def test_whatever_else_an_executor_raises_is_told_with_the_notebook(plan):
    with pytest.raises(StepError, match="30_fourth could not be executed: ValueError: no such worker"):
        plan({"30_fourth": ValueError("no such worker")})


def test_a_disk_that_is_full_is_told_once(plan):
    full = Failure(FULL_MSGID, {"place": "here", "scratch": "there"})
    with pytest.raises(StepError, match="The disk is full") as caught:
        plan(dict.fromkeys(("10_first", "30_fourth"), full))
    assert not getattr(caught.value, "findings", ())


def test_what_is_left_of_a_plan_is_taken_back_when_it_is_given_up(plan, tmp_path, monkeypatch):
    class Slow(Executor):
        def submit(self, function, task):
            self.future = Future()
            return self.future

    executor = Slow()
    monkeypatch.setattr(scheduling, "wait", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        plan(executor=executor)
    assert executor.future.cancelled()


def test_progress_counts_and_tells_the_time_left_from_earlier_runs(plan):
    plan()
    first = [(msgid, values) for msgid, values in plan.told if msgid != scheduling.STARTED]
    assert [values["done"] for _, values in first] == [1, 2, 3, 4, 5]
    assert first[-1][0] == scheduling.DONE and all(values["total"] == 5 for _, values in first)
    kept = Durations(plan.work)
    assert kept.seconds == dict.fromkeys(NAMES, 10.0)
    plan()
    begun = [values for msgid, values in plan.told if msgid == scheduling.STARTED]
    assert begun[0]["running"] == ("10_first",) and begun[0]["seconds_left"] == pytest.approx(25, abs=1)  # 5 x 10 / 2


def test_time_left_knows_what_runs_and_the_longest_one(tmp_path):
    durations = Durations(tmp_path)
    assert durations.left(["a"], {}, 2) is None
    durations.took("a", 40)
    durations.took("b", 10)
    assert durations.left(["a", "b"], {}, 2) == 40  # the longest one alone takes as long
    assert durations.left(["b", "new"], {"a": 30}, 2) == 25  # 10, 25 for one not known, 10 left of the one running
    assert durations.left([], {"b": 99}, 2) == 0
    assert durations.left([], {}, 2) == 0


@pytest.mark.parametrize("text", ["", "[1]", '{"a": "soon"}', '{"a": -1, "b": NaN}'])
def test_durations_that_were_damaged_are_none(tmp_path, text):
    (tmp_path / "durations.json").write_text(text)
    assert Durations(tmp_path).seconds == {}


def test_the_page_of_a_failure_speaks_three_languages_and_goes_with_the_failure(tmp_path):
    place = page_of(tmp_path, "2026S1", "10_first")
    cells = [
        {"source": "a < b", "outputs": [{"output_type": "stream", "text": "<script>"}]},
        {"source": ["x\n", "y"], "outputs": [{"output_type": "error", "ename": "E", "evalue": "&"}]},
        {"source": "plot", "outputs": [{"output_type": "execute_result", "data": {"text/plain": ["<Fig", "ure>"]}}]},
    ]
    write_page(place, "10_first", Failure(executing.DIED, {"notebook": "10_first"}), cells)
    text = place.read_text()
    for shown in (
        "a &lt; b",
        "&lt;script&gt;",
        "x\ny",
        "E: &amp;",
        "&lt;Figure&gt;",
        "default-src &#x27;none&#x27;"[:11],
    ):
        assert shown in text
    assert all(f'<p lang="{lang}">' in text for lang in LANGUAGES) and "<script" not in text
    write_page(place, "10_first", Failure(executing.DIED, {"notebook": "10_first"}), cells)
    assert [path.name for path in place.parent.iterdir()] == ["10_first.html"]
    take_away(place)
    take_away(place)
    assert list(tmp_path.iterdir()) == []
    assert failing.page_of(tmp_path, "2026S1", "x").parent.name == "2026S1"


def test_the_longest_are_begun_first_with_what_waits_for_them_and_the_last_where_nothing_is_known(tmp_path):
    durations = Durations(tmp_path)
    assert durations.longest_first(["a", "b", "c"], {}) == ["c", "b", "a"]
    assert durations.longest_first(["a", "b", "c"], {"b": {"a"}}) == ["a", "c", "b"]
    durations.took("a", 5)
    durations.took("b", 30)
    durations.took("c", 40)
    assert durations.longest_first(["a", "b", "c", "new"], {}) == ["c", "b", "new", "a"]  # 25 for one not known
    assert durations.longest_first(["a", "b", "c"], {"c": {"a"}}) == ["a", "c", "b"]  # 45 from a to the end of c
