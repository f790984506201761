"""Every sentence of the suite: collected from code, templates and notebooks, so that none is forgotten."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from coopeval.wording.markdown import blocks

ROOT = Path(__file__).parents[2]
SAID = ("title", "alt", "caption", "caveat")  # arguments of showing calls in notebooks that are sentences
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
        for sentence in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            yield path.relative_to(root).as_posix(), sentence
    for path in sorted((root / "coopeval").rglob("*.html")):
        for match in IN_TEMPLATE.finditer(path.read_text(encoding="utf-8")):
            yield path.relative_to(root).as_posix(), ast.literal_eval(match[1])
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for sentence in _of_notebook(json.loads(path.read_text(encoding="utf-8"))):
            yield path.relative_to(root).as_posix(), sentence


def _marked(tree: ast.AST) -> Iterator[str]:
    """Literals inside N_(...), in the order of the text."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "N_"]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
            yield call.args[0].value


def _of_notebook(notebook: dict) -> Iterator[str]:
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from blocks(source)
        elif cell["cell_type"] == "code":
            yield from _said(ast.parse(source))


def _said(tree: ast.AST) -> Iterator[str]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        texts = [word.value for word in call.keywords if word.arg in SAID]
        if _name(call.func) == "say":
            texts += call.args[:1]
        for text in texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                yield text.value


def _name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))
