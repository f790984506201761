"""A line of words on a picture, always level: matplotlib lays out each text as if it were a turned paragraph."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.text import Text

from coopeval.figures.outlined import Outlined
from coopeval.figures.theme import INK, font


class Words(Text):
    """One line, unturned and uncut: as matplotlib draws it, and in a file of outlines with a quarter of the work."""

    def draw(self, renderer) -> None:
        """Put it where it stands."""
        if not isinstance(renderer, Outlined):
            super().draw(renderer)
        elif self._text:
            at = self.get_transform().transform((self._x, self._y))
            sides = self._horizontalalignment, self._verticalalignment
            renderer.words(self._text, at, sides, self._color, self._fontproperties)


def words(figure: Figure, at: tuple[float, float], line: str, size: float, bold: bool = False, **looks: str) -> Words:
    """A line of words at a place in parts of the page; `ha`, `va` and `color` as in matplotlib."""
    sides = {"horizontalalignment": looks.get("ha", "left"), "verticalalignment": looks.get("va", "baseline")}
    made = Words(*at, line, color=looks.get("color", INK), fontproperties=font(size, bold), **sides)
    made.set_figure(figure)
    made.set_transform(figure.transFigure)
    return made
