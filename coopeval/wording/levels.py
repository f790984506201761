"""Covariates and their levels in words, as tables and figures of a comparison name them."""

from __future__ import annotations

from coopeval import reference
from coopeval.wording.columns import column
from coopeval.wording.messages import N_, translate

CODES = {  # code list of the levels of each covariate
    "legal_family": "legal_families", "legal_form": "legal_forms", "nace_section": "nace_sections",
    "project_type": "project_types", "stage_at_entry": "stages", "economic_model": "economic_models",
    "theme": "themes", "sector": "sector_groups", "birth_period": "periods", "entry_period": "periods",
    "age_class": "age_classes", "arm": "arms", "programme": "programmes", "contract_family": "contract_families",
}  # fmt: skip
ANSWERS, OTHER = ("yes", "no"), "other"
PUT_TOGETHER, OF_COVARIATE = N_("Other"), N_("{covariate}: {level}")


def level(value: str, lang: str) -> str:
    """A covariate, or one of its levels (`covariate=level`), as a reader sees it.

    >>> level("legal_family=cooperative", "en"), level("has_enterprise=yes", "en"), level("age_at_zero", "en")
    ('Family of legal form: Co-operatives', 'Enterprise at entry: Yes', 'Age at entry (months)')
    """
    covariate, _, code = value.partition("=")
    named = column("group", lang, by=covariate)
    if named == column("group", lang):  # a covariate without a heading keeps its name
        named = covariate
    if not code:
        return named
    return translate(OF_COVARIATE, lang).format(covariate=named, level=_label(covariate, code, lang))


def _label(covariate: str, code: str, lang: str) -> str:
    known = reference.labels(CODES[covariate], lang) if covariate in CODES else {}
    if code in known:
        return known[code]
    if code in ANSWERS:
        return reference.labels("answers", lang)[code]
    if code == reference.UNKNOWN:
        return reference.labels("notes", lang).get(code, code)
    return translate(PUT_TOGETHER, lang) if code == OTHER else code
