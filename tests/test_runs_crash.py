"""A run that is killed: nothing published, nobody left behind, and what was done is not done again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from standin import CODE, Auditor, build, dataset, execute_here, notebook, write_notebooks

from coopeval import provenance, runs, tables
from coopeval.provenance.digests import ROOT

RUN = """
import sys
from pathlib import Path
import standin
from coopeval import runs, tables

def say(msgid, **values):
    print(msgid.format(**values), flush=True)

if __name__ == "__main__":
    here = Path(sys.argv[1])
    tables.read = lambda data: standin.dataset()
    options = runs.Options(out=here / "reports", notebooks=here / "notebooks", jobs=1)
    runs.run(here / "delivery", "2026S1", standin.build, options, say)
"""


def children_of(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found += [int(path.parent.name), *children_of(int(path.parent.name))]
    return found


def lives(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


@pytest.mark.promise("P7")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see who is left behind")
def test_a_killed_run_changes_nothing_and_the_next_one_goes_on_from_there(tmp_path, monkeypatch):
    notebooks = write_notebooks(tmp_path / "notebooks")
    slow = notebook("second_shares", CODE + "\nimport time; time.sleep(60)")
    nbformat.write(slow, notebooks / "20_second.ipynb")
    (tmp_path / "delivery").mkdir()
    (tmp_path / "run.py").write_text(RUN)
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    killed = subprocess.Popen(
        [sys.executable, tmp_path / "run.py", tmp_path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        assert any("10_first: done" in line for line in killed.stdout)
        family = children_of(killed.pid)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        killed.stdout.close()
    assert not (tmp_path / "reports" / "2026S1").exists()
    for _ in range(300):
        if not any(map(lives, family)):
            break
        time.sleep(0.1)
    assert family and not [process for process in family if lives(process)]

    monkeypatch.setattr(tables, "read", lambda data: dataset())
    monkeypatch.setattr(runs.auditing, "auditor", Auditor)
    monkeypatch.setattr(runs.chapters, "execute_all", execute_here)  # the kernels were the matter of the first run
    nbformat.write(notebook("second_shares"), notebooks / "20_second.ipynb")
    said = []
    options = runs.Options(out=tmp_path / "reports", notebooks=notebooks)
    runs.run(
        tmp_path / "delivery", "2026S1", build, options, lambda msgid, **values: said.append(msgid.format(**values))
    )
    assert "10_first: nothing changed, taken from an earlier run." in said
    assert len(provenance.released(tmp_path / "reports" / "2026S1" / "results")) == 2
    assert not list((tmp_path / "reports").glob(".2026S1-*")) + list((tmp_path / "reports" / ".cache").glob(".work*"))
