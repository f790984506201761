"""What is there and what is missing on this machine: looked at, never changed, without a network."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from coopeval.errors import CoopevalError
from coopeval.wording import N_, translate

OK, MISSING, WITHOUT = "ok", "missing", "without"
STATES = {OK: N_("ok"), MISSING: N_("missing"), WITHOUT: N_("without")}
OLDEST = (3, 11)
PINNED = re.compile(r"^([A-Za-z0-9._-]+==[^\s;\\]+)\s*(;[^\\\n]*)?", re.M)
NAMED = 5  # packages named one by one
ROOM = 2_000_000_000  # bytes that a report in three languages and its cache need, with some to spare
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MB = 1_000_000
ENVIRONMENT = N_("Make the environment anew: make environment.")


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: `missing` stops a report, `without` leaves something out."""

    state: str
    said: str
    values: Mapping[str, object] = field(default_factory=dict)
    step: str = ""  # what to do next

    def told(self, lang: str) -> str:
        """The line in a language."""
        words = [translate(self.said, lang).format(**self.values)]
        if self.step:
            words.append(translate(self.step, lang).format(**self.values))
        return f"{translate(STATES[self.state], lang):<9} {' '.join(words)}"


def examined(root: Path, data: Path, out: Path) -> list[Line]:
    """Everything a report, its checks and its readers need.

    Parameters
    ----------
    root
        The project.
    data, out
        As they were typed; relative ones start at the project.
    """
    looks = (
        _python(),
        *_packages(root / "requirements.lock"),
        _fonts(),
        _data(root, data),
        _room(root / out),
        _writable(root / out, out),
        _kept(root / out),
        *_programs(),
        _paper(),
        _lab(),
        *_language(),
    )
    return list(looks)


def _python() -> Line:
    values = {"version": ".".join(map(str, sys.version_info[:3])), "oldest": ".".join(map(str, OLDEST))}
    if sys.version_info[:2] < OLDEST:
        return Line(MISSING, N_("Python {version} is older than {oldest}."), values, N_("Install a newer one."))
    return Line(OK, N_("Python {version}."), values)


def pins(lock: str) -> dict[str, str]:
    """Package -> version that the lock asks for on this machine.

    >>> pins("a-b==1.2 ; python_version < '3' \\\\\\n    --hash=x\\nc==2.0 \\\\\\n    --hash=y\\n")
    {'c': '2.0'}
    """
    from packaging.requirements import Requirement

    asked = [Requirement(f"{pin}{marker}") for pin, marker in PINNED.findall(lock)]
    return {one.name: next(iter(one.specifier)).version for one in asked if one.marker is None or one.marker.evaluate()}


def _packages(lock: Path) -> Iterator[Line]:
    asked = pins(lock.read_text(encoding="utf-8"))
    there = {name: _version(name) for name in asked}
    gone = [name for name, version in there.items() if version is None]
    other = [name for name, version in there.items() if version not in (None, asked[name])]
    if gone:
        msgid = N_("{n} packages of the lock are not installed: {names}.")
        yield Line(MISSING, msgid, {"n": len(gone), "names": _few(gone)}, ENVIRONMENT)
    if other:
        msgid = N_("{n} packages have another version than the lock says, so figures may differ: {names}.")
        yield Line(MISSING, msgid, {"n": len(other), "names": _few(other)}, ENVIRONMENT)
    if not gone and not other:
        yield Line(OK, N_("All {n} packages of the lock, in its versions."), {"n": len(asked)})


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _few(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _fonts() -> Line:
    from coopeval.figures.theme import font_file

    if all(Path(font_file(bold)).is_file() for bold in (False, True)):
        return Line(OK, N_("The fonts of the figures."))
    return Line(MISSING, N_("The fonts of the figures are not there."), step=ENVIRONMENT)


def _data(root: Path, data: Path) -> Line:
    from coopeval.schema import TABLES
    from coopeval.tables import archive, folder

    at, values = root / data.expanduser(), {"data": data}
    if at.is_file():
        with at.open("rb") as handle:
            is_fine = not archive.looked_through(handle).fault
        said = N_("The workbook {data} can be opened.") if is_fine else N_("The workbook {data} cannot be read.")
        step = "" if is_fine else N_("See what is wrong: coopeval check {data}")
        return Line(OK if is_fine else MISSING, said, values, step)
    found, _ = folder.files(at)
    lacking = [name for name, table in TABLES.items() if table.required and name not in found]
    unread = [name for name, path in found.items() if not os.access(path, os.R_OK)]
    if lacking or unread:
        msgid = N_("In {data} these tables are not there or cannot be read: {names}.")
        step = N_("Name the folder with --data, or write the demonstration: coopeval demo")
        return Line(MISSING, msgid, {**values, "names": ", ".join([*lacking, *unread])}, step)
    return Line(
        OK, N_("{n} tables in {data}. Whether they are right: coopeval check {data}"), {**values, "n": len(found)}
    )


def _there(path: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(one for one in (path, *path.parents) if one.is_dir())


def _room(out: Path) -> Line:
    free = min(shutil.disk_usage(_there(out)).free, shutil.disk_usage(tempfile.gettempdir()).free)
    values = {"free": free // MB, "needed": ROOM // MB}
    if free < ROOM:
        return Line(MISSING, N_("{free} MB free on the disk; a report may need {needed}."), values, N_("Make room."))
    return Line(OK, N_("{free} MB free on the disk."), values)


def _writable(at: Path, out: Path) -> Line:
    if os.access(_there(at), os.W_OK | os.X_OK):
        return Line(OK, N_("Reports can be written in {out}."), {"out": out})
    step = N_("Let it be written to, or choose another place with --out.")
    return Line(MISSING, N_("Nothing can be written in {out}."), {"out": out}, step)


def _kept(out: Path) -> Line:
    from coopeval.runs import reports
    from coopeval.runs.chapters import CACHE

    size = sum(path.stat().st_size for path in (out / CACHE).rglob("*") if path.is_file())
    values = {"n": len(reports(out)), "size": size // MB}
    return Line(OK, N_("{n} reports; {size} MB kept so that what did not change is not done again."), values)


def _programs() -> Iterator[Line]:
    browser = os.environ.get("COOPEVAL_CHROMIUM") or next(filter(shutil.which, BROWSERS), None)
    if browser and shutil.which(browser):
        yield Line(OK, N_("A browser for the checks of accessibility ({name})."), {"name": Path(browser).name})
    else:
        step = N_("On Debian and Ubuntu: apt install chromium")
        yield Line(WITHOUT, N_("No Chromium: the checks in a browser are skipped, reports are made."), step=step)
    if shutil.which("ssh-keygen"):
        yield Line(OK, N_("ssh-keygen, to sign a report."))
    else:
        yield Line(WITHOUT, N_("No ssh-keygen: reports cannot be signed."), step=N_("Install OpenSSH."))


def _paper() -> Line:
    from coopeval.site import ready_for_paper

    try:
        ready_for_paper()
    except CoopevalError:
        step = N_("On Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0")
        return Line(WITHOUT, N_("No Pango: the annual report cannot be made as a PDF."), step=step)
    return Line(OK, N_("Pango, for the annual report as a PDF."))


def _lab() -> Line:
    if importlib.util.find_spec("jupyterlab") and importlib.util.find_spec("ipykernel"):
        return Line(OK, N_("JupyterLab, to work in the notebooks: coopeval lab"))
    return Line(WITHOUT, N_("No JupyterLab: the notebooks cannot be opened."), step=ENVIRONMENT)


def _language() -> Iterator[Line]:
    from coopeval.cli.talking import LANG, language

    values = {"lang": language(), "name": LANG}
    yield Line(OK, N_("Messages in {lang}; {name} sets another language: nl, fr or en."), values)
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    if encoding not in ("utf8", "utf8sig"):
        step = N_("Set PYTHONUTF8=1.")
        yield Line(WITHOUT, N_("This terminal is not in UTF-8: letters with accents may look wrong."), step=step)
