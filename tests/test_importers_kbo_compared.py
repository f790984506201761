"""From extracts of the register to comparators in a delivery, by the commands that an evaluator types."""

from datetime import date

import pandas as pd
import pytest
from lists import beside
from test_importers_comparators import case
from typer.testing import CliRunner

from coopeval import cohort, tables
from coopeval.cli import door
from coopeval.synthetic.register import register

DAYS = (date(2018, 1, 1), date(2022, 1, 1), date(2026, 6, 30))
ENTRY = "2020-01-01"  # of the project


def done(*words):
    made = CliRunner().invoke(door.app, [str(word) for word in words])
    assert made.exit_code == 0, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """The folder of the delivery with its comparators, after all the commands."""
    place = tmp_path_factory.mktemp("register")
    drawn = register(4_000, DAYS, seed=2, per_enterprise=2)
    extracts = [drawn.full(0, place / "full.zip"), *(drawn.update(n, place / f"update{n}.zip") for n in (1, 2))]
    one = case(
        born_on="2010-01-01", observed_from=ENTRY, matched_on=None, legal_form="017", nace_version="2025",
        nace_code="88993", kbo_number="",
    )  # fmt: skip
    beside(place / "delivery", enterprises=one)
    done("import", "kbo", *extracts, "--out", place / "store")
    done("import", "kbo", "--out", place / "store", "--cohort", place / "cohort", "--forms", "non_profit")
    how = ("--place", "anywhere", "--born", 60, "--out", place / "compared")
    done("import", "comparators", "--data", place / "delivery", "--register", place / "cohort", *how)
    return place / "compared"


def test_the_register_knows_an_end_between_two_extracts_only(compared):
    ended = pd.read_csv(compared.parent / "cohort" / "enterprises.csv", dtype=str).dropna(subset="ended_on")
    assert len(ended) and ended["not_ended_before"].lt(ended["ended_on"]).all()


def test_the_drawn_sample_is_a_structure_that_passes_the_check(compared, monkeypatch):
    monkeypatch.chdir(compared.parent)
    done("check", compared)
    structures = tables.read(compared)["structures"].set_index("structure_id")
    assert structures.loc["REGISTER", "kind"] == "register_sample"


def test_the_drawn_enter_late_on_every_clock(compared):
    dataset = tables.read(compared)
    rows = dataset["enterprises"]
    drawn = rows[rows["structure_id"].eq("REGISTER")]
    assert len(drawn) == 5 and drawn["matched_on"].eq(ENTRY).all()
    assert drawn["observed_from"].eq(ENTRY).all()  # the day of matching: an earlier end would have kept it out
    for clock in ("age", "entry"):
        spells = cohort.spells(cohort.as_of(dataset, pd.Timestamp(DAYS[-1])), clock=clock)
        of_register = spells[spells["arm"].eq("register")]
        assert len(of_register) == 5, clock
        assert of_register["entry"].gt(24 if clock == "age" else -1).all()  # born 2005 to 2015
