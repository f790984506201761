"""A Jupyter kernel provisioner that forks kernels from a warm parent; where it cannot, it starts them the plain way.

Registered as `coopeval-warm` under the entry point group `jupyter_client.kernel_provisioners`, so that any Jupyter
program takes it: name it in a kernelspec, or in JUPYTER_DEFAULT_PROVISIONER_NAME.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from coopeval.provenance.results import RESULTS
from coopeval.runs import warm

NAME = "coopeval-warm"
DEFAULT = KernelProvisionerFactory.default_provisioner_name_env
LAUNCHER = ["-m", "ipykernel_launcher"]
DEBUGGER = "debugpy"
# A kernel may take so many megabytes of memory; what it takes beyond is refused to it.
MEMORY = "COOPEVAL_MEMORY_MB"
MEGABYTE = 1 << 20
ALIVE = b"1"
SOON = 1.0  # seconds in which a kernel that was asked to end has ended; others are waited for as Jupyter does


class WarmProvisioner(LocalProvisioner):
    """Kernels that are copies of a process with the imports done: fresh process, fresh state, own seed."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """A forked kernel if this is a kernel of our own interpreter, else one started the plain way."""
        arguments = kernel_arguments(cmd)
        try:
            if arguments is None:
                raise warm.NotWarm
            await self._forked(arguments, kwargs)
        except warm.NotWarm:
            return await super().launch_kernel(cmd, **kwargs)
        return self.connection_info

    async def _forked(self, arguments: list[str], kwargs: dict[str, Any]) -> None:
        ready, answer = os.pipe()
        with closing(open(os.devnull, "rb")) as nothing:
            streams = (kwargs.get("stdin") or nothing, kwargs.get("stdout") or 1, kwargs.get("stderr") or 2)
            fds = (*(stream if isinstance(stream, int) else stream.fileno() for stream in streams), answer)
            folder = kwargs.get("cwd") or os.getcwd()
            try:
                if min(fds) < 0:  # a pipe that Popen is to make
                    raise warm.NotWarm
                self.process = warm.forked("coopeval.runs.kernels:become", arguments, kwargs["env"], folder, fds)
            except BaseException:
                os.close(ready)
                raise
            finally:
                os.close(answer)
        self.pid = self.pgid = self.process.pid
        self.cwd = folder
        await _readable(ready)  # its sockets are bound, or it has died: nobody connects too early
        os.close(ready)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """A forked kernel that was asked to end is waited for here: Jupyter looks ten times a second, and waits."""
        if isinstance(self.process, warm.Forked) and self.process.poll() is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(_readable(self.process.fileno()), SOON)


def kernel_arguments(cmd: Sequence[str]) -> list[str] | None:
    """What comes after `python -m ipykernel_launcher`; none if the command is another one, or of another Python."""
    python, *rest = cmd
    if not Path(python).exists() or Path(python).resolve() != Path(sys.executable).resolve():
        return None
    if Path(python).parent.resolve() != Path(sys.executable).parent.resolve():  # one of another environment
        return None
    if rest and rest[0].startswith("-Xfrozen_modules"):  # for debuggers alone
        rest = rest[1:]
    return rest[2:] if rest[:2] == LAUNCHER else None


def become(arguments: Sequence[str], answer: int) -> int:
    """In a fork of the warm parent: be the kernel that `python -m ipykernel_launcher` would be."""
    import ipykernel_launcher
    from ipykernel.kernelapp import IPKernelApp

    limit_memory(os.environ.pop(MEMORY, ""))
    sys.argv = [ipykernel_launcher.__file__, *arguments]
    kernel = IPKernelApp.instance(parent_handle=os.getppid())
    with without_debugger() if RESULTS in os.environ else nullcontext():
        kernel.initialize(list(arguments))
    os.write(answer, ALIVE)
    os.close(answer)
    kernel.start()
    return 0


@contextmanager
def without_debugger() -> Iterator[None]:
    """Nobody steps through the notebooks of a run, and a debugger takes as long to import as all else at the start."""
    there = {DEBUGGER: sys.modules[DEBUGGER]} if DEBUGGER in sys.modules else {}
    sys.modules[DEBUGGER] = None
    try:
        yield
    finally:
        del sys.modules[DEBUGGER]
        sys.modules.update(there)


def limit_memory(megabytes: str | int) -> None:
    """What this process may write to, and what it starts; asking for more is a MemoryError and no dead machine."""
    if megabytes:
        most = int(megabytes) * MEGABYTE
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        with suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def register() -> None:
    """Make the provisioner known and the default of this process, also where the library was only put on the path."""
    KernelProvisionerFactory.provisioners[NAME] = entry_point()
    os.environ[DEFAULT] = NAME


def entry_point() -> EntryPoint:
    """How Jupyter finds the provisioner, as pyproject.toml tells it."""
    return EntryPoint(NAME, f"{__name__}:{WarmProvisioner.__name__}", KernelProvisionerFactory.GROUP_NAME)


async def _readable(fd: int) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(fd, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(fd)
