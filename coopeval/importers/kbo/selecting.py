"""Enterprises of the register in the columns of the table `enterprises`: chosen by place, form, birth and sector.

The choice is made on what the first extract in which an enterprise was seen alive tells, never on what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from coopeval import reference
from coopeval.errors import DataError, ParameterError, refusal
from coopeval.importers.kbo import engine, exits
from coopeval.importers.kbo.codes import FORMS
from coopeval.importers.kbo.history import histories
from coopeval.importers.kbo.layout import LEGAL, NACE_VERSIONS, NATURAL
from coopeval.importers.kbo.profiles import COLUMNS
from coopeval.importers.kbo.situations import situations
from coopeval.importers.kbo.store import PROFILE, Store, store
from coopeval.schema import TABLES
from coopeval.schema.forms import FIRST_YEAR, STAND_IN
from coopeval.tables.typed import typed
from coopeval.wording import N_

STRUCTURE, ENDS = "KBO", "enterprise_ends"
NATURAL_FORM, UNKNOWN, NO_CODE = "NP", "unknown", "00"  # of the project: no activity of the register begins with 00
MORE = (
    "municipality_nl", "municipality_fr", "register_form", "register_form_now", "situation", "is_distressed",
    "has_vanished", *(f"nace_{version}" for version in NACE_VERSIONS), "n_main_codes",
)  # fmt: skip
UPDATE_ALONE = N_(
    "{place} begins with an update, which holds changed entities only; nobody can be chosen from it. "
    "Import a full extract."
)
NO_FORM = N_(
    '"{form}" is neither a legal form nor a family of forms. Families are {families}; forms stand in the list {list}.'
)
NO_VERSION = N_(
    "The register holds several versions of NACE, and a code means something else in each. "
    "Name it with its version, such as {example}."
)
NO_END = N_('"{kind}" is not in the code list {list}.')
NO_WINDOW = N_("The first day of birth, {first}, lies after the last, {last}.")


def enterprises(
    place: Path | str | Store,
    *,
    postcodes: Sequence[str] | None = None,
    legal_forms: Sequence[str] | None = None,
    born: tuple[object, object] | None = None,
    nace: Mapping[str, Sequence[str]] | None = None,
    vanished: str = UNKNOWN,
) -> pd.DataFrame:
    """Enterprises of a register that were seen alive in at least one extract of a store.

    One row per enterprise: the columns of the table `enterprises`, typed, and `municipality_nl`, `municipality_fr`,
    `register_form` and `register_form_now` (codes of the register), `situation` (the last), `is_distressed` (it was in
    judicial reorganisation or the like), `has_vanished` (nothing tells how it ended), `nace_2003`, `nace_2008`,
    `nace_2025` and `n_main_codes` (main codes of the version chosen).
    `attrs["set_aside"]` counts those whose life cannot be told, by reason; `attrs["about"]` names the extracts, the
    forms without a name and the versions of NACE.

    Parameters
    ----------
    place
        Folder of the store, or the store.
    postcodes
        Of the seat; default all, abroad and unknown too.
    legal_forms
        Codes of the register, or families (cooperative, non_profit, ...). Default: all legal persons; natural persons
        (NP) come only when asked for.
    born
        First and last day of birth, both included; None on a side leaves it open.
    nace
        Version -> first digits of the codes, such as {"2025": ["88"]}; one of them is enough.
    vanished
        Kind of end of those of whom the register tells nothing but that they are no longer there. `unknown` is what it
        says, and survival counts them as lost from sight; `ceased` is an assumption, to be named.

    Raises
    ------
    DataError
        There is no store, or it begins with an update.
    ParameterError
        An unknown form, family, version or kind of end, or a window that ends before it begins.

    Source
    ------
    Delayed entry and interval-censored exit: docs/kbo.md.
    """
    made = store(place)
    if not made.is_whole:
        raise refusal(DataError, UPDATE_ALONE, place=str(made.path))
    if vanished not in reference.labels(ENDS, "en"):
        raise refusal(ParameterError, NO_END, kind=vanished, list=ENDS)
    log = _log(made, _conditions(postcodes, legal_forms, born, nace))
    lives = histories(log, made.metas, situations(made.path), vanished)
    lives, known = exits.applied(lives, exits.known(made.path))
    rows, aside = _rows(log, lives, made)
    frame = typed(TABLES["enterprises"], rows).assign(
        **rows.sort_values("enterprise_id")[list(MORE)].reset_index(drop=True)
    )
    frame.attrs["set_aside"] = aside
    frame.attrs["about"] = _about(frame, made) | {"vanished": vanished, "n_exits_known": known}
    return frame


def _conditions(postcodes, legal_forms, born, nace) -> list[str]:
    """What the first state of an enterprise must be, in the words of a query."""
    wanted = []
    if postcodes is not None:
        wanted.append(f"postcode IN {engine.many(postcodes)}")
    wanted.append(_of_forms(legal_forms))
    if born is not None:
        first, last = (None if day is None else pd.Timestamp(day).date() for day in born)
        if first and last and first > last:
            raise refusal(ParameterError, NO_WINDOW, first=first, last=last)
        wanted += [f"started_on >= DATE '{first}'"] * bool(first) + [f"started_on <= DATE '{last}'"] * bool(last)
    if nace is not None:
        if not isinstance(nace, Mapping) or set(nace) - set(NACE_VERSIONS):
            raise refusal(ParameterError, NO_VERSION, example='{"2025": ["88"]}')
        starts = [f"starts_with(nace_{version}, {engine.literal(code)})" for version in nace for code in nace[version]]
        wanted.append(f"({' OR '.join(starts) or 'false'})")
    return wanted


def _of_forms(legal_forms: Sequence[str] | None) -> str:
    if legal_forms is None:
        return f"kind = '{LEGAL}'"
    known = reference.codes(FORMS)
    families = set(known["family"])
    codes, natural = [], False
    for form in legal_forms:
        if form in families:
            codes += known.loc[known["family"].eq(form), "code"].tolist()
        elif form == NATURAL_FORM:
            natural = True
        elif form in set(known["code"]) or (form.isascii() and form.isdigit() and len(form) == 3):
            codes.append(form)
        else:
            raise refusal(ParameterError, NO_FORM, form=form, families=", ".join(sorted(families)), list=FORMS)
    legal = f"(kind = '{LEGAL}' AND form IN {engine.many(codes)})"
    return f"({legal} OR kind = '{NATURAL}')" if natural else legal


def _log(made: Store, conditions: list[str]) -> pd.DataFrame:
    """All states of the enterprises whose first state is as wanted, in order of number and extract."""
    files, wanted = made.files(PROFILE), " AND ".join(["is_first", *conditions])
    columns = ", ".join(COLUMNS)
    query = f"SELECT {columns} FROM {engine.parquet(files[:1])} WHERE {wanted}"  # first states alone: no join
    if files[1:]:
        first = f"SELECT number FROM {engine.parquet(files)} WHERE {wanted}"
        later = f"SELECT {columns} FROM {engine.parquet(files[1:])} SEMI JOIN ({first}) f USING (number)"
        query = f"{query} UNION ALL {later}"
    with engine.engine() as link:
        return link.execute(f"{query} ORDER BY number, extract").df()


def _rows(log: pd.DataFrame, lives: pd.DataFrame, made: Store) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the table, and how many could not become one, by reason."""
    whose, _ = pd.factorize(log["number"])  # in order of number, as the lives are
    born = log["started_on"].groupby(whose).min().to_numpy()
    lives = lives.assign(born_on=born.astype("datetime64[ns]"))
    reason = _reason(lives, pd.Timestamp(made.metas[-1].shows))
    aside = reason[reason.ne("")].value_counts().rename_axis("reason").rename("n").reset_index()
    told = lives[reason.eq("")].reset_index(drop=True)
    first = log.iloc[told["first"].astype(int)].reset_index(drop=True)
    last = log.iloc[told["last"].astype(int)].reset_index(drop=True)
    version, code, n_codes = _sector(first)
    rows = told.drop(columns=["first", "last", "left_out"]).assign(
        enterprise_id=_key(told["number"]), structure_id=STRUCTURE, project_id="", kbo_number=told["number"],
        legal_form=_form(first), legal_form_now=_form(last), nace_version=version, nace_code=code,
        continued_by=told["continued_by"].map(_keys_of(told)).fillna(""), n_main_codes=n_codes,
        postcode=first["postcode"].where(_reads(first["postcode"], "[1-9][0-9]{3}"), ""),
        register_form=first["form"], register_form_now=last["form"], situation=last["situation"],
        **{name: first[name] for name in MORE if name.startswith(("municipality", "nace_"))},
    )  # fmt: skip
    return rows, aside


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


def _keys_of(told: pd.DataFrame) -> dict[str, str]:
    """Number -> key of those that are chosen: a successor that is not among them cannot be named."""
    return dict(zip(told["number"], _key(told["number"]), strict=True))


def _key(numbers: pd.Series) -> pd.Series:
    """Our key: the number without its check digits, so that it is no number of an enterprise."""
    return STRUCTURE + "-" + numbers.str[:8]


def _form(state: pd.DataFrame) -> pd.Series:
    """The form in the code list of the project; a form that it does not name is unknown, and counted."""
    known = set(reference.codes(FORMS)["code"])
    form = state["form"].where(state["form"].isin(known), UNKNOWN)
    return form.where(state["kind"].ne(NATURAL), NATURAL_FORM)


def _sector(state: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The code in the newest version that the enterprise has one in, that version, and how many main codes it had."""
    version = pd.Series(UNKNOWN, index=state.index, dtype=object)
    code, count = pd.Series(NO_CODE, index=state.index, dtype=object), pd.Series(0, index=state.index)
    for one in NACE_VERSIONS:  # the newest last
        has = _reads(state[f"nace_{one}"], "[0-9]{2,7}")
        version, code = version.mask(has, one), code.mask(has, state[f"nace_{one}"].str[:5])
        count = count.mask(has, state[f"n_{one}"])
    return version, code, count


def _reads(codes: pd.Series, pattern: str) -> np.ndarray:
    """Which codes have a form; there are few different ones, and each is looked at once."""
    which, different = pd.factorize(codes)
    return pd.Series(different).str.fullmatch(pattern).to_numpy(bool)[which]


def _about(frame: pd.DataFrame, made: Store) -> dict:
    """What a reader of the rows must know."""
    unnamed = frame.loc[frame["legal_form"].eq(UNKNOWN), "register_form"].value_counts()
    return {
        "extracts": [extract.folder for extract in made.extracts],
        "first_seen": made.metas[0].shows.isoformat(),
        "last_seen": made.metas[-1].shows.isoformat(),
        "is_synthetic": made.is_synthetic,
        "n_vanished": int(frame["has_vanished"].sum()),
        "unnamed_forms": unnamed.to_dict(),
        "nace_versions": frame["nace_version"].value_counts().to_dict(),
    }
