"""The place where a period is published: one lock, one fresh folder, one atomic switch."""

from __future__ import annotations

import ctypes
import errno
import getpass
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from coopeval.errors import CoopevalError, LockedError, ParameterError, refusal
from coopeval.wording import N_

PRIVATE = "private"
AT_FDCWD, RENAME_EXCHANGE = -100, 2
FLUSHED_AT_ONCE = 16  # files
FULL = (errno.ENOSPC, errno.EDQUOT)
# A place that may not be written to, where something else stands in the way, or that somebody took away meanwhile.
SHUT = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR, errno.ENOENT)
FULL_MSGID = N_(
    "The disk is full, at {place} or at {scratch}. Readers keep the last report that was finished. Make room and run "
    "again: what was done is not done again."
)
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)


class Place:
    """A folder `out/<period>` that readers may look at while it is replaced; `owner_only` if all of it is private."""

    def __init__(self, out: Path, period: str, owner_only: bool = False) -> None:
        self.out, self.period, self.owner_only = Path(out), period, owner_only
        self.path = self.out / period
        self._before = self.out / f".{period}-before"
        if self.path.is_symlink():
            msgid = N_("{place} is a link to another place. Remove the link, or choose another --out.")
            raise refusal(ParameterError, msgid, place=self.path)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the place; a second run is told who holds it.

        The lock belongs to the process, not to the file: when a run dies the system lets go of it, so a file left
        behind never stands in the way.
        """
        import fcntl

        self.out.mkdir(parents=True, exist_ok=True)
        if self.owner_only:
            self.out.chmod(0o700)
        handle = os.open(self.out / f".{self.period}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno in NO_LOCKS:
                    msgid = N_("The disk of {place} cannot lock a folder. Choose an --out on a disk of this machine.")
                    raise refusal(ParameterError, msgid, place=self.out) from None
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
                raise self._held_by(os.pread(handle, 4096, 0)) from None
            owner = {
                "user": _user(),
                "process": os.getpid(),
                "since": datetime.now(UTC).isoformat("T", "seconds"),
            }
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(owner).encode(), 0)
            self._clean_up()
            yield
            os.ftruncate(handle, 0)
        finally:
            os.close(handle)

    def _held_by(self, content: bytes) -> LockedError:
        try:
            owner = json.loads(content)
        except ValueError:
            owner = {}
        return refusal(
            LockedError,
            N_("{period} is being made by {user} (process {process}) since {since}. Wait for it to end."),
            period=self.period,
            **{word: owner.get(word, "?") for word in ("user", "process", "since")},
        )

    def _clean_up(self) -> None:
        """What a run that died left behind: only the one that holds the lock may touch it."""
        if self._before.exists() and not self.path.exists():
            self._before.rename(self.path)
        for left in self.out.glob(f".{self.period}-*"):
            shutil.rmtree(left, ignore_errors=True)

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """A folder to build in, beside the place and on the same disk; gone at the end unless it was published."""
        folder = Path(tempfile.mkdtemp(prefix=f".{self.period}-", dir=self.out))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path) -> None:
        """Put a finished folder in the place: readers see the old one or the new one, never a mixture."""
        set_modes(folder, self.owner_only)
        flush(folder)
        if not self.path.exists():
            folder.rename(self.path)
        elif not exchange(folder, self.path):
            self.path.rename(self._before)  # a crash here is mended by the next run
            try:
                folder.rename(self.path)
            except OSError:
                self._before.rename(self.path)
                raise
            shutil.rmtree(self._before, ignore_errors=True)
        _sync(self.out)


@contextmanager
def told(out: Path) -> Iterator[None]:
    """What the disk refuses is told in a sentence with a remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise full(out) from error
        where = Path(os.fsdecode(error.filename)) if error.filename else out
        if error.errno not in SHUT or not where.is_relative_to(out):
            raise
        msgid = N_("Nothing can be written at {place} ({problem}). Let it be written to, or choose another --out.")
        raise refusal(ParameterError, msgid, place=where, problem=os.strerror(error.errno)) from error


def full(out: Path) -> CoopevalError:
    """The disk is full. Where it was is not always known: kernels and libraries keep files of their own for a while."""
    return refusal(CoopevalError, FULL_MSGID, place=out, scratch=tempfile.gettempdir())


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step of the file system; False where it cannot."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    done = call(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    if done == 0:
        return True
    problem = ctypes.get_errno()
    if problem in (errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.ENOTSUP):
        return False
    raise CoopevalError(f"The report could not be put in its place: {os.strerror(problem)}.")


def set_modes(folder: Path, owner_only: bool = False) -> None:
    """Public files for everyone to read, the private folder for its owner alone, whatever the umask."""
    folder.chmod(0o700 if owner_only else 0o755)
    for path in folder.rglob("*"):
        is_private = owner_only or path.relative_to(folder).parts[0] == PRIVATE
        path.chmod((0o700 if path.is_dir() else 0o600) if is_private else (0o755 if path.is_dir() else 0o644))


def flush(folder: Path) -> None:
    """Everything below a folder is on the disk before the switch."""
    with ThreadPoolExecutor(FLUSHED_AT_ONCE) as threads:  # a disk takes many as fast as one
        for _ in threads.map(_sync, [*folder.rglob("*"), folder]):
            pass


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
