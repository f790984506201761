"""What follows from a data set alone is worked out once: nobody changes a data set, so it stays true."""

from __future__ import annotations

import copy
import functools
import inspect
import os
from collections.abc import Callable, Hashable
from typing import TypeVar

import pandas as pd

from coopeval.tables.dataset import Dataset
from coopeval.tables.reads import READS
from coopeval.uncertainty import Beside

Work = TypeVar("Work", bound=Callable)


def once(work: Work) -> Work:
    """A function of a data set and plain choices that works for each of them once; every caller gets a copy.

    What it returned before is kept with the data set and goes with it. Choices that are no plain values (a frame)
    are not compared: with them the function works each time, as it does for a mapping that is no `Dataset`.

    >>> from coopeval.tables import from_frames
    >>> worked = []
    >>> size = once(lambda dataset, of="projects": worked.append(of) or len(dataset))
    >>> nothing = from_frames({})
    >>> size(nothing), size(nothing, "projects"), size(nothing, of="jobs"), worked
    (0, 0, 0, ['projects', 'jobs'])
    """
    signature = inspect.signature(work)

    @functools.wraps(work)
    def from_memory(dataset, *args, **kwargs):
        said = signature.bind(dataset, *args, **kwargs)
        said.apply_defaults()
        choices = _plain(tuple(said.arguments.items())[1:])
        if choices is None or not isinstance(dataset, Dataset):
            return work(dataset, *args, **kwargs)
        key = (work, choices, os.environ.get(READS))  # each notebook notes for itself what it looks at
        if key not in dataset.worked_out:
            dataset.worked_out[key] = work(dataset, *args, **kwargs)
        return _another(dataset.worked_out[key])

    return from_memory


def _another(made: object) -> object:
    """A copy of all that can be changed, frames beside a frame too; a data set stays itself."""
    copied = copy.deepcopy(made)
    if isinstance(copied, pd.DataFrame):
        beside = {word: said.again() for word, said in copied.attrs.items() if isinstance(said, Beside)}
        copied.attrs = {**copied.attrs, **beside}
    return copied


def _plain(choice: object) -> Hashable | None:
    """The choice as a key that tells 1 from True and from 1.0; none where it is no plain value."""
    if choice is None or isinstance(choice, str | bool | int | float | pd.Timestamp):
        return type(choice).__name__, choice
    if isinstance(choice, tuple | list):
        parts = tuple(_plain(part) for part in choice)
        return None if None in parts else (type(choice).__name__, parts)
    return None
