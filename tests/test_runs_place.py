"""The place of a period: one holder, the old report or the new one, and nothing lost when a run dies."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from coopeval.errors import LockedError, ParameterError
from coopeval.runs import place as module
from coopeval.runs.place import Place

pytestmark = pytest.mark.promise("P7")
HOLD = """
import sys, time
from pathlib import Path
from coopeval.runs.place import Place
place = Place(Path(sys.argv[1]), "2026S1")
with place.locked(), place.fresh() as folder:
    (folder / "half").write_text("half")
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "reports", "2026S1")


def publish(place, text, files=1):
    with place.locked(), place.fresh() as folder:
        for number in range(files):
            (folder / f"{number}.txt").write_text(text)
        place.publish(folder)


def names(place):
    return sorted(path.name for path in place.out.iterdir())


def test_a_new_report_replaces_the_old_one_whole(place):
    publish(place, "old", files=3)
    publish(place, "new", files=2)
    assert sorted(path.name for path in place.path.iterdir()) == ["0.txt", "1.txt"]
    assert names(place) == [".2026S1.lock", "2026S1"]


def test_where_the_file_system_cannot_swap_the_old_one_steps_aside(place, monkeypatch):
    publish(place, "old")
    monkeypatch.setattr(module, "exchange", lambda *_: False)
    publish(place, "new")
    assert (place.path / "0.txt").read_text() == "new"
    assert names(place) == [".2026S1.lock", "2026S1"]


def test_a_crash_between_stepping_aside_and_in_is_mended_by_the_next_run(place):
    publish(place, "old")
    place.path.rename(place.out / ".2026S1-before")
    with place.locked():
        assert (place.path / "0.txt").read_text() == "old"


def test_at_no_moment_is_there_nothing_to_read(place):
    publish(place, "old", files=20)
    seen, stop = [], threading.Event()

    def look():
        while not stop.is_set():
            seen.append((place.path / "0.txt").is_file())

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for _ in range(20):
            publish(place, "new", files=20)
    finally:
        stop.set()
        reader.join()
    assert seen and all(seen)


def test_a_holder_that_was_killed_does_not_stand_in_the_way(place):
    publish(place, "old")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place.out)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(module.__file__).parents[2])},
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}"), place.locked():
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    assert any(name.startswith(".2026S1-") for name in names(place)), "what it was building is left behind"
    publish(place, "new")
    assert names(place) == [".2026S1.lock", "2026S1"]
    assert (place.path / "0.txt").read_text() == "new"


def test_a_lock_file_with_nobody_behind_it_is_no_lock(place):
    place.out.mkdir()
    (place.out / ".2026S1.lock").write_text(json.dumps({"user": "someone", "process": 1, "since": "2020-01-01"}))
    publish(place, "new")
    assert place.path.is_dir()


def test_a_lock_file_that_says_nothing_still_holds(place):
    with place.locked():
        (place.out / ".2026S1.lock").write_text("")
        with pytest.raises(LockedError, match="2026S1 is being made"), Place(place.out, "2026S1").locked():
            pass


def test_a_failure_while_building_leaves_the_old_report_and_no_rubbish(place):
    publish(place, "old")
    with pytest.raises(RuntimeError), place.locked(), place.fresh() as folder:
        (folder / "half").write_text("half")
        raise RuntimeError
    assert (place.path / "0.txt").read_text() == "old"
    assert names(place) == [".2026S1.lock", "2026S1"]


def test_a_link_is_not_a_place(tmp_path):
    (tmp_path / "2026S1").symlink_to(tmp_path)
    with pytest.raises(ParameterError, match="link"):
        Place(tmp_path, "2026S1")
