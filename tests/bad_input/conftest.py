"""A clean folder of three tables, and the small changes that spoil it."""

import json
from pathlib import Path

import pytest

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


class Folder:
    """A delivery on disk that a test may spoil."""

    def __init__(self, at: Path) -> None:
        self.at = at
        at.mkdir()
        for name, text in CLEAN.items():
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


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path / "delivery")


@pytest.fixture
def spoiled(tmp_path):
    """Makes further folders, each clean until edited."""
    made = iter(range(1000))
    return lambda: Folder(tmp_path / f"other{next(made)}")
