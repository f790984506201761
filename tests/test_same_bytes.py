"""Same inputs, same bytes: whatever the zone, language, home, folder, rights, hash seed, order of files and clock."""

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import nbformat
import published
import pytest
import small_report
import standin

from coopeval import provenance, runs, tables
from coopeval.provenance.digests import ROOT

pytestmark = pytest.mark.promise("P6")
# What Python runs before anything else: files come in another order, and the clock stands elsewhere.
DISTURBED = """
import datetime, os, random, time

chance, listed, scanned = random.Random({seed}), os.listdir, os.scandir

def listdir(*args):
    names = listed(*args)
    chance.shuffle(names)
    return names

class scandir:
    def __init__(self, *args):
        with scanned(*args) as found:
            self.left = list(found)
        chance.shuffle(self.left)
    def __iter__(self):
        return iter(self.left)
    def __next__(self):
        if not self.left:
            raise StopIteration
        return self.left.pop()
    def __enter__(self):
        return self
    def __exit__(self, *_):
        pass
    def close(self):
        pass

os.listdir, os.scandir = listdir, scandir
now, local, mean = time.time, time.localtime, time.gmtime
time.time = lambda: now() + {days} * 86400
time.localtime = lambda second=None: local(time.time() if second is None else second)
time.gmtime = lambda second=None: mean(time.time() if second is None else second)

class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + datetime.timedelta(days={days})
    @classmethod
    def utcnow(cls):
        return cls.now()

def turn_clocks(modules):
    for module in modules:
        for name, thing in list(vars(module).items()):
            if thing is datetime.datetime:
                setattr(module, name, Clock)
"""
SMALL = """
import sys
from pathlib import Path
import pytest, small_report
import os, sitecustomize
import nbformat, rocrate.rocrate, matplotlib.backends.backend_svg, coopeval.runs, coopeval.site
areas = {"coopeval", "rocrate", "nbformat", "matplotlib", "openpyxl", "xlsxwriter", "zipfile"}
sitecustomize.turn_clocks([module for name, module in list(sys.modules.items()) if name.split(".")[0] in areas])
os.umask(int(sys.argv[2], 8))
with pytest.MonkeyPatch.context() as patch:
    small_report.write(Path(sys.argv[1]) / "2026S1", patch)
"""
WORLDS = (
    {"TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "1", "seed": 1, "days": 0, "umask": "077"},
    {
        "TZ": "America/Caracas", "LANG": "fr_BE.UTF-8", "LC_ALL": "fr_BE.UTF-8", "PYTHONHASHSEED": "4242", "seed": 2,
        "days": 401, "umask": "002", "OMP_NUM_THREADS": "2",
    },
)  # fmt: skip


def in_world(world, folder: Path, command):
    """Runs a program of Python in surroundings of its own."""
    for inside in ("home", "start", "away in a place"):
        (folder / inside).mkdir(parents=True)
    text = DISTURBED.format(seed=world["seed"], days=world["days"])
    (folder / "start" / "sitecustomize.py").write_text(text, encoding="utf-8")
    own = {name: value for name, value in world.items() if name.isupper()}
    path = os.pathsep.join([str(folder / "start"), str(ROOT), str(ROOT / "tests")])
    environment = {
        **os.environ, **own, "HOME": str(folder / "home"), "USER": folder.name, "PYTHONPATH": path,
        "MPLCONFIGDIR": matplotlib.get_configdir(),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *command], cwd=folder / "away in a place", env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def differing(one: Path, other: Path) -> list[str]:
    first, second = provenance.digests_of_folder(one), provenance.digests_of_folder(other)
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def test_pages_tables_crate_and_manifest_are_the_same_in_other_worlds(tmp_path, monkeypatch, extent):
    here = small_report.write(tmp_path / "here" / "2026S1", monkeypatch)
    worlds = extent.of(WORLDS[1:], WORLDS)
    for number, world in enumerate(worlds):
        folder = tmp_path / f"world {number}"
        in_world(world, folder, ["-c", SMALL, str(folder / "out"), world["umask"]])
        assert differing(here, folder / "out" / "2026S1") == []
    assert len(provenance.digests_of_folder(here)) > 20
    extent.checks(len(worlds))


def test_whole_reports_are_the_same_in_two_worlds(tmp_path, extent):
    extent.left_out("whole reports of the demo, notebooks included, made in two different surroundings")
    if not extent.is_full:
        return
    made = []
    for number, world in enumerate(WORLDS):
        folder = tmp_path / f"world {number}"
        program = [published.__file__, str(ROOT / "data" / "demo"), "2026S1", str(folder / "out"), "nl,fr"]
        in_world(world, folder, program)
        made.append(folder / "out" / "2026S1")
    assert differing(*made) == []


def test_an_old_report_of_the_demo_made_again_is_the_same(tmp_path, extent):
    extent.left_out("a report of the demo made again after that of a later semester")
    if not extent.is_full:
        return
    delivery = ROOT / "data" / "demo-2025S2"
    before = provenance.digests_of_folder(published.made(delivery, "2025S2", tmp_path, ("nl",)))
    published.made(ROOT / "data" / "demo", "2026S1", tmp_path, ("nl",))
    again = published.made(delivery, "2025S2", tmp_path, ("nl",))
    assert provenance.digests_of_folder(again) == before


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Stand-in notebooks that run in this process; returns what makes a report of them."""
    monkeypatch.setattr("coopeval.runs.chapters.execute_all", standin.execute_here)
    notebooks = standin.write_notebooks(tmp_path / "notebooks")
    (tmp_path / "delivery").mkdir()

    def make(semester, out="reports", n=1, **options):
        monkeypatch.setattr(tables, "read", lambda data: standin.dataset(n=n))
        asked = runs.Options(out=tmp_path / out, notebooks=notebooks, **options)
        return runs.run(tmp_path / "delivery", semester, standin.build, asked).path.parent

    return make


def test_the_number_of_jobs_changes_no_byte(desk):
    assert differing(desk("2026S1", "one", jobs=1), desk("2026S1", "two", jobs=2)) == []


def test_an_old_semester_made_again_after_later_ones_is_the_same(desk):
    before = provenance.digests_of_folder(desk("2025S2"))
    desk("2026S1")
    again = desk("2025S2")
    assert provenance.digests_of_folder(again) == before
    record = json.loads((again / "run.json").read_text(encoding="utf-8"))
    assert record["revised_because"] is None


def test_an_old_semester_made_of_another_delivery_says_that_it_is_revised(desk):
    desk("2025S2")
    again = desk("2025S2", n=2, revise="a founder corrected a date")
    assert "a founder corrected a date" in (again / "site" / "nl" / "index.html").read_text(encoding="utf-8")


def test_executed_notebooks_keep_nothing_of_when_and_where_they_ran(desk, tmp_path):
    one, two = desk("2026S1", "one"), desk("2026S1", "a quite different place")
    for path in sorted((one / "private" / "notebooks").glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        assert text == (two / "private" / "notebooks" / path.name).read_text(encoding="utf-8")
        assert str(tmp_path) not in text and nbformat.reads(text, as_version=4).cells
