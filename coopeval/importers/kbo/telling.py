"""What an import or a choice did, in lines that a person reads; and a choice as it is typed on a command line."""

from __future__ import annotations

import pandas as pd

from coopeval import reference
from coopeval.errors import ParameterError, refusal
from coopeval.importers.kbo.bringing import Imported
from coopeval.importers.kbo.changes import COLUMNS as CHANGE_COLUMNS
from coopeval.importers.kbo.changes import summary
from coopeval.importers.kbo.layout import NACE_VERSIONS
from coopeval.importers.kbo.tables import KEPT, NOT_LEGAL, NOT_NEEDED, REPEATED
from coopeval.schema.forms import is_day
from coopeval.wording import N_, translate

FEW = 20  # keys shown of each update; all stand in changes.csv
BRUSSELS = "brussels"  # the postcodes of the code list
WORDS = {
    "extract": N_("extract"), "file": N_("file"), "read": N_("rows read"), "kept": N_("kept"),
    "left_out": N_("left out"), "table": N_("table"), "changed": N_("changed"), "added": N_("added"),
    "removed": N_("removed"), "removed_with_enterprise": N_("removed with their enterprise"), "key": N_("number"),
    "change": N_("what happened"), "reason": N_("reason"), "n": N_("enterprises"),
}  # fmt: skip
OUTCOMES = {
    NOT_NEEDED: N_("not needed: read, counted, nothing kept"),
    NOT_LEGAL: N_("names of natural persons, or of entities not known as legal persons"),
    REPEATED: N_("the same row once more"),
}
REASONS = {
    "ended_before_it_was_seen": N_("dissolved, bankrupt or stopped already in the first extract that shows it"),
    "situation_unknown": N_("its situation is in no list"),
    "file_cancelled": N_("its file was cancelled: it never existed"),
    "no_start_date": N_("no day on which it started"),
    "start_date_stands_in": N_("a day that stands for one not known, such as 1900-01-01"),
    "not_yet_born": N_("announced: it starts after the last extract"),
    "ended_before_it_started": N_("it ended before the day on which it would start"),
}
ALONE = N_(
    "This is an update alone: it holds the entities that changed since extract {before}, and no others. It can be "
    "looked through; nobody can be chosen from it, and nothing is known of how long anything lasts. "
    "Import a full extract first."
)
FIRST_CHANGES = N_("The first {n} changes; all {every} stand in changes.csv in the folder of each update.")
NOT_BORN = N_(
    '"{born}" is no window of birth. Write two days, such as 2016-01-01..2020-12-31; one of them may be left out.'
)
NOT_NACE = N_('"{nace}" is no sector. Write version and first digits, such as 2025:88; several with commas.')


def lines(made: Imported, lang: str) -> list[str]:
    """The data-quality table of an import, and for updates what they changed."""
    told = _table(_quality(made.quality, lang), lang)
    if len(made.changes):
        told += ["", *_table(summary(made.changes), lang)]
        told += ["", *_changes(made.changes, lang)]
    if made.is_update_alone:
        number = made.store.metas[0].number
        told += ["", translate(ALONE, lang).format(before=number - 1)]
    return told


def _quality(counts: pd.DataFrame, lang: str) -> pd.DataFrame:
    """One row per file: rows read, kept, left out and why."""
    by = counts.groupby(["extract", "file"], sort=False)
    kept = counts["n"].where(counts["outcome"].eq(KEPT), 0).groupby([counts["extract"], counts["file"]]).sum()
    others = counts[counts["outcome"].ne(KEPT)]
    reasons = others["outcome"].map({code: translate(text, lang) for code, text in OUTCOMES.items()})
    table = pd.DataFrame({"read": by["n"].sum()})
    table["kept"] = kept.reindex(table.index)
    table["left_out"] = table["read"] - table["kept"]
    why = reasons.groupby([others["extract"], others["file"]]).agg("; ".join)
    table["reason"] = why.reindex(table.index).fillna("").where(table["left_out"].gt(0), "")
    return table.reset_index()


def _changes(changes: pd.DataFrame, lang: str) -> list[str]:
    head = translate(FIRST_CHANGES, lang).format(n=min(FEW, len(changes)), every=len(changes))
    shown = changes[list(CHANGE_COLUMNS)].head(FEW)
    words = {code: translate(WORDS[code], lang) for code in ("changed", "added", "removed", "removed_with_enterprise")}
    return [head, *_table(shown.assign(change=shown["change"].map(words)), lang)]


def chosen_lines(frame: pd.DataFrame, lang: str) -> list[str]:
    """How many were chosen, how they ended, and who was set aside."""
    ends = frame["end_kind"].replace("", "alive").value_counts().rename_axis("change").rename("n").reset_index()
    names = {**reference.labels("enterprise_ends", lang), "alive": translate(N_("still there"), lang)}
    told = _table(ends.assign(change=ends["change"].map(names)), lang)
    aside = frame.attrs["set_aside"]
    if len(aside):
        reasons = {code: translate(text, lang) for code, text in REASONS.items()}
        head = translate(N_("Set aside, for their life cannot be told:"), lang)
        told += ["", head, *_table(aside.assign(reason=aside["reason"].map(reasons)), lang)]
    unnamed = frame.attrs["about"]["unnamed_forms"]
    if unnamed:
        forms = ", ".join(f"{code or '–'} ({n})" for code, n in unnamed.items())
        told += [
            "",
            translate(N_("Legal forms that the code list does not name, kept as unknown: {forms}"), lang).format(
                forms=forms
            ),
        ]
    return told


def _table(frame: pd.DataFrame, lang: str) -> list[str]:
    """Columns of equal width; numbers to the right."""
    texts = frame.astype(str)
    heads = {name: translate(WORDS[name], lang) for name in frame}
    widths = {name: max([len(heads[name]), *texts[name].str.len()]) for name in frame}
    right = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in frame}

    def line(cells) -> str:
        put = (f"{cell:>{widths[name]}}" if right[name] else f"{cell:<{widths[name]}}" for name, cell in cells)
        return "  ".join(put).rstrip()

    return [line(heads.items()), *(line(zip(frame, row, strict=True)) for row in texts.itertuples(index=False))]


def choice(postcodes: str = "", forms: str = "", born: str = "", nace: str = "", vanished: str = "") -> dict:
    """The arguments of `enterprises` from what was typed; what is empty is left out.

    >>> choice("1000,1030", "cooperative", "2016-01-01..", "2025:88,2025:47")["nace"]
    {'2025': ['88', '47']}
    >>> choice(born="2016-01-01..")["born"]
    ('2016-01-01', None)
    """
    given = {}
    if postcodes:
        codes = reference.codes("postcodes")["code"].tolist()[:-1]
        given["postcodes"] = codes if postcodes == BRUSSELS else _parts(postcodes)
    if forms:
        given["legal_forms"] = _parts(forms)
    if born:
        first, dots, last = born.partition("..")
        if not dots or not all(is_day(day) or not day for day in (first, last)):
            raise refusal(ParameterError, NOT_BORN, born=born)
        given["born"] = (first or None, last or None)
    if nace:
        given["nace"] = {}
        for part in _parts(nace):
            version, _, digits = part.partition(":")
            if version not in NACE_VERSIONS or not digits.isdigit():
                raise refusal(ParameterError, NOT_NACE, nace=part)
            given["nace"].setdefault(version, []).append(digits)
    return given | ({"vanished": vanished} if vanished else {})


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
