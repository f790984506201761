"""A published figure read back as an attacker reads it: words from their outlines, lines as times and shares."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
GLYPH = re.compile(r"#(DejaVuSans[A-Za-z-]*?)-([0-9a-f]+)$")
CURVE_WIDTH = 2.0  # as `strokes.stroke` draws an estimate; limits and axes are thinner


@dataclass(frozen=True)
class Curve:
    """A line in data coordinates: corners as (month, share)."""

    corners: np.ndarray
    width: float
    is_curve: bool

    def steps(self) -> list[tuple[float, float, float]]:
        """Where it jumps: month, share before, share after."""
        x, y = self.corners[:, 0], self.corners[:, 1]
        jumps = np.flatnonzero(np.abs(np.diff(y)) > 1e-4)
        return [(round(x[i + 1], 2), round(y[i], 4), round(y[i + 1], 4)) for i in jumps]

    def at(self, month: float) -> float:
        """Share at a month, its jump done."""
        return float(self.corners[self.corners[:, 0] <= month + 0.01][-1, 1])


@cache
def _letters(font: str) -> dict[int, str]:
    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    return {glyph: chr(code) for code, glyph in sorted(FT2Font(str(file)).get_charmap().items(), reverse=True)}


def words(svg: Path | bytes) -> list[str]:
    """Every line of text in a picture: drawn as outlines, in its title, its description, or as text."""
    root = _root(svg)
    drawn = (_spelt(group) for group in _groups(root, "text_"))
    said = (element.text for element in root.iter() if element.tag != f"{SVG}style" and (element.text or "").strip())
    return [line for line in (*drawn, *said) if line]


def metadata(svg: Path | bytes) -> list[str]:
    """Elements and attributes in which a program leaves what it knows: none should be there."""
    root = _root(svg)
    odd = [element.tag for element in root.iter() if element.tag.split("}")[-1] in ("metadata", "a", "script", "image")]
    ids = [element.get("id", "") for element in root.iter() if element.get("id")]
    return odd + [i for i in ids if not re.fullmatch(r"[A-Za-z0-9_.-]+", i)]


def curves(svg: Path | bytes) -> list[Curve]:
    """Every line in axes with time below and shares of one beside, but for those across the whole axes."""
    found = []
    for axes, placed in _axes(svg):
        for path, style in _lines(axes):
            width = float((re.search(r"stroke-width: ([\d.]+)", style) or [0, 1])[1])
            line = Curve(placed(path), width, abs(width - CURVE_WIDTH) < 0.01)
            if len(line.corners) > 2 or line.is_curve:
                found.append(line)
    return found


def marks(svg: Path | bytes) -> list[tuple[float, float]]:
    """Time and share of every sign inside the axes: ends of curves, caps of limits, diamonds, ticks on a curve."""
    found = []
    for axes, placed in _axes(svg):
        for group in _groups(axes, "line2d_"):
            for use in group.iter(f"{SVG}use"):
                month, share = placed(np.array([[float(use.get("x", 0)), float(use.get("y", 0))]]))[0]
                if group not in _of_ticks(axes):
                    found.append((float(month), float(share)))
    return found


def _axes(svg: Path | bytes):
    """Each pair of axes, and what turns places on the page into its time and share."""
    for axes in _groups(_root(svg), "axes_"):
        ticks, frame = _ticks(axes), _frame(axes)
        if len(ticks) > 1 and frame is not None:
            slope, start = np.polyfit(*np.array(ticks).T, 1)
            yield axes, partial(_placed, slope=slope, start=start, top=frame[0], bottom=frame[1])


def _placed(path: np.ndarray, slope: float, start: float, top: float, bottom: float) -> np.ndarray:
    return np.column_stack([slope * path[:, 0] + start, (bottom - path[:, 1]) / (bottom - top)]).round(4)


def _groups(element: ET.Element, kind: str) -> list[ET.Element]:
    return [group for group in element.iter(f"{SVG}g") if str(group.get("id", "")).startswith(kind)]


def _of_ticks(axes: ET.Element) -> list[ET.Element]:
    return [line for kind in ("xtick_", "ytick_") for tick in _groups(axes, kind) for line in _groups(tick, "line2d_")]


def _root(svg: Path | bytes) -> ET.Element:
    return ET.fromstring(svg if isinstance(svg, bytes) else Path(svg).read_bytes())


def _spelt(group: ET.Element) -> str:
    letters = []
    for use in group.iter(f"{SVG}use"):
        named = GLYPH.match(use.get(HREF, ""))
        if named:
            letters.append(_letters(named[1]).get(int(named[2], 16), "\ufffd"))
    return "".join(letters)


def _ticks(axes: ET.Element) -> list[tuple[float, float]]:
    """Place on the page and month of each tick below the axes."""
    found = []
    for tick in _groups(axes, "xtick_"):
        sign = next((use for use in tick.iter(f"{SVG}use") if use.get("x")), None)
        text = "".join(_spelt(group) for group in _groups(tick, "text_"))
        if sign is not None and re.fullmatch(r"\d+", text):
            found.append((float(sign.get("x")), float(text)))
    return found


def _frame(axes: ET.Element) -> tuple[float, float] | None:
    """Top and bottom of the axes on the page: shares of one and of zero."""
    for path, style in _paths(axes):
        if "stroke" not in style and "fill: none" in style and len(path) == 5:
            return path[:, 1].min(), path[:, 1].max()
    return None


def _lines(axes: ET.Element):
    for group in _groups(axes, "line2d_"):
        for path, style in _paths(group, deep=False):
            if len(path) > 1 and "stroke:" in style:
                yield path, style


def _paths(element: ET.Element, deep: bool = True):
    for path in element.iter(f"{SVG}path") if deep else element.findall(f"{SVG}path"):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", path.get("d", ""))]
        if len(numbers) % 2 == 0:
            yield np.array(numbers).reshape(-1, 2), path.get("style", "")
