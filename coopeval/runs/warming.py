"""The warm parent: a small process with the imports done that forks kernels, and never touches zmq or a loop itself.

Run as a program, `warming.py LISTENER ALIVE SCRATCH`, by `coopeval.runs.warm`. Only the standard library is imported
before the process is made ready, since what is imported first decides some settings of what is imported after it.

Why not `multiprocessing.forkserver`: a process made by it cannot ask the same server for another one, it starts a
server of its own and pays for all imports again (https://github.com/python/cpython/issues/86354); the environment, the
folder, the streams and the session of a kernel, and the death of whoever asked for it, are no part of it either.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import gc
import importlib
import os
import pickle
import selectors
import shutil
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace

FDS = 4  # stdin, stdout, stderr, and the pipe on which a child answers
NUMBER = struct.Struct("q")
ALLOCATOR = "jemalloc_bg_thd"
# Grammars of addresses that an optional check of jsonschema builds at import; it takes longer than all else together.
NEVER_NEEDED = "rfc3987_syntax"
INLINE = "module://matplotlib_inline.backend_inline"
# What notebooks and those who run them import. Modules that draw or talk only once a kernel lives are left to it.
READY = (
    "numpy", "pandas", "scipy.stats", "scipy.optimize", "scipy.sparse.linalg", "matplotlib.pyplot",
    "matplotlib.font_manager", "statsmodels.api", "statsmodels.formula.api", "lifelines", "ipykernel.ipkernel",
    "ipykernel.kernelapp", "ipykernel_launcher", "IPython.core.magics", "IPython.core.completerlib",
    "IPython.core.oinspect", "IPython.extensions.storemagic", "psutil", "sqlite3", "tornado.queues",
    "tornado.platform.asyncio", "jupyter_client.provisioning", "papermill", "nbformat", "nbclient",
    "pandas.io.formats.csvs", "pandas.core.reshape.reshape", "pandas.core.arrays.arrow.extension_types",
    "pyarrow.feather", "IPython.core.debugger", "ipykernel.kernelspec", "coopeval.runs.alone",
)  # fmt: skip
AREAS = (
    "reference", "wording", "schema", "uncertainty", "provenance.results", "tables", "cohort", "evidence", "portfolio",
    "quality", "survival", "competing", "jobs", "costs", "pathways", "practices", "balance", "effectiveness",
    "comparison", "indicators", "disclosure", "figures", "display",
)  # fmt: skip


def get_ready() -> None:
    """Import what kernels need, as if in a kernel."""
    # pandas asks at import whether it stands in a terminal, and shows fewer columns if not; a kernel is none.
    gc.disable()  # nothing of all this is ever thrown away, and looking for it takes a tenth of the time
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)
    os.environ["MPLBACKEND"] = INLINE  # read at import; without it no picture is made
    sys.modules[NEVER_NEEDED] = None
    for name in (*READY, *(f"coopeval.{area}" for area in AREAS)):
        with suppress(ImportError):
            importlib.import_module(name)
    with suppress(ImportError):  # what notebooks must look like is compiled at the first look at one
        nbformat = importlib.import_module("nbformat")
        nbformat.validate(nbformat.v4.new_notebook())
    with suppress(Exception):  # a notebook that shows something tells what is wrong, and where
        importlib.import_module("coopeval.runs.rehearsing").rehearse()
    del builtins.get_ipython, os.environ["MPLBACKEND"], sys.modules[NEVER_NEEDED]
    gc.enable()
    gc.collect()
    gc.freeze()  # what all children share is not written to by their collector


def threads() -> int:
    """How many threads this process has, those of libraries included; a process with more than one is not forked.

    The one of Arrow's memory allocator does not count: it holds no lock over a fork and is known to survive it.
    """
    names = []
    with suppress(OSError):
        for task in os.listdir("/proc/self/task"):
            names.append(Path(f"/proc/self/task/{task}/comm").read_text().strip())
    return sum(name != ALLOCATOR for name in names) or 1


class Children:
    """The living children: who asked for each, over which connection."""

    def __init__(self, listener: socket.socket, alive: int) -> None:
        self.listener, self.alive = listener, alive
        self.asked: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self._deaths, self._told = os.pipe()
        for end in (self._deaths, self._told):
            os.set_blocking(end, False)
        self.before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGCHLD, signal.SIGINT)}
        signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)
        for watched in (listener, alive, self._deaths):
            self.selector.register(watched, selectors.EVENT_READ)

    def serve(self) -> Callable[[], int] | None:
        """Fork whatever is asked for; returns in a child what it is to do, and none once nobody needs us."""
        while True:
            for key, _ in self.selector.select():
                if key.fileobj == self.alive:
                    return self._end()
                if key.fileobj == self._deaths:
                    self._reap()
                elif key.fileobj is self.listener:
                    job = self._asked_for()
                    if job is not None:
                        return job
                elif key.fileobj in self.asked.values():  # whoever asked has gone
                    self._kill(next(pid for pid, asker in self.asked.items() if asker is key.fileobj))

    def _asked_for(self) -> Callable[[], int] | None:
        asker, _ = self.listener.accept()
        try:
            asker.settimeout(30)
            asked, fds = received(asker)
        except (OSError, EOFError, pickle.PickleError):
            asker.close()
            return None
        if threads() > 1:
            pid = 0  # a copy of a process with threads may hang on a lock that nobody holds
        else:
            pid = os.fork()
            if pid == 0:
                return self._become(asker, asked, fds)
        for fd in fds:
            os.close(fd)
        self.asked[pid] = asker
        with suppress(OSError):
            asker.sendall(NUMBER.pack(pid))
        if pid:
            self.selector.register(asker, selectors.EVENT_READ)
        else:
            self.asked.pop(pid).close()
        return None

    def _become(self, asker: socket.socket, asked: dict, fds: list[int]) -> Callable[[], int]:
        """In the child: nothing of the parent is left open, and the streams, folder and environment are its own."""
        parent = os.getppid()
        _end_with_the_parent(parent)
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number, handler in self.before.items():
            signal.signal(number, handler)
        self.selector.close()
        for left in (self.listener, asker, *self.asked.values()):
            left.close()
        for fd in (self.alive, self._deaths, self._told):
            os.close(fd)
        *streams, answer = fds
        os.set_inheritable(answer, False)
        for number, fd in enumerate(streams):
            os.dup2(fd, number)
            os.close(fd)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        _own_chance()
        return partial(job_of(asked["job"]), asked["with"], answer)

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._deaths, 65536)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            asker = self.asked.pop(pid, None)
            if asker is not None:
                self.selector.unregister(asker)
                with suppress(OSError):
                    asker.sendall(NUMBER.pack(os.waitstatus_to_exitcode(status)))
                asker.close()

    def _kill(self, pid: int) -> None:
        """End a child and all that it started; its body is collected when the system says so."""
        asker = self.asked[pid]
        self.selector.unregister(asker)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        del self.asked[pid]
        asker.close()

    def _end(self) -> None:
        for pid in list(self.asked):
            self._kill(pid)


def job_of(name: str) -> Callable[[object, int], int]:
    """The function of a name like `module:function`."""
    module, function = name.split(":")
    return getattr(importlib.import_module(module), function)


def received(asker: socket.socket) -> tuple[dict, list[int]]:
    """What is asked for, and the open files that come with it."""
    head, fds, _, _ = socket.recv_fds(asker, NUMBER.size, FDS)
    size = NUMBER.unpack(head)[0]
    said = bytearray()
    while len(said) < size:
        more = asker.recv(size - len(said))
        if not more:
            raise EOFError
        said += more
    return pickle.loads(bytes(said)), list(fds)


def _own_chance() -> None:
    """Copies of a process would draw the same numbers: each seeds itself."""
    import random

    random.seed()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()


def _end_with_the_parent(parent: int) -> None:
    """Where the system can, it ends this process when its parent is killed."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)


def _ended(code: int) -> int:
    """End a child as its interpreter would, but for the last step: it does not take apart what it holds.

    To do so it would write to every object it shares with its parent, and copy for it all the memory there is.
    """
    threading._shutdown()  # what still works in it is waited for, then what was promised for its end is done
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(code)


def main() -> int:
    """Serve until the one who started us ends."""
    listener, alive, scratch = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    get_ready()
    job = Children(socket.socket(fileno=listener), alive).serve()
    if job is not None:
        return _ended(job())
    shutil.rmtree(scratch, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
