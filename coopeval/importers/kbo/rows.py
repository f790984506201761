"""Rows of the table `enterprises`, from lives and from the states in which each began and was last there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.importers.kbo.codes import FORMS
from coopeval.importers.kbo.layout import NACE_VERSIONS, NATURAL
from coopeval.importers.kbo.states import NACE, PLACE, STRUCTURE, of_each
from coopeval.schema import TABLES
from coopeval.schema.forms import FIRST_YEAR, STAND_IN
from coopeval.tables.typed import typed

NATURAL_FORM, UNKNOWN, NO_CODE = "NP", "unknown", "00"  # of the project: no activity of the register begins with 00
LIVED = ("born_on", "observed_from", "ended_on", "not_ended_before", "end_kind", "last_seen_on")
EARLIEST, LATEST = pd.Timestamp("1700-01-01"), pd.Timestamp("2200-01-01")  # a slip such as 2600 is no less a slip then


def rows(log: pd.DataFrame, lives: pd.DataFrame, until: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the table with what the register adds, in order of key; and how many could not become one, by reason."""
    starts = np.flatnonzero(log["number"].ne(log["number"].shift()))
    born = log["started_on"].clip(EARLIEST, LATEST).to_numpy("datetime64[ns]")
    lives = lives.assign(born_on=np.fmin.reduceat(born, starts))
    reason = _reason(lives, until)
    aside = reason[reason.ne("")].value_counts().rename_axis("reason").rename("n").reset_index()
    told = lives[reason.eq("")]
    first, last = (log.iloc[told[name]] for name in ("first", "last"))
    version, code, n_codes = _sector(first)
    due = pd.DataFrame(
        {
            **{name: told[name].to_numpy() for name in LIVED}, "structure_id": STRUCTURE,
            "enterprise_id": first["enterprise_id"].to_numpy(), "kbo_number": told["number"].to_numpy(),
            "legal_form": _form(first), "legal_form_now": _form(last), "nace_version": version, "nace_code": code,
            "continued_by": _successors(told),
            "postcode": of_each(first["postcode"], lambda codes: codes.where(_reads(codes, "[1-9][0-9]{3}"), ""), ""),
        },
        copy=False,
    )  # fmt: skip
    more = {
        **{name: _texts(first[name]) for name in PLACE},
        "register_form": _texts(first["form"]), "register_form_now": _texts(last["form"]),
        "situation": _texts(last["situation"]),
        **{name: told[name].to_numpy() for name in ("is_distressed", "has_vanished")},
        **{name: _texts(first[name]) for name in NACE}, "n_main_codes": n_codes,
    }  # fmt: skip
    frame = typed(TABLES["enterprises"], due, in_order=False)  # the log is in order of number, and the key follows it
    return frame.assign(**more), aside


def _reason(lives: pd.DataFrame, last: pd.Timestamp) -> pd.Series:
    """Why the life of an enterprise cannot be told; empty where it can."""
    born, left_out = lives["born_on"], lives["left_out"]
    stand_in = born.eq(pd.Timestamp(STAND_IN)) | born.dt.year.lt(FIRST_YEAR)
    end = lives["ended_on"].fillna(last)
    late = born.gt(lives["not_ended_before"]) | born.gt(end)
    reason = np.select(
        [left_out.ne(""), born.isna(), stand_in, born.gt(last), late],
        [left_out, "no_start_date", "start_date_stands_in", "not_yet_born", "ended_before_it_started"],
        "",
    )
    return pd.Series(reason, index=lives.index, dtype=object)


def _successors(told: pd.DataFrame) -> np.ndarray:
    """Keys of those in which others live on; one that is not among the rows cannot be named."""
    number = told["continued_by"]
    some = number[number.ne("")]
    known = some[some.isin(told["number"])] if len(some) else some
    return (f"{STRUCTURE}-" + known.str[:8]).reindex(told.index, fill_value="").to_numpy()


def _texts(codes: pd.Series) -> np.ndarray:
    return of_each(codes, lambda different: different, "")


def _form(state: pd.DataFrame) -> np.ndarray:
    """The form in the code list of the project; a form that it does not name is unknown, and counted."""
    known = set(reference.codes(FORMS)["code"])
    form = of_each(state["form"], lambda forms: forms.where(forms.isin(known), UNKNOWN), UNKNOWN)
    return np.where(state["kind"].eq(NATURAL), NATURAL_FORM, form)


def _sector(state: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The code in the newest version that the enterprise has one in, that version, and how many main codes it had."""
    version, code, count = UNKNOWN, NO_CODE, np.zeros(len(state), "int64")
    for one in NACE_VERSIONS:  # the newest last
        codes = state[f"nace_{one}"]
        has = of_each(codes, lambda different: _reads(different, "[0-9]{2,7}"), False)
        version = np.where(has, one, version)
        code = np.where(has, of_each(codes, lambda different: different.str[:5], ""), code)
        count = np.where(has, state[f"n_{one}"], count)
    return version, code, count.astype("int64")


def _reads(codes: pd.Series, pattern: str) -> np.ndarray:
    """Which codes have a form."""
    return codes.str.fullmatch(pattern).to_numpy(bool)
