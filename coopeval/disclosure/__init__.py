"""The disclosure gate: what may be shown of an estimate table, to whom, and how finely."""

from coopeval.disclosure.gate import gate
from coopeval.disclosure.rules import Rules, load
from coopeval.disclosure.thresholds import thresholds

__all__ = ["Rules", "gate", "load", "thresholds"]
