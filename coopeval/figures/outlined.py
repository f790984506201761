"""The SVG of a figure, its text as outlines: matplotlib's own bytes, with every word and glyph worked out once only."""

from __future__ import annotations

import io
import re
from functools import cache

import numpy as np
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import rgb2hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from coopeval.figures.glyphs import EM, SUBPIXELS, file_of, leading, outline, shaped

PLACE = re.compile(r'( *)<text id="(\d+)"/>\n')
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
POINTS_PER_INCH = 72


def svg(figure: Figure) -> str:
    """What `figure.savefig` writes as SVG, without its comments and metadata."""
    file, before = io.StringIO(), figure.dpi
    figure.dpi = POINTS_PER_INCH
    try:
        wide, tall = figure.get_size_inches() * POINTS_PER_INCH
        renderer = Outlined(wide, tall, file, image_dpi=before, metadata=NO_METADATA)
        figure.draw(renderer)
        renderer.finalize()
    finally:
        figure.dpi = before
    return PLACE.sub(renderer.text, file.getvalue())


class Outlined(RendererSVG):
    """Leaves a mark where a text stands; the texts are put in at the end, as whole pieces of the file."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._texts: list[tuple[str, str, str]] = []  # attributes of the group, the text, its font
        self._defined: set[str] = set()
        self._styles: dict[tuple, dict[str, str]] = {}
        self._flip = Affine2D().scale(1, -1).translate(0, self.height).get_matrix()

    def _make_flip_transform(self, transform):
        """As matplotlib does it, without a tree of transforms for each stroke."""
        return Affine2D(np.dot(self._flip, transform.get_matrix()))

    def _get_style_dict(self, gc, rgbFace):
        """As matplotlib does it, once for strokes that look the same."""
        face, dashes = None if rgbFace is None else tuple(rgbFace), gc.get_dashes()
        ends = gc.get_joinstyle(), gc.get_capstyle(), gc.get_forced_alpha(), gc.get_alpha()
        hatch = gc.get_hatch(), gc.get_hatch_color(), gc.get_hatch_linewidth()
        looks = (face, gc.get_rgb(), gc.get_linewidth(), str(dashes), *ends, *hatch)
        if looks not in self._styles:
            self._styles[looks] = super()._get_style_dict(gc, rgbFace)
        return self._styles[looks]

    def _draw_text_as_path(self, gc, x, y, s, prop, angle, *_):
        alpha = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        self._mark(x, y, s, prop, rgb2hex(gc.get_rgb()), alpha, angle)

    def words(self, line: str, at: tuple[float, float], sides: tuple[str, str], colour: str, prop) -> None:
        """One level line; the same sums in the same order as matplotlib does them for a paragraph."""
        wide, tall, deep = self.get_text_width_height_descent(line, prop, False)
        ascent, descent, _ = self._get_font_height_metrics(prop)
        ascent, descent = max(tall - deep, ascent), max(deep, descent)
        low, (across, upright) = -ascent - descent, sides
        left = {"left": 0, "center": wide / 2, "right": wide}[across]
        base = {"baseline": low + descent, "center_baseline": -ascent / 2, "top": 0}[upright]
        self.open_group("text")
        self._mark(at[0] - left, self.height - (-ascent - base + at[1]), line, prop, _hex(colour))
        self.close_group("text")

    def _mark(self, x, y, s, prop, colour, alpha=1, angle=0) -> None:
        looks = [f"fill: {colour}"] if colour != "#000000" else []
        looks += [f"opacity: {_short(alpha)}"] if alpha != 1 else []
        size = prop.get_size_in_points() / EM
        turned = f" rotate({_short(-angle)})" if angle else ""
        moved = f"translate({_short(x)} {_short(y)}){turned} scale({_short(size)} {_short(-size)})"
        style = f' style="{"; ".join(looks)}"' if looks else ""
        self.writer.element("text", id=str(len(self._texts)))
        self._texts.append((f'{style} transform="{moved}"', s, file_of(prop)))

    def get_text_width_height_descent(self, s, prop, ismath):
        """As matplotlib does it, from what is known of the words."""
        return shaped(s, file_of(prop)).size(prop.get_size_in_points())

    def _get_font_height_metrics(self, prop):
        ascent, descent, gap, em = leading(file_of(prop))
        scale = 1 / em * prop.get_size_in_points() * POINTS_PER_INCH / POINTS_PER_INCH  # to the last bit as matplotlib
        return ascent * scale, descent * scale, gap * scale

    def text(self, place: re.Match) -> str:
        """A text as outlines; those of glyphs that stand nowhere above come first."""
        indent, (group, text, file) = place[1], self._texts[int(place[2])]
        glyphs = shaped(text, file).glyphs
        new = [glyph for glyph in dict.fromkeys(name for name, _, _ in glyphs) if glyph not in self._defined]
        self._defined.update(new)
        defined = "".join(f"{indent}  {_definition(glyph, file)}\n" for glyph in new)
        defined = f"{indent} <defs>\n{defined}{indent} </defs>\n" if new else ""
        used = "".join(f"{indent} {use}\n" for use in _uses(text, file))
        return f"{indent}<g{group}>\n{defined}{used}{indent}</g>\n"


@cache
def _hex(colour: str) -> str:
    return rgb2hex(to_rgba(colour))


@cache
def _definition(glyph: str, file: str) -> str:
    vertices, codes = outline(glyph, file)
    path = RendererSVG._convert_path(None, Path(vertices * SUBPIXELS, codes), simplify=False)
    drawn = f' d="{path}"' if path else ""  # a space has no outline
    return f'<path id="{glyph.replace("%20", "_")}"{drawn} transform="scale({_short(1 / SUBPIXELS)})"/>'


def _uses(text: str, file: str) -> list[str]:
    return [f'<use xlink:href="#{name}"{_at(x, y)}/>' for name, x, y in shaped(text, file).glyphs]


@cache
def _at(x: float, y: float) -> str:
    return f' transform="translate({_short(x)} {_short(y)})"' if (x, y) != (0, 0) else ""


def _short(x: float) -> str:
    return f"{x:f}".rstrip("0").rstrip(".")
