"""What a run lets its notebooks know besides their parameters: a private file each, named by the environment."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def naming(variable: str, text: str, folder: Path) -> Iterator[None]:
    """While this lasts the environment names a file with the text, readable by its owner; none where text is empty.

    Whatever the user's own environment says under that name stays outside.
    """
    before = os.environ.pop(variable, None)
    path = None
    if text:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".told-", dir=folder)
        path = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.environ[variable] = name
    try:
        yield
    finally:
        os.environ.pop(variable, None)
        if before is not None:
            os.environ[variable] = before
        if path is not None:
            path.unlink(missing_ok=True)
