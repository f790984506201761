"""All or nothing: whatever happens to a run, readers see the old report or the new one, and a rerun mends the rest."""

import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import disaster
import pytest
from disaster import PERIOD

from coopeval.provenance.digests import digest_of_file

pytestmark = pytest.mark.promise("P7")
TRACES = ("Traceback", "Something unexpected", "Errno")


@pytest.fixture(scope="module")
def server():
    with disaster.server() as process:
        yield process


@pytest.fixture(scope="module")
def undisturbed(server, tmp_path_factory):
    """What readers see after a run from deliveries of one and of two structures to which nothing happened."""
    desk = disaster.Desk(server, tmp_path_factory.mktemp("undisturbed"))
    seen = {}
    for n in (1, 2):
        desk.forget()
        process = desk.start(n)
        assert desk.ended(process) == 0, desk.said(process)
        seen[n] = desk.tree()
        seen["steps"] = desk.steps(process)
    assert seen[1] != seen[2]
    return seen


@pytest.fixture
def desk(server, tmp_path, undisturbed):
    """A desk with a published report: that of one structure."""
    made = disaster.Desk(server, tmp_path)
    assert made.run(n=1) == 0
    made.forget()
    return made


def moments(steps, n, seed):
    """So many steps, one from each stretch of a run, at random but the same in every run of the tests."""
    chance = random.Random(seed)
    cuts = [1 + steps * i // n for i in range(n + 1)]
    return [chance.randrange(a, max(a + 1, b)) for a, b in zip(cuts, cuts[1:], strict=False)]


def mended(desk, undisturbed, n):
    """The same run once more, with nobody in its way."""
    process = desk.start(n)
    assert desk.ended(process) == 0, desk.said(process)
    assert desk.tree() == undisturbed[n] and desk.left() == []
    assert desk.not_entered() == [] and desk.unsettled() == 0


@pytest.mark.parametrize("swaps", [True, False], ids=["swapping", "stepping aside"])
def test_a_run_killed_at_any_moment_leaves_the_old_report_or_the_new_one(desk, undisturbed, extent, swaps):
    points = moments(undisturbed["steps"], extent.of(3, 60), seed=4 + swaps)
    points += [undisturbed["steps"] - back for back in extent.of([2], range(8))]  # the switch is at the end
    extent.checks(len(points))
    extent.left_out("kill -9 at 60 steps of a run instead of 4")
    old = 1
    for point in points:
        new = 3 - old
        process = desk.start(new, swaps=swaps, killed=point)
        assert desk.ended(process) in (-signal.SIGKILL, 0)
        if swaps or (desk.out / PERIOD).exists():
            assert desk.tree() in (undisturbed[old], undisturbed[new]), f"killed at step {point}"
            assert desk.not_entered() == [], f"killed at step {point}, readers see what the ledger does not hold"
        mended(desk, undisturbed, new)
        desk.forget()
        old = new


def test_a_run_killed_at_a_random_time_too(desk, undisturbed, extent):
    chance, old = random.Random(7), 1
    for _ in range(extent.of(1, 20)):
        new = 3 - old
        process = desk.start(new, slow=0.1)
        time.sleep(chance.uniform(0, 1))
        os.kill(process, signal.SIGKILL)
        desk.ended(process)
        assert desk.tree() in (undisturbed[old], undisturbed[new])
        mended(desk, undisturbed, new)
        desk.forget()
        old = new


@pytest.mark.parametrize(
    ("grief", "code", "sentence"),
    [("full", 1, "The disk is full, at {out} or at"), ("shut", 2, "Nothing can be written at {out}")],
)
def test_a_disk_that_refuses_is_told_in_a_sentence_and_changes_nothing(
    desk, undisturbed, extent, grief, code, sentence
):
    for point in moments(undisturbed["steps"], extent.of(2, 30), seed=11):
        process = desk.start(2, **{grief: point})
        ended, said = desk.ended(process), desk.said(process)
        if ended == 0:  # nothing was written any more
            continue
        assert ended == code and sentence.format(out=desk.out) in said, f"at step {point}: {said}"
        assert not any(trace in said for trace in TRACES)
        assert desk.tree() in (undisturbed[1], undisturbed[2]) and desk.left() == [] == desk.not_entered()
    mended(desk, undisturbed, 2)


@pytest.fixture
def little_disk(tmp_path):
    """A disk of half a megabyte, which only root may make."""
    place = tmp_path / "disk"
    place.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", "size=512k,mode=755", "little", str(place)]
    if os.geteuid() != 0 or not shutil.which("mount") or subprocess.run(asked, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk; the same with a disk that is made to refuse was tested")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full_or_only_for_reading(server, tmp_path, little_disk, undisturbed, extent):
    desk = disaster.Desk(server, tmp_path, out=little_disk / "reports")
    assert desk.run(n=1) == 0
    desk.forget()
    stone = little_disk / "stone"
    for room in extent.of([16], [0, 4, 8, 16, 24, 32, 40, 48, 64]):
        free = shutil.disk_usage(little_disk).free
        stone.write_bytes(b"0" * (free - room * 1024))
        process = desk.start(2)
        assert desk.ended(process) == 1 and "The disk is full" in desk.said(process), desk.said(process)
        assert desk.tree() == undisturbed[1] and desk.left() == []
        stone.unlink()
    subprocess.run(["mount", "-o", "remount,ro", str(little_disk)], check=True)
    process = desk.start(2)
    assert desk.ended(process) == 2 and "Choose another --out" in desk.said(process)
    assert desk.tree() == undisturbed[1]
    subprocess.run(["mount", "-o", "remount,rw", str(little_disk)], check=True)
    mended(desk, undisturbed, 2)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_stops_a_run_is_told_what_readers_see(desk, undisturbed, number):
    process = desk.start(2, slow=30)
    waits_for(lambda: any((desk.out / ".cache").glob(".work*/executed.ipynb")))
    os.kill(process, number)
    assert desk.ended(process) == 128 + number
    assert desk.said(process).endswith("Stopped. Readers keep the last report that was finished.\n")
    assert desk.tree() == undisturbed[1] and desk.left() == []


def test_of_two_runs_of_one_period_the_second_is_told_who_holds_it(desk, undisturbed):
    first = desk.start(2, slow=0.5)
    waits_for(lambda: any((desk.out / ".cache").glob(".work*")))
    second = desk.start(1)
    assert desk.ended(second) == 3
    told = desk.said(second)
    assert f"{PERIOD} is being made by" in told and f"(process {first}) since 20" in told and "Wait for it" in told
    assert desk.ended(first) == 0 and desk.tree() == undisturbed[2] and desk.left() == []


def test_two_periods_at_once_do_not_disturb_each_other(desk, undisturbed):
    desk.run(n=2, period="2025S2")
    alone = desk.tree("2025S2")
    shutil.rmtree(desk.out / "2025S2")
    desk.forget()
    both = {period: desk.start(2, period, slow=0.05) for period in (PERIOD, "2025S2")}
    codes = {period: desk.ended(process) for period, process in both.items()}
    assert 0 in codes.values()
    for period, code in codes.items():
        if code:  # what is published of two periods is looked at together, so the later one looks again
            assert code == 2 and "Run again" in desk.said(both[period])
            assert desk.run(n=2, period=period) == 0
    assert desk.tree() == undisturbed[2] and desk.tree("2025S2") == alone and desk.left() == []


class Reader(threading.Thread):
    """Someone who reads the manifest and every file it names, again and again."""

    def __init__(self, place):
        super().__init__()
        self.place, self.whole, self.mixtures, self.stop = place, 0, [], threading.Event()

    def run(self):
        while not self.stop.is_set():
            try:
                before = (self.place / "manifest.json").read_bytes()
                files = json.loads(before)["files"]
                wrong = [name for name, digest in files.items() if digest_of_file(self.place / name) != digest]
                missing = [name for name in files if not (self.place / name).is_file()]
                after = (self.place / "manifest.json").read_bytes()
            except FileNotFoundError as error:  # another report holds other files
                wrong, missing, after = [error.filename], [], None
            if after == before:  # else it was exchanged while we read
                self.whole += 1
                self.mixtures += wrong + missing


def test_who_reads_during_the_switch_sees_one_report_and_no_mixture(desk, undisturbed, extent):
    reader = Reader(desk.out / PERIOD)
    reader.start()
    try:
        for turn in range(extent.of(4, 30)):
            assert desk.run(n=2 - turn % 2) == 0
    finally:
        reader.stop.set()
        reader.join()
    assert reader.whole > 0 and reader.mixtures == []


def test_a_step_whose_record_was_cut_off_is_done_again(desk, undisturbed):
    assert desk.run(n=2) == 0
    for number, record in enumerate(sorted((desk.out / ".cache").glob("*/step.json"))):
        record.write_text("" if number else "[]")
    mended(desk, undisturbed, 2)


def test_a_file_in_the_way_is_no_report(desk):
    shutil.rmtree(desk.out / PERIOD)
    (desk.out / PERIOD).write_text("minutes")
    process = desk.start(2)
    assert desk.ended(process) == 2 and "holds something else than a report" in desk.said(process)
    assert Path(desk.out / PERIOD).read_text() == "minutes"


def waits_for(something, patience=60):
    end = time.monotonic() + patience
    while not something():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
