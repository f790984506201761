"""A site on this machine's own address, for looking at; nobody else can reach it."""

from __future__ import annotations

import errno
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from coopeval.errors import CoopevalError, ParameterError, refusal
from coopeval.wording import N_

HOST = "127.0.0.1"


class Quiet(SimpleHTTPRequestHandler):
    """Files of one folder, without a line per request."""

    def log_message(self, *_) -> None:
        """Nothing: a page with thirty figures is not thirty pieces of news."""


def site_of(out: Path, period: str | None) -> Path:
    """The site of a period; of the latest one if none is named."""
    sites = sorted(path for path in out.glob("*/site") if path.is_dir())
    found = [path for path in sites if period is None or path.parent.name == period]
    if not sites:
        raise refusal(ParameterError, N_("There is no site in {out} yet. Make one with coopeval run."), out=out)
    if not found:
        msgid = N_("There is no site of {period} in {out}; there are {known}.")
        raise refusal(
            ParameterError, msgid, period=period, out=out, known=", ".join(path.parent.name for path in sites)
        )
    return found[-1]


def server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server of a folder, not yet started; port 0 takes any free one."""
    try:
        return ThreadingHTTPServer((HOST, port), partial(Quiet, directory=str(site)))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        msgid = N_("Port {port} is taken. Choose another one with --port, for instance {other}.")
        raise refusal(CoopevalError, msgid, port=port, other=port + 1) from None
    except OverflowError:
        raise refusal(ParameterError, N_("{port} is not a port; choose 1024 to 65535."), port=port) from None
