"""A figure drawn again from its description, in any language: one notebook execution serves three sites."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from coopeval.errors import DataError, DisclosureError, ParameterError
from coopeval.figures.curves import band, beside, incidence, survival_steps
from coopeval.figures.decision import plane, tornado
from coopeval.figures.forest import forest
from coopeval.figures.funnel import funnel
from coopeval.figures.love import love
from coopeval.figures.nested import nested
from coopeval.figures.overlap import overlap
from coopeval.figures.pairs import flows, pairs
from coopeval.figures.picture import Picture
from coopeval.figures.precision import precision
from coopeval.figures.published_series import published_series
from coopeval.figures.rows import bars, counts
from coopeval.figures.specification import specification_curve
from coopeval.figures.stacked import occupation
from coopeval.figures.targets import targets
from coopeval.figures.timeline import timeline
from coopeval.figures.worth import acceptability, expected_loss
from coopeval.uncertainty import require_released

FIGURES: Mapping[str, Callable[..., Picture]] = {
    figure.__name__: figure
    for figure in (
        survival_steps,
        incidence,
        band,
        beside,
        bars,
        counts,
        flows,
        forest,
        funnel,
        love,
        nested,
        occupation,
        overlap,
        pairs,
        precision,
        published_series,
        specification_curve,
        targets,
        timeline,
        acceptability,
        expected_loss,
        plane,
        tornado,
    )
}


def render(spec: Mapping, tables: Mapping[str, pd.DataFrame], lang: str) -> bytes:
    """The SVG of a described figure.

    Parameters
    ----------
    spec
        What a figure call put beside its picture, under application/vnd.coopeval+json.
    tables
        Released tables by name.
    lang
        nl, fr or en.

    Returns
    -------
    SVG with the translated title and description: the same bytes for the same input, whatever the machine.

    Raises
    ------
    ParameterError
        A figure that does not exist.
    DataError
        A table that is not among those given.
    DisclosureError
        Another table than the one that was drawn.
    """
    if spec.get("kind") != "figure" or spec.get("figure") not in FIGURES:
        raise ParameterError(f'"{spec.get("figure")}" is not a figure. Choose one of {", ".join(FIGURES)}.')
    given = {word: _same(entry, tables) for word, entry in spec["tables"].items()}
    options = {word: option for word, option in spec.get("options", {}).items() if option is not None}
    released = given.pop("released")
    drawn = FIGURES[spec["figure"]](released, lang, title=spec["title"], alt=spec["alt"], **given, **options)
    return drawn.svg()


def _same(entry: Mapping[str, str], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    name = entry["name"]
    if name not in tables:
        raise DataError(f'The figure needs the table "{name}", which was not handed over. Add it to hand_over.')
    if require_released(tables[name])["sha256"] != entry["sha256"]:
        raise DisclosureError(f'"{name}" is not the table this figure was drawn from. Run the notebook again.')
    return tables[name]
