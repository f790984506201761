"""Every folder of the catalogue is refused, set aside, kept or accepted as it says, in words a reader can act on."""

import itertools

import numpy as np
import pytest
from faulty_cases import CASES
from faulty_folder import Folder, looked_at
from tied_faults import FACTS

from coopeval import tables
from coopeval.wording.faults import FAULTS, fault_line, remedy
from coopeval.wording.map_words import MAPS
from coopeval.wording.register_words import REGISTER
from coopeval.wording.source_words import SOURCES

ALL = {f"{family}: {name}": case for family, cases in {**CASES, **FACTS}.items() for name, case in cases.items()}
LANGUAGES = ("nl", "fr", "en")


def places(faults) -> list[tuple]:
    return [(fault.code, fault.file, fault.line, fault.column) for fault in faults]


def not_as_told(found: list[tuple], told) -> tuple[list, list]:
    """What the catalogue expects and is not found, and what is found and not expected; `...` stands for any place."""
    found, missing = list(found), []
    for want in told:
        hit = next((one for one in found if all(w in (..., o) for w, o in zip(want, one, strict=True))), None)
        found.remove(hit) if hit else missing.append(want)
    return missing, found


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    """What the clean folder gives."""
    return tables.read(Folder(tmp_path_factory.mktemp("clean") / "delivery").at).about["digest"]


@pytest.mark.promise("P4", "P5")
@pytest.mark.parametrize("name", ALL)
def test_each_folder_comes_out_as_the_catalogue_says(name, tmp_path, monkeypatch, digest):
    case = ALL[name]
    folder = Folder(tmp_path / "delivery", case.more)
    case.spoil(folder)
    before = folder.contents()
    monkeypatch.chdir(tmp_path)
    faults, dataset = looked_at(folder.at)
    assert not_as_told(places(faults), case.told) == ([], [])
    assert (dataset is None) == bool(faults.refusals) == (case.outcome == "refuse")
    severities = {"refuse": {"refuse"}, "quarantine": {"quarantine"}, "warn": {"warn"}, "accept": set()}
    assert {fault.severity for fault in faults} >= severities[case.outcome]
    assert bool(faults) == (case.outcome != "accept")
    assert case.words in tables.report(faults, "en")
    _told_in_each_language(faults, case.secret)
    if dataset is not None:
        rows = dataset.about["rows"]
        assert (rows["n_read"] == rows["n_used"] + rows["n_set_aside"]).all()
        assert len(dataset.set_aside) == rows["n_set_aside"].sum()
        assert not case.is_same or dataset.about["digest"] == digest
    assert folder.contents() == before, "nothing is written"
    assert [path.name for path in tmp_path.iterdir()] == ["delivery"]


def _told_in_each_language(faults, secret: str) -> None:
    """Code, place, what was found or expected and what to do, in three languages; nothing personal in any of them."""
    for fault in faults:
        lines = [fault_line(fault, lang) for lang in LANGUAGES]
        assert len(set(lines)) == len(lines), "each language has words of its own"
        for lang, line in zip(LANGUAGES, lines, strict=True):
            assert line.startswith(f"{fault.code} {fault.file}") and line.endswith(remedy(fault, lang))
            assert fault.found in line or not fault.found or "{found}" not in FAULTS[fault.code].says
            assert "{" not in line.replace(fault.found, "")
            assert not secret or secret not in line
    assert not secret or secret not in tables.faults_csv(faults, "fr") + repr(list(faults))


def test_there_are_at_least_a_hundred_faulty_folders_of_all_families_and_outcomes(extent):
    faulty = [case for case in ALL.values() if case.outcome != "accept"]
    assert len(faulty) >= 150 and len({code for case in faulty for code, *_ in case.told}) >= 80
    assert {case.outcome for case in ALL.values()} == {"refuse", "quarantine", "warn", "accept"}
    families = {
        "files", "links", "description", "letters", "lines", "headings", "cells", "days", "figures", "keys", "together",
        "traps", "hostile", "same", "kept", "odd", "facts", "right", "once",
    }  # fmt: skip
    assert {name.split(":")[0] for name in ALL} == families


def test_every_code_has_a_case():
    tried = {code for case in ALL.values() for code, *_ in case.told}
    apart = {"E-FILE-01", "E-FILE-06", "E-LINE-03", "E-ZIP-01", "W-FILE-02"}  # tests of their own in test_places.py
    apart |= {code for code in FAULTS if code.startswith(("E-BOOK", "W-BOOK", "E-CELL"))}  # and in test_workbook*.py
    apart |= {"E-FILE-10", "E-FILE-11", "E-PACK-06", "E-PACK-07"}
    apart |= {code for code in FAULTS if code.startswith("E-SET")}  # and in test_settings.py
    apart |= {*SOURCES, *MAPS, *REGISTER} - tried  # of imports: in the tests of each source
    assert set(FAULTS) - tried == apart


# What a fault hides or brings about elsewhere: such a case is not put beside others.
ALONE = ("files", "links", "description", "letters", "lines", "headings", "keys")
# true of the folder no longer, or true of more in it, once other tables come in
CHANGED = ("kept: a file the description names", "odd: ended on the day it was born")
BESIDE = [
    name for name, case in ALL.items()
    if case.told and not case.more and not case.is_same and name.split(":")[0] not in ALONE and name not in CHANGED
]  # fmt: skip


def groups(n: int) -> list[tuple[str, ...]]:
    """Pairs and triples of cases that spoil different tables, drawn by lot once and for all."""
    rng = np.random.default_rng(5)
    found = []
    while len(found) < n:
        names = rng.choice(BESIDE, size=rng.integers(2, 4), replace=False)
        files = [{file for _, file, _, _ in ALL[name].told} for name in names]
        if all(not one & other for one, other in itertools.combinations(files, 2)):
            found.append(tuple(map(str, names)))
    return found


# An end that is moved forward contradicts what another fault of the same folder let begin after it.
ALSO = {"days: ended before it was born": {"W-STOP-01"}}


@pytest.mark.promise("P4")
def test_faults_of_several_tables_are_all_named_at_once(tmp_path, extent):
    drawn = groups(extent.of(12, 300))
    extent.checks(len(drawn))
    extent.left_out("288 of 300 pairs and triples of faults put together in one folder")
    for at, names in enumerate(drawn):
        folder = Folder(tmp_path / str(at))
        for name in names:
            ALL[name].spoil(folder)
        told = [fault for name in names for fault in ALL[name].told]
        missed, more = not_as_told(places(tables.check(folder.at)), told)
        also = set().union(*(ALSO.get(name, ()) for name in names))
        assert (missed, [one for one in more if one[0] not in also]) == ([], []), names


TOGETHER = (
    "a job of an enterprise from nowhere", "two jobs of one person above the full time", "two sources that differ",
    "a count that is not what the job records say", "refused before the application", "expired before the recognition",
    "referred before the entry", "a cost that goes on after its funding", "no price on the day",
    "two prices on one day", "taken over by itself",
)  # fmt: skip


@pytest.mark.promise("P4")
def test_contradictions_of_all_concepts_are_named_at_once(tmp_path):
    cases = [FACTS["facts"][name] for name in TOGETHER]
    folder = Folder(tmp_path / "delivery", cases[0].more)
    for case in cases:
        case.spoil(folder)
    told = [fault for case in cases for fault in case.told]
    assert not_as_told(places(tables.check(folder.at)), told) == ([], [])
