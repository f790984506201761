"""How papermill talks to a kernel here: no sleeping until it is ready, and limits to what it may take and say."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from uuid import uuid4

from jupyter_client.client import KernelClient
from jupyter_client.manager import KernelManager
from jupyter_core.paths import jupyter_runtime_dir
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async, run_hook, run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

NAME = "coopeval"
MOST_PRINTED = 1_000_000  # characters a cell may print; one that prints more is not read by anybody
MOST_SHOWN = 20_000_000  # characters of everything a cell shows, pictures included
KEPT = 2_000  # characters that stay of what was too much
SAID = ("stream", "display_data", "execute_result", "update_display_data")


class TooMuchShown(Exception):
    """A cell, named by its id, printed or showed more than a page can hold."""


class Client(PapermillNotebookClient):
    """A client of one kernel, for one notebook."""

    printed = shown = 0
    said_too_much = ""  # the cell that did; the next one may have begun before its kernel is gone

    def create_kernel_manager(self) -> KernelManager:
        """Its address and key go with the folder of this run, also if the kernel is killed."""
        manager = super().create_kernel_manager()
        folder = Path(jupyter_runtime_dir())
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        manager.connection_file = str(folder / f"kernel-{uuid4().hex}.json")
        return manager

    async def async_start_new_kernel_client(self) -> KernelClient:
        """A client that is connected to all channels of the kernel; each wait ends with the message it waits for."""
        self.kc = self.km.client()
        try:
            await ensure_async(self.kc.start_channels())
            await self._answered(time.monotonic() + self.startup_timeout)
        except Exception:
            await self._async_cleanup_kernel()
            raise
        self.kc.allow_stdin = False
        await run_hook(self.on_notebook_start, notebook=self.nb)
        return self.kc

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    async def _answered(self, until: float) -> None:
        """Ask what kernel this is until its answer has come on both channels: then nothing it says can be missed."""
        while True:
            asked = self.kc.kernel_info()
            try:
                while (await self._next(self.kc.shell_channel, 1))["parent_header"].get("msg_id") != asked:
                    pass
                while not _is_idle(await self._next(self.kc.iopub_channel, 0.2), asked):
                    pass
                return
            except Empty:
                pass
            if not await ensure_async(self.km.is_alive()):
                raise DeadKernelError("Kernel died")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel did not answer in {self.startup_timeout} seconds")

    async def _next(self, channel, timeout: float) -> dict:
        return await ensure_async(channel.get_msg(timeout=timeout))

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take a message in. A cell that says too much loses its kernel at once, and what it said is cut short."""
        if msg["msg_type"] == "execute_input":
            self.printed = self.shown = 0
        if msg["msg_type"] not in SAID:
            return super().process_message(msg, cell, cell_index)
        if self.said_too_much:
            return None
        content = msg["content"]
        self.printed += len(content.get("text", ""))
        self.shown += sum(len(str(shown)) for shown in content.get("data", {}).values())
        if self.printed > MOST_PRINTED or self.shown > MOST_SHOWN:
            self.said_too_much = cell.get("id", "?")
            self._end = asyncio.ensure_future(self.km.provisioner.kill())
            said = "".join(output.text for output in cell.outputs if output.output_type == "stream")
            cell.outputs.clear()
            if "text" not in content:
                return None
            content["text"] = f"{(said + content['text'])[:KEPT]}\n[...]\n"
        return super().process_message(msg, cell, cell_index)


class PatientEngine(Engine):
    """The engine of a run. Whatever ends a notebook early carries the notebook as far as it came."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name: str, start_timeout: int = 120, seconds: float | None = None, **_: object
    ) -> NotebookNode:
        """Execute a notebook; its cells have so many seconds together."""
        client = Client(
            nb_man, kernel_name=kernel_name, startup_timeout=start_timeout, timeout_func=_left(seconds),
            shutdown_kernel="graceful",
        )  # fmt: skip
        try:
            return client.execute()
        except (CellTimeoutError, DeadKernelError) as error:
            ended = TooMuchShown(client.said_too_much) if client.said_too_much else error
            ended.notebook = nb_man.nb
            raise ended from None


def register() -> str:
    """Make the engine known to papermill; returns its name."""
    papermill_engines.register(NAME, PatientEngine)
    return NAME


def _left(seconds: float | None) -> Callable[[NotebookNode], float] | None:
    """Seconds left to a cell: all cells of a notebook share them, counted from its first one."""
    if seconds is None:
        return None
    begun: list[float] = []

    def left(cell: NotebookNode) -> float:
        begun.append(time.monotonic())
        return max(0.001, begun[0] + seconds - begun[-1])

    return left


def _is_idle(message: dict, asked: str) -> bool:
    is_ours = message["parent_header"].get("msg_id") == asked
    return is_ours and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
