"""Released tables survive the way to the report and back; nothing else passes; digests see every change."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coopeval import provenance, uncertainty
from coopeval.errors import DataError, DisclosureError, ParameterError
from coopeval.provenance import digests


def table(**columns) -> pd.DataFrame:
    cells = {"group": ["a", "b"], "n": [12, 9], "estimate": [0.1 + 0.2, np.nan], "hidden": [False, True], **columns}
    frame = pd.DataFrame(cells)
    return uncertainty.estimates(frame, estimand="Share", warnings=("first", "second"), as_of="2026-06-30")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COOPEVAL_RESULTS", str(tmp_path))
    return tmp_path


def test_a_table_comes_back_as_it_was_released(folder):
    sent = uncertainty.stamp(table(), "shares", "internal")
    provenance.hand_over(sent)
    back = provenance.released(folder)["shares"]
    pd.testing.assert_frame_equal(back, sent)
    assert back.attrs == sent.attrs


@given(text=st.text(alphabet="'=+-@\t\n \",;aé", max_size=6))
def test_any_text_comes_back_and_none_is_a_formula(text, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    sent = uncertainty.stamp(table(group=[text, "b"]), "shares", "public")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COOPEVAL_RESULTS", str(folder))
        provenance.hand_over(sent)
    raw = pd.read_csv(folder / "shares.csv", dtype=str, keep_default_na=False)
    assert not raw["group"].str.match(r"^[=+\-@\t\r\n]").any()
    assert provenance.released(folder)["shares"]["group"].tolist() == [text, "b"]


def test_the_csv_spells_out_what_the_table_says_of_itself(folder):
    provenance.hand_over(uncertainty.stamp(table(), "shares", "public"))
    raw = (folder / "shares.csv").read_bytes()
    assert b"\r" not in raw
    cells = pd.read_csv(folder / "shares.csv")
    assert cells["estimand"].tolist() == ["Share", "Share"]
    assert cells["warnings"].tolist() == ["first | second"] * 2
    assert "0.3,," in raw.decode(), "public figures hold to 12 digits"


def test_a_negative_number_stays_a_number(folder):
    provenance.hand_over(uncertainty.stamp(table(estimate=[-0.5, 0.5]), "shares", "public"))
    assert pd.read_csv(folder / "shares.csv")["estimate"].tolist() == [-0.5, 0.5]


def test_what_the_gate_did_not_release_is_refused(folder):
    with pytest.raises(DisclosureError, match="gate"):
        provenance.hand_over(table())
    changed = uncertainty.stamp(table(), "shares", "public")
    changed.loc[0, "estimate"] = 0.9
    with pytest.raises(DisclosureError, match="changed"):
        provenance.hand_over(changed)
    assert not list(folder.iterdir())


def test_two_tables_of_one_name_are_refused(folder):
    one = uncertainty.stamp(table(), "shares", "public")
    with pytest.raises(ParameterError, match="shares"):
        provenance.hand_over(one, one)


def test_a_name_that_leads_elsewhere_is_refused(folder):
    with pytest.raises(ParameterError, match="cannot name"):
        provenance.hand_over(uncertainty.stamp(table(), "../shares", "public"))


def test_a_control_character_is_refused(folder):
    with pytest.raises(DataError, match="column group"):
        provenance.hand_over(uncertainty.stamp(table(group=["a\rb", "c"]), "shares", "public"))


def test_a_file_changed_afterwards_is_refused(folder):
    provenance.hand_over(uncertainty.stamp(table(), "shares", "public"))
    csv = folder / "shares.csv"
    csv.write_text(csv.read_text().replace("12,", "13,", 1))
    with pytest.raises(DisclosureError, match="shares.csv"):
        provenance.released(folder)


def test_outside_a_run_nothing_is_written_and_the_same_is_shown(tmp_path, monkeypatch):
    sent = uncertainty.stamp(table(), "shares", "public")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COOPEVAL_RESULTS", raising=False)
    outside = provenance.hand_over(sent)._repr_mimebundle_()
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("COOPEVAL_RESULTS", str(tmp_path))
    assert provenance.hand_over(sent)._repr_mimebundle_() == outside
    assert outside["text/plain"] == "Handed over: shares."


def notebook(path, code, prose="# Title"):
    cells = [
        {"cell_type": "markdown", "source": prose},
        {"cell_type": "code", "source": code, "outputs": [], "execution_count": 1},
    ]
    path.write_text(json.dumps({"cells": cells}))


def test_code_version_sees_code_and_not_prose(tmp_path):
    notebook(tmp_path / "a.ipynb", "x = 1")
    first = provenance.code_version(tmp_path)
    notebook(tmp_path / "a.ipynb", "x = 1", prose="# Another title")
    assert provenance.code_version(tmp_path) == first
    notebook(tmp_path / "a.ipynb", "x = 2")
    assert provenance.code_version(tmp_path) != first


def test_the_digest_of_pieces_depends_on_where_they_end():
    assert digests.digest_of_all([("a", b"12"), ("b", b"3")]) != digests.digest_of_all([("a", b"1"), ("b", b"23")])


def test_the_digest_of_a_folder_names_every_file(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.csv").write_text("2")
    (tmp_path / "one.csv").write_text("1")
    assert list(provenance.digests_of_folder(tmp_path)) == ["b/two.csv", "one.csv"]
