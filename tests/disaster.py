"""Runs that come to grief, each in a child of one process that has the imports done.

Every order is a run through the command line with the stand-in notebooks, executed in the child itself. The child may
be told to come to grief at its n-th step on the disk: killed as by `kill -9`, or refused by the disk. Steps are counted
by an audit hook, so each moment between two of them can be met, and met again.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import standin

from coopeval import provenance
from coopeval.provenance import ledger
from coopeval.provenance.digests import ROOT, digests_of_folder

STEPS = {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "os.truncate"}
PERIOD = "2026S1"
GRIEF = {"killed": 0, "full": errno.ENOSPC, "shut": errno.EACCES}


class Desk:
    """Notebooks, a delivery and reports in a folder; each run is a process of its own."""

    def __init__(self, server: subprocess.Popen, folder: Path, out: Path | None = None) -> None:
        self._server, self.folder, self.out = server, folder, out or folder / "reports"
        standin.write_notebooks(folder / "notebooks")
        (folder / "delivery").mkdir()
        (folder / "delivery" / "structures.csv").write_text("structure_id\nS0\n")

    def start(self, n: int = 1, period: str = PERIOD, slow: float = 0, swaps: bool = True, **grief: int) -> int:
        """Begin a run from a delivery of n structures; returns its process.

        `slow` are seconds per notebook; `swaps` whether the file system can exchange two folders; `killed`, `full`
        and `shut` name the step on the disk at which it comes to grief.
        """
        where = {"folder": str(self.folder), "out": str(self.out), "period": period}
        return self._asked({"run": {**where, "n": n, "slow": slow, "swaps": swaps, **grief}})["process"]

    def ended(self, process: int) -> int:
        """The exit code of a run, once it has ended; of a killed one its signal, negative."""
        return self._asked({"wait": process})["code"]

    def run(self, **order) -> int:
        return self.ended(self.start(**order))

    def said(self, process: int) -> str:
        return (self.folder / f"{process}.said").read_text()

    def steps(self, process: int) -> int:
        """How many steps on the disk a run took."""
        return int((self.folder / f"{process}.steps").read_text())

    def tree(self, period: str = PERIOD) -> dict[str, str]:
        """The report as readers see it: each file with its digest."""
        return digests_of_folder(self.out / period)

    def not_entered(self, period: str = PERIOD) -> list[str]:
        """Tables that readers see and the ledger of releases does not hold."""
        shown = {name: table.attrs["released"]["sha256"] for name, table in self._results(period).items()}
        lines = ledger.read(self.out / "private" / "ledger.csv")
        held = set(zip(lines["period"], lines["table"], lines["sha256"], strict=True))
        return [name for name, digest in shown.items() if (period, name, digest) not in held]

    def unsettled(self) -> int:
        """Lines of the ledger of which nobody has said yet whether readers see them."""
        return int((ledger.read(self.out / "private" / "ledger.csv")["state"] == ledger.PENDING).sum())

    def _results(self, period: str) -> dict:
        return provenance.released(self.out / period / "results")

    def left(self) -> list[str]:
        """What lies about beside finished reports and finished steps."""
        cache = self.out / ".cache"
        inside = [path.name for path in cache.iterdir() if path.name.startswith(".")] if cache.is_dir() else []
        return sorted(path.name for path in self.out.glob(".20*") if path.suffix != ".lock") + sorted(inside)

    def forget(self) -> None:
        """Let the next run execute every notebook again."""
        shutil.rmtree(self.out / ".cache", ignore_errors=True)

    def _asked(self, order: Mapping) -> dict:
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())


@contextmanager
def server():
    """The process that gives birth to runs."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": path, "COOPEVAL_LANG": "en"},
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.stdin.close()


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if "run" in order:
            process = os.fork()
            if process == 0:
                _child(order["run"])
            told = {"process": process}
        else:
            told = {"code": os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])}
        print(json.dumps(told), flush=True)


def _child(order: Mapping) -> None:
    """The run itself; never returns."""
    from coopeval.cli import main

    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where the tests were started by nohup,
    signal.signal(signal.SIGINT, signal.default_int_handler)  # and this one where a shell put them in the background
    folder = Path(order["folder"])
    said = os.open(folder / f"{os.getpid()}.said", os.O_WRONLY | os.O_CREAT)
    null = os.open(os.devnull, os.O_RDONLY)
    for number, stream in ((null, 0), (said, 1), (said, 2)):
        os.dup2(number, stream)
    steps = _count_steps(order)
    sys.argv = ["coopeval", "run", "--data", str(folder / "delivery"), "--semester", order["period"]]
    sys.argv += ["--out", order["out"], "--revise", "again", "--jobs", "1"]  # other processes begin at no step of ours
    code = 1
    try:
        _stand_in(order)
        main()
    except SystemExit as end:
        code = end.code or 0
    finally:
        (folder / f"{os.getpid()}.steps").write_text(str(steps[0]))
        os._exit(code)


def _count_steps(order: Mapping) -> list[int]:
    steps, out, here = [0], order["out"], os.getpid()
    grief = {name: order[name] for name in GRIEF if name in order}

    def hook(event: str, args: tuple) -> None:
        if event not in STEPS or (event == "open" and not str(args[0]).startswith(out)):
            return
        steps[0] += 1
        for name, at in grief.items():
            if name == "killed" and steps[0] == at:
                os.kill(here, signal.SIGKILL)
            if name != "killed" and steps[0] >= at and _writes(event, args):
                raise OSError(GRIEF[name], os.strerror(GRIEF[name]), str(args[0]))

    sys.addaudithook(hook)
    return steps


def _writes(event: str, args: tuple) -> bool:
    """Whether a step needs room on the disk; taking away does not."""
    return event == "os.mkdir" or (event == "open" and bool(args[2] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)))


def _stand_in(order: Mapping) -> None:
    from coopeval import runs, site, tables
    from coopeval.runs import running, steady

    def execute_slowly(*args):
        for task in standin.execute_here(*args):
            time.sleep(order["slow"])
            yield task

    if not order["swaps"]:
        runs.place.exchange = lambda *_: False
    notebooks = Path(order["folder"], "notebooks")
    tables.read = lambda data: standin.dataset(n=order["n"])
    runs.chapters.execute_all = execute_slowly
    runs.auditing.auditor = standin.Auditor
    steady.begin_to_warm_up = lambda: None  # the stand-in notebooks need no kernel
    site.build = standin.build
    runs.run = lambda data, semester, build, options, progress: running.run(
        data, semester, build, replace(options, notebooks=notebooks), progress
    )


def _get_ready() -> None:
    """Import what a run needs, and read the library once instead of once per run: one run is made for nothing."""
    from coopeval import provenance, runs, site
    from coopeval.cli import door  # noqa: F401
    from coopeval.provenance import digests

    digests.library_digest, runs.steps.area_of = cache(digests.library_digest), cache(digests.area_of)
    provenance.reference_digest = cache(provenance.reference_digest)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(None, Path(folder))
        _stand_in({"folder": folder, "n": 1, "slow": 0, "swaps": True})
        runs.run(Path(folder, "delivery"), PERIOD, site.build, runs.Options(out=desk.out), lambda *_, **__: None)


if __name__ == "__main__":
    _get_ready()
    _serve()
