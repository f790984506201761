"""Processes forked from a warm parent, or started the plain way where that cannot be.

A process is asked for by the name of a function. It ends when whoever asked for it ends, however that happens.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import pickle
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from coopeval.runs import warming
from coopeval.runs.warming import NUMBER, job_of

CHOICE = "COOPEVAL_KERNELS"  # plain: never fork
ADDRESS = "COOPEVAL_WARM"  # where the warm parent of this process is reached, and what was decided at its start
# Names of the environment that an interpreter or a library reads once, when it starts.
AT_START = (
    "PYTHON", "LC_", "LANG", "TZ", "OMP_", "OPENBLAS_", "MKL_", "NUMEXPR_", "MPL", "MATPLOTLIBRC", "LD_",
    "SOURCE_DATE_EPOCH",
)  # fmt: skip
LOG = "kernels.log"
PATIENCE = 0.5  # seconds a warm parent has to clean up


class NotWarm(Exception):
    """There is no warm parent for what was asked; the plain way is open."""


def can_fork() -> bool:
    """Whether kernels may be forked here. Elsewhere than on Linux, system libraries do not survive a fork."""
    return sys.platform == "linux" and os.environ.get(CHOICE) != "plain"


def decided_at_start(environment: Mapping[str, str]) -> str:
    """What a process made from this environment can no longer change, in short."""
    said = {name: value for name, value in environment.items() if name.startswith(AT_START)}
    return hashlib.sha256(json.dumps([sys.executable, sys.prefix, said], sort_keys=True).encode()).hexdigest()[:20]


class Forked:
    """A process of the warm parent, used like `subprocess.Popen`; closing it ends the process."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.pid, self.returncode, self._connection = pid, None, connection

    def fileno(self) -> int:
        """What can be read once the process has ended."""
        return self._connection.fileno()

    def poll(self) -> int | None:
        """The exit code, if the process has ended; negative for the signal that ended it."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once there is one."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """To the process and all that it started; nothing once it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process and all that it started, from any thread: its parent sees to it."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            try:
                said = self._connection.recv(NUMBER.size)
            except OSError:
                said = b""
            # Without an answer the parent itself was killed, and took its children along.
            self.returncode = NUMBER.unpack(said)[0] if len(said) == NUMBER.size else -signal.SIGKILL
            self._connection.close()
        return self.returncode


class Parent:
    """The warm parent of this process: started when first needed, gone when this process is."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.decided = decided_at_start(environment)
        self.scratch = tempfile.mkdtemp(prefix="coopeval-")
        address = str(Path(self.scratch, "warm"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(address)
            listener.listen(64)
            alive, self._alive = os.pipe()
            with open(Path(self.scratch, LOG), "ab") as log:
                command = [sys.executable, "-P", warming.__file__, str(listener.fileno()), str(alive), self.scratch]
                self._process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(environment),
                    pass_fds=(listener.fileno(), alive), start_new_session=True,
                )  # fmt: skip
            os.close(alive)
        self.place = f"{self.decided}:{address}"

    def lives(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """End it with all its children, and clean up."""
        os.close(self._alive)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # in the middle of its imports, for a run that was refused
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)  # it did so itself, unless it was killed


_parents: dict[int, Parent] = {}
_lock = threading.Lock()


def place_of(environment: Mapping[str, str]) -> str:
    """Where a warm parent is reached that suits this environment: an inherited one, ours, or a new one."""
    inherited, decided = os.environ.get(ADDRESS, ""), decided_at_start(environment)
    if inherited.split(":")[0] == decided:
        return inherited
    with _lock:
        ours = _parents.get(os.getpid())
        if ours is not None and (ours.decided != decided or not ours.lives()):
            _parents.pop(os.getpid()).end()
            ours = None
        if ours is None:
            ours = _parents[os.getpid()] = Parent(environment)
        return ours.place


def scratch() -> str | None:
    """A folder that goes when this process does, by `kill -9` too: that of our warm parent, if there is one."""
    ours = _parents.get(os.getpid())
    return ours.scratch if ours is not None and ours.lives() else None


def forked(job: str, argument: object, environment: Mapping[str, str], folder: str | Path, fds: tuple[int, ...]):
    """A process that calls a function, `module:name`, with an argument and the number of a pipe to answer on.

    Parameters
    ----------
    job
        The function; it returns an exit code.
    argument
        Plain data.
    environment
        All of the environment of the new process.
    folder
        Where it stands.
    fds
        Open files: its stdin, stdout, stderr, and the end of the pipe to answer on. They stay open here.

    Raises
    ------
    NotWarm
        No fork here, no warm parent, or one that cannot.
    """
    if not can_fork():
        raise NotWarm
    connection = socket.socket(socket.AF_UNIX)
    try:
        place = place_of(environment)
        environment = {**environment, ADDRESS: place}
        said = pickle.dumps({"job": job, "with": argument, "environment": environment, "folder": str(folder)})
        connection.connect(place.split(":", 1)[1])
        socket.send_fds(connection, [NUMBER.pack(len(said))], list(fds))
        connection.sendall(said)
        answer = connection.recv(NUMBER.size, socket.MSG_WAITALL)
        pid = NUMBER.unpack(answer)[0] if len(answer) == NUMBER.size else 0
        if not pid:
            raise NotWarm
    except OSError as error:
        connection.close()
        raise NotWarm from error
    except BaseException:
        connection.close()
        raise
    return Forked(connection, pid)


class Started(subprocess.Popen):
    """A process started the plain way; what it started ends with it."""

    def kill(self) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


ALONE = "import sys; from coopeval.runs.warm import alone; sys.exit(alone(int(sys.argv[1])))"


def started(job: str, argument: object, environment: Mapping[str, str], folder: str | Path, fds: tuple[int, ...]):
    """The same as `forked`, with a process that makes all its imports itself. Its stdin is ours, to tell it."""
    _, stdout, stderr, answer = fds
    process = Started(
        [sys.executable, "-P", "-c", ALONE, str(answer)], stdin=subprocess.PIPE, stdout=stdout, stderr=stderr,
        env=dict(environment), cwd=folder, pass_fds=(answer,), start_new_session=True,
    )  # fmt: skip
    said = pickle.dumps((job, argument))
    with suppress(BrokenPipeError):
        process.stdin.write(NUMBER.pack(len(said)) + said)
        process.stdin.flush()  # and left open: when it closes, whoever asked is gone
    return process


def alone(answer: int) -> int:
    """In a process started the plain way: do the job that is told on stdin, and end when stdin does."""
    size = NUMBER.unpack(sys.stdin.buffer.read(NUMBER.size))[0]
    job, argument = pickle.loads(sys.stdin.buffer.read(size))

    def end_with_who_asked() -> None:
        sys.stdin.buffer.read(1)
        os._exit(1)

    threading.Thread(target=end_with_who_asked, daemon=True).start()
    return job_of(job)(argument, answer)


def end() -> None:
    """End the warm parent of this process, with all its children."""
    with _lock:
        ours = _parents.pop(os.getpid(), None)
    if ours is not None:
        ours.end()


atexit.register(end)
