"""The one engine that reads a register: DuckDB in bounded memory, with nothing guessed and nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

MEMORY = "450MB"  # of the engine; the whole process then stays well under a thousand megabytes
THREADS = 2  # each holds a group of rows while it writes
GROUP = 100_000  # rows of a group in Parquet; a smaller group needs less memory
SMALL, QUICK = "zstd", "lz4_raw"  # the one packs closer; the other unpacks in half the time
FAILURE = duckdb.Error


def engine(scratch: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection in memory; what does not fit goes to the folder `scratch`."""
    config = {
        "memory_limit": MEMORY, "threads": THREADS, "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }  # fmt: skip
    if scratch is not None:
        config["temp_directory"] = str(scratch)
    link = duckdb.connect(config=config)
    link.execute("SET enable_progress_bar = false")
    return link


def literal(value: object) -> str:
    """A text inside a query.

    >>> literal("l'eau")
    "'l''eau'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def many(values: Iterable[object]) -> str:
    """Several texts inside a query; no text at all where there is none.

    >>> many(["017", "706"]), many([])
    ("('017', '706')", '(NULL)')
    """
    return f"({', '.join(map(literal, values)) or 'NULL'})"


def parquet(paths: Iterable[Path]) -> str:
    """The rows of Parquet files, as a source in a query."""
    return f"read_parquet([{', '.join(literal(path.as_posix()) for path in paths)}])"


def csv(path: Path, columns: Iterable[str]) -> str:
    """The rows of a CSV file, as a source in a query: every column is text, whatever it looks like."""
    texts = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({literal(path.as_posix())}, header = true, delim = ',', quote = '\"', escape = '\"', "
        f"auto_detect = false, strict_mode = true, columns = {{{texts}}}, store_rejects = true)"
    )


def kept(link: duckdb.DuckDBPyConnection, query: str, path: Path, packing: str = SMALL) -> int:
    """Write what a query gives to a Parquet file; returns the number of rows."""
    target = literal(path.as_posix())
    options = f"FORMAT parquet, COMPRESSION {packing}, ROW_GROUP_SIZE {GROUP}"
    return link.execute(f"COPY ({query}) TO {target} ({options})").fetchone()[0]
