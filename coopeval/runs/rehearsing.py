"""What is read and compiled at the first table, sentence and figure of a process: done once, before it is copied."""

from __future__ import annotations

import pandas as pd

from coopeval import disclosure, display, figures
from coopeval.uncertainty import share

LANG = "en"  # the language in which notebooks are executed


def rehearse() -> None:
    """Show a small table, a sentence and a figure: templates, fonts and the signs of numbers stand ready.

    Nothing of `data/reference` is kept: a list may be mended while the parent of the kernels lives.
    """
    counted = pd.DataFrame({"group": ["a", "b"], "n_events": [1400, 22], "n": [3800, 49]})
    released = disclosure.gate(share(counted), "rehearsal")
    display.table(released, LANG)._repr_mimebundle_()
    display.say("{first.estimate}", LANG, first=display.row(released, group="a"))
    figures.bars(released, LANG, title="Share", alt="Share")
