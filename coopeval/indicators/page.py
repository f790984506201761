"""docs/indicators.md, written from the catalogue: `python -m coopeval.indicators.page`; a test holds it up to date."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from coopeval import reference
from coopeval.indicators.described import catalogue

HEAD = """\
# The indicators

This page is written by `python -m coopeval.indicators.page` from the catalogue in `coopeval/indicators`. Do not edit it
by hand.

An indicator is one row of the estimate table of its chapter: it shows what the chapter shows, in the same public
rounding, and cannot differ from it. The monitor (chapter 80) shows all of them with their change since the semester
before and its cause; `coopeval explain ID` tells one. Targets stand in the table `targets`, by the id used here.

*Output* is what the programme does, *result* what becomes of those it supports, *impact* what would not have been
without it. The three are never added.
"""
EU_HEAD = """\
## Beside the common indicators of the European funds

The incubator was financed by the ERDF until 2021. Where an indicator comes close to a common one, its code is given
above. Close is not equal: the rule of the fund is beside it, and where it was not read at its source that is said.
"""


def page() -> str:
    """The whole page, in Markdown.

    >>> page().splitlines()[0]
    '# The indicators'
    """
    blocks = [_block(row) for row in catalogue().to_dict("records")]
    return "\n".join([HEAD, *blocks, EU_HEAD, _eu_table(reference.eu_indicators())])


def _block(row: dict[str, str]) -> str:
    facts = {
        "Definition": row["definition_en"], "Counted": row["numerator_en"], "Out of": row["denominator_en"],
        "Who": row["population_en"], "Unit": row["unit"], "Clock": row["clock"], "Method": row["method"],
        "Interval": row["interval"], "Level": row["level"], "Privacy": row["privacy"],
        "EU common indicator": row["eu_code"], "Tables": row["tables"],
        "Made by": f"`coopeval.{row['call']}`, chapter {row['chapter']}",
    }  # fmt: skip
    names = f"{row['name_nl']} · {row['name_fr']}"
    lines = [f"- {word}: {fact}" for word, fact in facts.items() if fact]
    answers = f"- Answers: {', '.join(row['questions'].split())}"
    return "\n".join([f"## {row['id']}: {row['name_en']}", "", names, "", answers, *lines, ""])


def _eu_table(codes: pd.DataFrame) -> str:
    rows = [f"| {c['code']} | {c['content']} | {c['rule']} | {c['verified']} |" for c in codes.to_dict("records")]
    return "\n".join(["| code | content | counting rule | read at the source |", "|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    Path("docs/indicators.md").write_text(page(), encoding="utf-8")
