"""Extracts of the enterprise register: full and updates to one state, from folders and zip files, all or nothing."""

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from kbo_extracts import DAYS, MEMBERS, damaged, tree

from coopeval import tables
from coopeval.cli import door
from coopeval.errors import DataError, LockedError
from coopeval.importers import kbo
from coopeval.importers.kbo import order, reading
from coopeval.importers.kbo.layout import LAYOUTS
from coopeval.importers.kbo.meta import Meta
from coopeval.synthetic.register import register


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Extracts of a small register, as zip files and as folders."""
    place = tmp_path_factory.mktemp("extracts")
    made = register(500, DAYS, seed=3)
    for step in (0, 2):
        made.full(step, place / f"full{step}")
        made.full(step, place / f"full{step}.zip")
    for step in (1, 2, 3):
        made.update(step, place / f"update{step}")
        made.update(step, place / f"update{step}.zip")
    return place


@pytest.fixture(scope="module")
def built(drawn, tmp_path_factory):
    place = tmp_path_factory.mktemp("built") / "store"
    kbo.bring_in([drawn / "full0", drawn / "update1", drawn / "update2"], place)
    return place


@pytest.fixture
def store(built, tmp_path):
    """A store with the full extract and two updates, of this test alone."""
    return Path(shutil.copytree(built, tmp_path / "place" / "store"))


HELD = [table for table, layout in LAYOUTS.items() if layout.kept]


def test_full_and_updates_give_the_next_full_extract(drawn, built, tmp_path):
    kbo.bring_in([drawn / "full2.zip"], tmp_path / "whole")
    for table in HELD:
        one, other = kbo.table(built, table), kbo.table(tmp_path / "whole", table)
        pd.testing.assert_frame_equal(one, other)
    changes = pd.read_csv(built / "extracts" / "0002-update" / "changes.csv")
    assert len(one) and changes["change"].eq("removed_with_enterprise").any()


def test_updates_one_by_one_are_the_same_as_together(drawn, built, tmp_path):
    for name in ("full0", "update1", "update2"):
        kbo.bring_in([drawn / name], tmp_path / "one")
    assert tree(tmp_path / "one") == tree(built)


def test_every_row_read_is_accounted_for(drawn, store):
    quality = pd.read_csv(store / "extracts" / "0001-full" / "quality.csv")
    read = quality.groupby("file")["n"].sum()
    for table in LAYOUTS:
        text = (drawn / "full0" / f"{table}.csv").read_text(encoding="utf-8")
        assert read[table] == text.count("\n") - 1, table
    kept = quality[quality["outcome"].eq("kept")].set_index("file")["n"]
    assert kept["enterprise"] == len(kbo.table(_full_alone(store), "enterprise"))


def _full_alone(store):
    made = kbo.store(store)
    return kbo.Store(made.path, made.extracts[:1])


def test_names_of_natural_persons_contacts_and_streets_are_not_kept(store):
    kinds = kbo.table(store, "enterprise").set_index("EnterpriseNumber")["TypeOfEnterprise"]
    names = kbo.table(store, "denomination")
    assert set(names["EntityNumber"].map(kinds)) == {"2"}
    held = b"".join(path.read_bytes() for path in sorted(store.rglob("*")) if path.is_file())
    assert b"Voorbeeldstraat" not in held and b"example.org" not in held and b"Achternaam" not in held
    assert not list(store.rglob("contact.parquet"))


def test_a_second_choice_reads_no_csv(store, monkeypatch):
    monkeypatch.setattr(kbo.engine, "csv", None)
    assert len(kbo.enterprises(store, legal_forms=["cooperative"]))


def test_an_update_alone_says_so_and_lists_what_it_changes(drawn, tmp_path):
    made = kbo.bring_in([drawn / "update1.zip"], tmp_path / "alone")
    assert made.is_update_alone
    told = "\n".join(kbo.lines(made, "en"))
    assert "This is an update alone" in told and "since extract 1," in told
    deleted = (drawn / "update1" / "enterprise_delete.csv").read_text(encoding="utf-8").split()[1:]
    inserted = (drawn / "update1" / "enterprise_insert.csv").read_text(encoding="utf-8").split()[1:]
    changes = made.changes[made.changes["table"].eq("enterprise")]["change"].value_counts()
    changes = changes.reindex(["changed", "added", "removed"], fill_value=0)
    assert changes["changed"] + changes["removed"] == len(deleted)
    assert changes["changed"] + changes["added"] == len(inserted)
    with pytest.raises(DataError, match="begins with an update"):
        kbo.enterprises(tmp_path / "alone")


@pytest.mark.parametrize("name", MEMBERS)
def test_a_damaged_extract_is_refused_and_nothing_is_written(name, drawn, tmp_path):
    path, expected = damaged(name, drawn, tmp_path)
    with pytest.raises(DataError) as refused:
        kbo.bring_in([path], tmp_path / "out" / "store")
    found = {(fault.code, fault.line, fault.column) for fault in refused.value.faults.refusals}
    assert expected in found, tables.report(refused.value.faults)
    assert not (tmp_path / "out").exists()


def test_faults_of_several_extracts_are_named_together(drawn, tmp_path):
    one, first = damaged("check digits", drawn, tmp_path / "a")
    other, second = damaged("a column is missing", drawn, tmp_path / "b")
    third, _ = damaged("cut short", drawn, tmp_path / "c")
    with pytest.raises(DataError) as refused:
        kbo.bring_in([third, other], tmp_path / "store")
    assert {second[0], "E-KBO-10"} <= {fault.code for fault in refused.value.faults}
    with pytest.raises(DataError) as refused:
        kbo.bring_in([one], tmp_path / "store")
    assert [fault.line for fault in refused.value.faults.refusals if fault.code == first[0]]


def test_a_refused_update_leaves_the_store_as_it_was(drawn, store, tmp_path):
    before = tree(store)
    path, _ = damaged("an update over what is there", drawn, tmp_path)
    with pytest.raises(DataError) as refused:
        kbo.bring_in([path], store)
    assert {fault.code for fault in refused.value.faults.refusals} == {"E-KBO-36"}
    assert tree(store) == before
    assert [one.name for one in store.parent.iterdir()] == ["store"]


def meta(number, kind, day):
    return Meta(number, date(2030, 1, day), kind, "1.0.0", True)


ORDERS = {  # what a store holds, what comes, and the code of each complaint
    "a gap": ([], [meta(4, "full", 4), meta(6, "update", 6)], ["E-KBO-33"]),
    "a gap after a store": ([meta(4, "full", 4)], [meta(6, "update", 6)], ["E-KBO-33"]),
    "twice": ([meta(4, "full", 4)], [meta(5, "update", 5), meta(5, "update", 5)], ["E-KBO-30"]),
    "there already": ([meta(4, "full", 4)], [meta(4, "full", 4)], ["E-KBO-30"]),
    "older than the full one": ([], [meta(4, "full", 4), meta(3, "update", 3)], ["E-KBO-31"]),
    "of the same number as the full one": ([], [meta(4, "full", 4), meta(4, "update", 4)], ["E-KBO-31"]),
    "in the wrong order": (
        [meta(4, "full", 4)], [meta(6, "update", 6), meta(5, "update", 5)], ["E-KBO-33", "E-KBO-31"]),
    "dated before the full one": ([], [meta(4, "full", 4), meta(5, "update", 2)], ["E-KBO-32"]),
    "a full one after the update it holds": ([], [meta(4, "update", 4), meta(5, "full", 5)], ["E-KBO-34"]),
    "several at once": (
        [], [meta(4, "full", 4), meta(3, "update", 3), meta(7, "update", 7)], ["E-KBO-31", "E-KBO-33"]),
    "in order": ([], [meta(4, "full", 4), meta(5, "update", 5), meta(6, "update", 6)], []),
    "a later full one": ([meta(4, "full", 4), meta(5, "update", 5)], [meta(9, "full", 9)], []),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_extracts_come_in_order_without_gap_or_repeat(name):
    known, coming, codes = ORDERS[name]
    found = order.faults(known, [(f"{one.number}.zip", one) for one in coming])
    assert [fault.code for fault in found] == codes


def test_drawn_and_real_extracts_do_not_mix():
    real = meta(5, "update", 5)._replace(is_synthetic=False)
    assert [fault.code for fault in order.faults([meta(4, "full", 4)], [("x", real)])] == ["E-KBO-35"]


def test_check_digits_of_numbers():
    # 12345674 mod 97 = 48, 97 - 48 = 49
    assert reading.is_number("0123.456.749") and not reading.is_number("0123.456.748")
    assert reading.is_number("2.004.869.739") and not reading.is_number("2004.869.739")
    assert not reading.is_number("123456749") and not reading.is_number("1000.000.0x1")


def test_the_engine_and_the_reader_agree_on_numbers():
    texts = ["0123.456.749", "0123.456.748", "2.004.869.739", "2004.869.739", "123456749", "+123.456.749", "", "9.1.2",
             "0.123.456.749", "9.000.006.626"]  # fmt: skip
    with kbo.engine.engine() as link:
        for text in texts:
            answer = link.execute(f"SELECT {reading._if_number('n')} FROM (SELECT '{text}' AS n)").fetchone()[0]
            assert (answer is not None) == reading.is_number(text), text


def test_another_import_meanwhile_is_noticed(drawn, store, monkeypatch):
    from coopeval.importers.kbo import bringing

    whole = bringing._built

    def meanwhile(*arguments):
        record = json.loads((store / "store.json").read_text())
        record["extracts"] = record["extracts"][:1]
        (store / "store.json").write_text(json.dumps(record))
        return whole(*arguments)

    monkeypatch.setattr(bringing, "_built", meanwhile)
    with pytest.raises(LockedError):
        kbo.bring_in([drawn / "update3.zip"], store)


def test_the_command_answers_and_refuses(drawn, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COOPEVAL_LANG", "en")
    monkeypatch.delenv("COOPEVAL_DEBUG", raising=False)

    def call(*arguments):
        try:
            code = door.app(["import", "kbo", *map(str, arguments)], prog_name="coopeval", standalone_mode=False)
        except SystemExit as stop:
            code = stop.code
        return code or 0, *capsys.readouterr()

    code, out, err = call(drawn / "full0.zip", drawn / "update1.zip", "--out", tmp_path / "store")
    assert code == 0 and out.splitlines()[-1] == str(tmp_path / "store") and "W-KBO-15" in err
    code, out, err = call(
        "--out", tmp_path / "store", "--cohort", tmp_path / "cohort", "--forms", "cooperative,non_profit",
        "--postcodes", "brussels", "--born", "2000-01-01..",
    )  # fmt: skip
    assert code == 0 and out.splitlines()[-1] == str(tmp_path / "cohort")
    assert {path.name for path in (tmp_path / "cohort").iterdir()} == {
        "datapackage.json", "enterprises.csv", "set_aside.csv", "structures.csv"}  # fmt: skip
    assert json.loads((tmp_path / "cohort" / "datapackage.json").read_text())["synthetic"] is True
    code, out, err = call(drawn / "update3.zip", "--out", tmp_path / "store")
    assert code == 2 and "E-KBO-33" in err and "E-KBO-33" in (tmp_path / "faults.csv").read_text()
    assert call()[0] == 2


REAL = os.environ.get("COOPEVAL_REALDATA", "")


@pytest.mark.skipif(not REAL, reason="set COOPEVAL_REALDATA to a folder with KboOpenData_*_Update.zip")
def test_a_real_update_comes_in_whole(tmp_path):
    for path in sorted(Path(REAL).glob("KboOpenData_*_Update.zip")):
        made = kbo.bring_in([path], tmp_path / path.stem)
        assert made.is_update_alone and not len(made.warnings.refusals)
        told = kbo.lines(made, "fr")
        assert sum("_insert" in line or "_delete" in line for line in told) == 14
        read = made.quality.groupby("file")["n"].sum()
        assert read["enterprise_insert"] and len(kbo.table(tmp_path / path.stem, "enterprise"))


def test_days_are_those_of_the_extracts(store):
    assert [meta.shows for meta in kbo.store(store).metas] == list(DAYS[:3])


def test_columns_may_stand_in_another_order(drawn, tmp_path):
    folder = Path(shutil.copytree(drawn / "full0", tmp_path / "turned"))
    path = folder / "establishment.csv"
    rows = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(",".join(row[::-1]) + "\n" for row in rows), encoding="utf-8")
    for name, source in (("one", drawn / "full0"), ("other", folder)):
        kbo.bring_in([source], tmp_path / name)
    one, other = (kbo.table(tmp_path / name, "establishment") for name in ("one", "other"))
    pd.testing.assert_frame_equal(one, other)
