"""What decides a part of a page: its description, its tables, the language, the sentences it may say, and the code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import version

import pandas as pd

from coopeval import provenance, wording
from coopeval.provenance.digests import ROOT, digest_of_all, files_below
from coopeval.uncertainty import about_of, require_released

# The code that draws and tells, with all it may use: figures and display know tables and words only.
DRAWS = ("errors", "semesters", "reference", "wording", "schema", "uncertainty", "figures", "display", "site")
PACKAGES = ("babel", "jinja2", "matplotlib", "mistune", "numpy", "openpyxl", "pandas")


def key(kind: str, lang: str, tables: Sequence[pd.DataFrame], *said: object) -> str:
    """The name of a part.

    Parameters
    ----------
    kind
        What is made of it.
    tables
        The released tables it shows.
    said
        Its description and whatever else it is made from, as JSON knows it.

    Raises
    ------
    DisclosureError
        A table has not passed the gate, or was changed since.
    """
    stamps = [require_released(table) for table in tables]
    texts = {text for part in [*said, *(about_of(table) for table in tables)] for text in _texts(part)}
    words = {text: wording.translate(text, lang) for text in sorted(texts)}
    decided = [kind, lang, stamps, said, words, sentences(lang), code()]
    return hashlib.sha256(json.dumps(decided, sort_keys=True, default=list).encode()).hexdigest()


@cache
def code() -> str:
    """Digest of the code that draws, of the code lists and of the packages it draws with."""
    library = ROOT / "coopeval"
    files = [path for path in files_below(library) if path.relative_to(library).parts[0].removesuffix(".py") in DRAWS]
    parts = [(path.relative_to(library).as_posix(), path.read_bytes()) for path in files]
    parts += [(name, version(name).encode()) for name in PACKAGES]
    return digest_of_all([*parts, ("reference", provenance.reference_digest().encode())])


@cache
def sentences(lang: str) -> str:
    """Digest of what the code that draws says in a language; prose of notebooks is not in it."""
    return hashlib.sha256(json.dumps(wording.said_in(DRAWS, lang), sort_keys=True).encode()).hexdigest()


def _texts(part: object) -> Iterator[str]:
    """Every text in a description: any of them may be a sentence of the catalogues."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        yield from _texts(list(part.values()))
    elif isinstance(part, Sequence):
        for piece in part:
            yield from _texts(piece)
