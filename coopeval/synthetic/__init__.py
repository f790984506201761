"""Synthetic data with known truth: a world that is drawn, and what is known of it at the end of a semester.

Nothing in it is real: names say so, enterprise numbers belong to nobody, persons are letters drawn at random. The
evaluated programme meets the published totals named in `plans`; `truth` says what generated the rest.
"""

from __future__ import annotations

import json
from pathlib import Path

from coopeval import tables
from coopeval.synthetic.deliveries import corrections, delivery
from coopeval.synthetic.truth import truth
from coopeval.synthetic.worlds import World, world
from coopeval.tables.settings import FILE

TRUTH = "truth.json"  # beside the tables; reading passes over it
SETTINGS = """\
# What an evaluator may set beside the tables: docs/publishing.md. The address is one of those kept for examples.
[contact]
name = "coopeval demonstration"
page = "https://example.org/coopeval"
"""


def write(folder, structures: int = 4, scale: float = 1.0, seed: int = 1, delivered: str = "2026S1") -> Path:
    """Write one delivery of the synthetic world to a folder: its tables, marked synthetic, its settings and its truth.

    The same arguments always give the same bytes. An earlier `delivered` of the same seed is what was known then.
    """
    made = world(structures, scale, seed)
    place = tables.write(delivery(made, delivered), folder)
    text = json.dumps(truth(made, delivered), indent=1, ensure_ascii=False) + "\n"
    (place / TRUTH).write_bytes(text.encode("utf-8"))
    (place / FILE).write_bytes(SETTINGS.encode("utf-8"))
    return place


__all__ = ["TRUTH", "World", "corrections", "delivery", "truth", "world", "write"]
