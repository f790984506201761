"""Errors whose sentence can be said in three languages."""

from __future__ import annotations

from coopeval.errors import CoopevalError


def refusal(kind: type[CoopevalError], msgid: str, **values: object) -> CoopevalError:
    """An error of a kind, with its English sentence, and what is needed to say it in another language."""
    error = kind(msgid.format(**values))
    error.msgid, error.values = msgid, values
    return error
