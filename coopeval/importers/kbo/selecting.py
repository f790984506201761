"""Enterprises of the register in the columns of the table `enterprises`: chosen by place, form, birth and sector.

The choice is made on what the first extract in which an enterprise was seen alive tells, never on what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from coopeval import reference
from coopeval.errors import DataError, ParameterError, refusal
from coopeval.importers.kbo import engine, exits, states
from coopeval.importers.kbo.codes import FORMS
from coopeval.importers.kbo.history import histories
from coopeval.importers.kbo.layout import LEGAL, NACE_VERSIONS, NATURAL
from coopeval.importers.kbo.rows import NATURAL_FORM, UNKNOWN, rows
from coopeval.importers.kbo.situations import situations
from coopeval.importers.kbo.store import Store, store
from coopeval.wording import N_

ENDS = "enterprise_ends"
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
    log = states.log(made, _conditions(postcodes, legal_forms, born, nace))
    lives = histories(log, made.metas, situations(made.path), vanished)
    lives, known = exits.applied(lives, exits.known(made.path))
    frame, aside = rows(log, lives, pd.Timestamp(made.metas[-1].shows))
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


def _about(frame: pd.DataFrame, made: Store) -> dict:
    """What a reader of the rows must know."""
    unnamed = frame["register_form"][frame["legal_form"].eq(UNKNOWN)].value_counts()
    return {
        "extracts": [extract.folder for extract in made.extracts],
        "first_seen": made.metas[0].shows.isoformat(),
        "last_seen": made.metas[-1].shows.isoformat(),
        "is_synthetic": made.is_synthetic,
        "n_vanished": int(frame["has_vanished"].sum()),
        "unnamed_forms": unnamed.to_dict(),
        "nace_versions": frame["nace_version"].value_counts().to_dict(),
    }
