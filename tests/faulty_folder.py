"""A clean folder of three tables, and the small changes that spoil it."""

import csv
import io
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from hypothesis import HealthCheck, settings

from coopeval import tables
from coopeval.errors import DataError

P, E, S = "projects.csv", "enterprises.csv", "structures.csv"
STRUCTURES = """\
structure_id,name,kind,region,country,is_evaluated,started_on,source
S1,COOPCITY,incubator,Brussels,BE,true,2016-01-01,annual report
S2,Another,incubator,Wallonia,BE,false,,website
"""
PROJECTS = """\
project_id,structure_id,name,applied_on,decided_on,selection,selection_score,entered_on,stage_at_entry,project_type,\
theme,economic_model,postcode,n_holders,n_women_holders,mature_on,ended_on,end_kind,end_reason,last_seen_on
P0001,S1,Café Zoë,2020-01-10,2020-02-01,selected,7.5,2020-03-01,idea,new_enterprise,food,cooperative,1000,3,2,\
2021-01-01,2021-06-30,enterprise_created,,2023-12-31
P0002,S1,,2020-01-12,2020-02-01,rejected,4.25,,prototype,new_activity,circular_economy,undecided,1030,1,0,,,,,2023-12-31
P0003,S1,"Fiets, en meer",2022-01-12,2022-02-01,selected,8,2022-03-01,launching,new_enterprise,food,non_profit,1060,\
2,1,,,,,2023-12-31
"""
ENTERPRISES = """\
enterprise_id,structure_id,project_id,kbo_number,legal_form,legal_form_now,born_on,observed_from,matched_on,ended_on,\
not_ended_before,end_kind,continued_by,last_seen_on,nace_version,nace_code,joint_committee,postcode
E0001,S1,P0001,0403170701,001,,2021-03-01,2021-03-01,,2023-06-30,,ceased,,2023-12-31,2008,56101,unknown,1000
E0002,S2,,,006,001,2015-03-01,2018-01-01,,,,,,2023-12-31,2008,62010,,4000
"""
CLEAN = {"structures.csv": STRUCTURES, "projects.csv": PROJECTS, "enterprises.csv": ENTERPRISES}
PACKAGE = {"name": "clean", "synthetic": True, "delivered_on": "2023-12-31"}


class Case(NamedTuple):
    """What is done to a clean folder, and what must come of it."""

    spoil: Callable
    outcome: str  # refuse, quarantine, warn or accept
    told: tuple = ()  # code, file, line, column of every fault
    words: str = ""  # stands in the message in English: what was found, what is expected, what to do
    secret: str = ""  # stands in no message of any language
    more: Mapping[str, str] = {}  # tables besides the three
    is_same: bool = False  # the figures are those of the clean folder


class Folder:
    """A delivery on disk that a test may spoil."""

    def __init__(self, at: Path, more=()) -> None:
        self.at = at
        at.mkdir()
        for name, text in {**CLEAN, **dict(more)}.items():
            self.write(name, text)
        self.describe()

    def describe(self, **changes) -> None:
        self.write("datapackage.json", json.dumps(PACKAGE | changes))

    def write(self, name: str, text: str | bytes) -> None:
        (self.at / name).write_bytes(text.encode("utf-8") if isinstance(text, str) else text)

    def text(self, name: str) -> str:
        return (self.at / name).read_bytes().decode("utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.text(name)
        assert old in text, f"the clean {name} does not hold {old!r}"
        self.write(name, text.replace(old, new, 1))

    def contents(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.at.iterdir()) if path.is_file()}


def edited(name, old, new):
    return lambda folder: folder.edit(name, old, new)


def added(name, text):
    return lambda folder: folder.write(name, text)


def gone(name):
    return lambda folder: (folder.at / name).unlink()


def rewritten(text: str, delimiter: str, decimal: str = ".") -> str:
    rows = list(csv.reader(io.StringIO(text)))
    swapped = [[cell.replace(".", decimal) if cell in ("7.5", "4.25") else cell for cell in row] for row in rows]
    sheet = io.StringIO()
    csv.writer(sheet, delimiter=delimiter, lineterminator="\n").writerows(swapped)
    return sheet.getvalue()


def whole(delimiter, decimal):
    def spoil(folder):
        for name in (P, E, S):
            folder.write(name, rewritten(folder.text(name), delimiter, decimal))

    return spoil


def each(change):
    def spoil(folder):
        for name in (P, E, S):
            folder.write(name, change(folder.text(name)))

    return spoil


def as_parquet(folder):
    for name in (P, E, S):
        frame = pd.read_csv(folder.at / name, dtype=str, keep_default_na=False)
        frame.to_parquet(folder.at / name.replace("csv", "parquet"))
        (folder.at / name).unlink()


def as_typed_parquet(folder):
    data = tables.read(folder.at)
    for name in (P, E, S):
        (folder.at / name).unlink()
    tables.write_parquet(data, folder.at)


def turned(text: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    sheet = io.StringIO()
    csv.writer(sheet, lineterminator="\n").writerows([row[::-1] for row in rows])
    return sheet.getvalue()


def looked_at(at):
    """All faults, and what was read if none of them refuses: one look at the files, where `check` would be another."""
    try:
        dataset = tables.read(at)
    except DataError as refused:
        return refused.faults, None
    return dataset.faults, dataset


def many(bounded: int, full: int) -> settings:
    """How many examples of anything: few in `make test`, many in `make audit`."""
    n = full if os.environ.get("COOPEVAL_AUDIT") == "full" else bounded
    return settings(max_examples=n, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
