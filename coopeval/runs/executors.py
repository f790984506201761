"""Where the reports of a grid are made: on this machine, or on the workers of a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from coopeval.errors import ParameterError, refusal
from coopeval.wording import N_

PATIENCE_S = 10


@contextmanager
def executor_of(scheduler: str | None, at_once: int | None) -> Iterator[Executor]:
    """An executor of `concurrent.futures`: threads that wait for processes here, or a cluster's.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler, such as tcp://127.0.0.1:8786; none for this machine.
    at_once
        How many reports side by side here; as many as there are processors if none is said.

    Raises
    ------
    ParameterError
        No scheduler answers there, or Dask is not installed.
    """
    if scheduler is None:
        with ThreadPoolExecutor(at_once or os.cpu_count() or 1) as threads:
            yield threads
        return
    client = _client(scheduler)
    try:
        yield client.get_executor(pure=False, retries=3)  # a worker that dies costs one more try, not the report
    finally:
        client.close()


def _client(scheduler: str):
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        msgid = N_("--scheduler needs Dask. Install it with: pip install distributed; or leave --scheduler out.")
        raise refusal(ParameterError, msgid) from None
    try:
        get_address_host_port(scheduler, strict=True)  # a client of what is no address takes long to give up
        return Client(scheduler, timeout=PATIENCE_S, set_as_default=False)
    except (OSError, ValueError, TypeError):
        msgid = N_(
            "No Dask scheduler answers at {address}. Start one with: dask scheduler; or leave --scheduler out, and "
            "the reports are made on this machine."
        )
        raise refusal(ParameterError, msgid, address=scheduler) from None
