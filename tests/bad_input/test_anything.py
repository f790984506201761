"""Whatever stands in the files: a list of faults comes back, never an accident, and rows stay in balance."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from faulty_folder import looked_at, many
from hypothesis import given
from hypothesis import strategies as st

from coopeval import tables

P = "projects.csv"
ODD_CELLS = st.text(max_size=12) | st.sampled_from(
    [
        "",
        "NaN",
        "1,234",
        "31/12/2023",
        "2023-02-30",
        "9" * 30,
        "-1",
        "=1",
        '"',
        "\ufeff",
        "é\u0301",
        "1e309",
        "0001-01-01",
    ]
)
anything = many(12, 200)


def told(folder) -> None:
    """Faults can be shown, and a delivery without a refusal is read with its rows in balance."""
    faults, dataset = looked_at(folder.at)
    assert (dataset is None) == bool(faults.refusals)
    assert tables.report(faults, "nl").count("\n") <= len(faults)
    assert tables.faults_csv(faults, "fr").startswith("code,")
    if dataset is not None:
        rows = dataset.about["rows"]
        assert (rows["n_read"] == rows["n_used"] + rows["n_set_aside"]).all()


@pytest.mark.parametrize("day", ["2020-01-10", "10/01/2020", "2020-02-30"])
def test_checking_tells_what_reading_tells(folder, day):
    folder.edit(P, "2020-01-10", day)
    faults, dataset = looked_at(folder.at)
    assert tables.check(folder.at) == faults
    assert (dataset is None) == bool(faults) == (day != "2020-01-10")


@pytest.mark.promise("P4", "P5")
@anything
@given(content=st.binary(max_size=400))
def test_any_bytes_in_place_of_a_table(folder, content):
    folder.write(P, content)
    told(folder)


@pytest.mark.promise("P4", "P5")
@anything
@given(content=st.binary(max_size=60) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "synthetic", "delivered_on", "resources", "path"]), inner, max_size=4),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_description(folder, content):
    folder.write("datapackage.json", content)
    told(folder)


@pytest.mark.promise("P4", "P5")
@anything
@given(cells=st.lists(ODD_CELLS, min_size=20, max_size=20))
def test_any_cells_in_a_row(folder, cells):
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    clean = folder.text("structures.csv")  # the projects are written anew each time
    head = "\n".join(
        [
            "project_id,structure_id,name,applied_on,decided_on,selection,selection_score,entered_on,stage_at_entry,"
            "project_type,theme,economic_model,postcode,n_holders,n_women_holders,mature_on,ended_on,end_kind,"
            "end_reason,last_seen_on",
            row,
            "",
        ]
    )
    folder.write(P, head.encode("utf-8", "surrogatepass"))
    told(folder)
    assert folder.text("structures.csv") == clean


@pytest.mark.promise("P4", "P5")
@anything
@given(
    delimiter=st.sampled_from([";", "\t"]),
    figures=st.lists(
        st.sampled_from(["1,5", "1.5", "1.234", "1,234", "12", "-3,25", "", "1.234,5"]), min_size=1, max_size=5
    ),
)
def test_a_figure_is_read_one_way_or_refused(folder, delimiter, figures):
    head = "enterprise_id,year,measure,value,unit"
    rows = [f"E0001,2020,m{n},{figure or 7},t" for n, figure in enumerate(figures)]
    rows = [row.replace("E0001,2020,", "E0001;2020;").replace(",t", ";t") for row in rows]
    rows = [";".join([*row.split(";")[:2], *row.split(";")[2].split(",", 1), row.split(";")[-1]]) for row in rows]
    folder.write("impact.csv", "\n".join([head.replace(",", ";"), *rows, ""]).replace(";", delimiter))
    faults, dataset = looked_at(folder.at)
    mixed = any("." in one for one in figures) and any("," in one for one in figures)
    if mixed:
        assert faults.refusals
    elif not faults.refusals:
        read = sorted(dataset["impact"]["value"])
        assert read == sorted(float(one.replace(",", ".") or 7) for one in figures)


def test_parquet_of_odd_types_is_met_without_an_accident(folder):
    odd = {
        "indicator": pa.array([["a"], ["b"]]),
        "period": pa.array([2025, 2026], pa.int64()),
        "sense": pa.array(["at_least", "at_most"]).dictionary_encode(),
        "target": pa.array([1, 2], pa.decimal128(5, 2)),
        "unit": pa.array([None, None], pa.null()),
        "source": pa.array([b"x", b"\x00"]),
    }
    pq.write_table(pa.table(odd), folder.at / "targets.parquet")
    told(folder)
    assert tables.check(folder.at).refusals


def test_parquet_of_categories_and_nested_days_is_read(folder):
    plain = {
        "indicator": pa.array(["a"]).dictionary_encode(),
        "period": pa.array([2025], pa.int32()),
        "sense": pa.array(["at_least"]),
        "target": pa.array([1.5], pa.float32()),
        "unit": pa.array(["share"]),
        "source": pa.array(["council"]),
    }
    pq.write_table(pa.table(plain), folder.at / "targets.parquet")
    assert not tables.check(folder.at)
    row = tables.read(folder.at)["targets"].loc[0]
    assert (row["indicator"], row["period"], row["target"]) == ("a", "2025", 1.5)
