"""Every sentence of the suite: collected from code, templates and notebooks, so that none is forgotten."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from coopeval.wording.markdown import blocks
from coopeval.wording.messages import ROOT

SAID = ("title", "alt", "caption", "caveat")  # arguments of showing calls in notebooks that are sentences
MEANS = {"text": 0, "day": 0, "number": 0, "integer": 0, "boolean": 0, "code": 1, "table": 1}  # place of the meaning
IN_TEMPLATE = re.compile(r"""_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def sentences(root: Path = ROOT) -> dict[str, list[str]]:
    """Each English sentence with the files it stands in, in the order they are met."""
    found: dict[str, list[str]] = {}
    for where, sentence in _all(root):
        places = found.setdefault(sentence, [])
        if where not in places:
            places.append(where)
    return found


def _all(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / "coopeval").rglob("*.py")):
        where, tree = path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        for sentence in _marked(tree):
            yield where, sentence
        if path.parent.name == "schema":
            for sentence in _meanings(tree):
                yield where, sentence
    for path in sorted((root / "coopeval").rglob("*.html")):
        for match in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
            yield path.relative_to(root).as_posix(), ast.literal_eval(match[1])
    notebooks = root / "notebooks"
    for path in [*sorted(notebooks.glob("*.ipynb")), *sorted(notebooks.glob("tutorial/*.ipynb"))]:
        for sentence in _of_notebook(json.loads(path.read_text(encoding="utf-8"))):
            yield path.relative_to(root).as_posix(), sentence


def _marked(tree: ast.AST) -> Iterator[str]:
    """Literals inside N_(...) and translate(...), in the order of the text."""
    for call in _calls(tree):
        if _name(call.func) in ("N_", "translate"):
            yield from _literals(call.args[:1])


def _meanings(tree: ast.AST) -> Iterator[str]:
    """What tables and columns say of themselves: fault messages and documents repeat it."""
    for call in _calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id in MEANS:
            place = MEANS[call.func.id]
            yield from _literals(call.args[place : place + 1])
            yield from _literals(word.value for word in call.keywords if word.arg == "asked_for")


def _of_notebook(notebook: dict) -> Iterator[str]:
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from blocks(source)
        elif cell["cell_type"] == "code":
            yield from _said(ast.parse(source))


def _said(tree: ast.AST) -> Iterator[str]:
    for call in _calls(tree):
        if _name(call.func) == "say":
            yield from _literals(call.args[:1])
        yield from _literals(word.value for word in call.keywords if word.arg in SAID)


def _calls(tree: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda node: (node.lineno, node.col_offset))


def _literals(nodes: Iterable[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))
