"""The rules of a notebook (order, cells, calls, outputs), each a function from a notebook to its complaints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import nbformat

SHARED = (
    'semester: str = "2026S1"    # semester under review; figures are as of its last day',
    'data: str = "data/demo"     # folder or workbook with the tables, from the project root',
    'lang: str = "en"            # language of labels and sentences: nl, fr or en',
    'audience: str = "public"    # public: only what passed the disclosure gate; internal: exact, never published',
    "level: float = 0.95         # confidence level of every interval",
)
MOST_LINES, MOST_CALLS = 12, 4
LIMITS = "## What this does not show"
GATE, TABLE, ROW, HAND_OVER = "ce.disclosure.gate", "ce.display.table", "ce.display.row", "ce.provenance.hand_over"
CONCLUSION = "ce.display.conclusion"
SETTING = {"margin", "null"}  # arguments of a conclusion that change what it says; the others point at a row
NOT_IN_A_CELL = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor, ast.While, ast.ListComp,
    ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.If, ast.IfExp, ast.Try, ast.With, ast.Subscript, ast.Compare,
    ast.BinOp, ast.AugAssign, ast.Delete, ast.Global, ast.Assert, ast.Raise, ast.ImportFrom, ast.JoinedStr,
)  # fmt: skip
HOME_OR_ADDRESS = re.compile(r"0x[0-9a-f]{6,}|/home/|/root/|/Users/|/tmp/|ipykernel_|Traceback")


@dataclass(frozen=True)
class Page:
    """A notebook with what the rules ask about it."""

    name: str
    notebook: nbformat.NotebookNode
    makes: frozenset[str]
    answers: tuple[str, ...]

    @cached_property
    def cells(self) -> list[nbformat.NotebookNode]:
        return list(self.notebook.cells)

    @cached_property
    def code(self) -> list[tuple[nbformat.NotebookNode, ast.Module]]:
        """Code cells but the parameters, each with its syntax."""
        return [(c, ast.parse(c.source)) for c in self.cells if c.cell_type == "code" and not is_parameters(c)]

    @cached_property
    def gated(self) -> dict[str, str]:
        """Variable and name of every table that passed the gate."""
        found = {}
        for _, tree in self.code:
            for line in tree.body:
                if isinstance(line, ast.Assign) and called(line.value) == GATE and len(line.value.args) > 1:
                    found[line.targets[0].id] = getattr(line.value.args[1], "value", "")
        return found


def is_parameters(cell) -> bool:
    return "parameters" in cell.metadata.get("tags", [])


def called(node: ast.AST) -> str:
    """Full name of what a call calls, or nothing."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def opens_with_a_question(page: Page) -> Iterator[str]:
    first = page.cells[0]
    title, _, rest = first.source.partition("\n")
    if first.cell_type != "markdown" or not title.startswith("# ") or not title.rstrip().endswith("?"):
        yield "the first cell is a title, and the title is a question"
    if not rest.strip():
        yield "the title is followed by who asks it and the limits of the answer"
    for question in page.answers:
        if question not in first.source:
            yield f"plan.toml says it answers {question}; the first cell does not"


def has_the_house_parameters(page: Page) -> Iterator[str]:
    if not is_parameters(page.cells[1]) or sum(map(is_parameters, page.cells)) != 1:
        yield "the second cell, and no other, has the tag parameters"
    elif tuple(page.cells[1].source.split("\n")[: len(SHARED)]) != SHARED:
        yield "the parameters begin with the shared ones, word for word"


def loads_once(page: Page) -> Iterator[str]:
    if page.cells[2].cell_type != "code" or not page.cells[2].source.startswith("import coopeval as ce\n"):
        yield "the third cell loads: it begins with import coopeval as ce"
    for cell, tree in page.code[1:]:
        if any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(tree)):
            yield f"{cell.id}: only the third cell imports"


def has_small_cells(page: Page) -> Iterator[str]:
    for cell, tree in page.code:
        if len(cell.source.split("\n")) > MOST_LINES:
            yield f"{cell.id}: longer than {MOST_LINES} lines"
        if len(calls(tree)) > MOST_CALLS:
            yield f"{cell.id}: more than {MOST_CALLS} calls"
        if cell.source.rstrip().endswith(";"):
            yield f"{cell.id}: ends with a semicolon"


def only_calls_the_library(page: Page) -> Iterator[str]:
    for cell, tree in page.code:
        for node in ast.walk(tree):
            if isinstance(node, NOT_IN_A_CELL):
                yield f"{cell.id}: {type(node).__name__} belongs in the library"
        for call in calls(tree):
            if not called(call).startswith("ce."):
                yield f"{cell.id}: calls {called(call)}, which is not the library's"


def holds_no_number_and_no_path(page: Page) -> Iterator[str]:
    for cell, tree in page.code:
        rows = [call for call in calls(tree) if called(call) in (ROW, CONCLUSION)]  # at_months=36 points at a row
        pointing = {id(k.value) for row in rows for k in row.keywords if called(row) == ROW or k.arg not in SETTING}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in pointing:
                continue
            if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
                yield f"{cell.id}: {node.value} should be a parameter"
            if isinstance(node.value, str) and re.search(r"^\S*[/\\]\S*$|\.(csv|json|parquet|toml)$", node.value):
                yield f"{cell.id}: {node.value!r} is a path"


def changes_nothing(page: Page) -> Iterator[str]:
    parameters = ast.parse("\n".join(c.source for c in page.cells if is_parameters(c))).body
    named = {line.target.id for line in parameters if isinstance(line, ast.AnnAssign)}
    for cell, tree in page.code:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                if node.id in named:
                    yield f"{cell.id}: {node.id} has a value already"
                named.add(node.id)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                yield f"{cell.id}: changes {ast.unparse(node)}"


def shows_only_what_the_gate_released(page: Page) -> Iterator[str]:
    for cell, tree in page.code:
        for call in calls(tree):
            name = called(call)
            if name in (TABLE, ROW, CONCLUSION) or name.startswith("ce.figures."):
                also = [keyword.value for keyword in call.keywords if keyword.arg in ("reference", "beside")]
                shown = [ast.unparse(argument) for argument in [*call.args, *also]]
                if not shown or not set(shown) <= {*page.gated, "lang"}:
                    yield f"{cell.id}: {name} shows what did not pass the gate"


def puts_a_table_before_each_figure(page: Page) -> Iterator[str]:
    for before, cell in zip(page.cells, page.cells[1:], strict=False):
        if cell.cell_type != "code" or is_parameters(cell):
            continue
        figures = [call for call in calls(ast.parse(cell.source)) if called(call).startswith("ce.figures.")]
        for figure in figures:
            tables = [] if before.cell_type != "code" else calls(ast.parse(before.source))
            drawn = {ast.dump(argument) for argument in [*figure.args, *(k.value for k in figure.keywords)]}
            if not any(called(table) == TABLE and ast.dump(table.args[0]) in drawn for table in tables):
                yield f"{cell.id}: the cell before a figure shows the table, or one of the tables, it draws"
            told = {keyword.arg for keyword in figure.keywords if isinstance(keyword.value, ast.Constant)}
            if not {"title", "alt"} <= told:
                yield f"{cell.id}: a figure has a title and an alt text, both literal"


def ends_with_limits_and_hand_over(page: Page) -> Iterator[str]:
    before, last = page.cells[-2], page.cells[-1]
    if before.cell_type != "markdown" or not before.source.startswith(f"{LIMITS}\n"):
        yield f"the last cell but one begins with {LIMITS!r}"
    tree = ast.parse(last.source) if last.cell_type == "code" else ast.Module([], [])
    if len(tree.body) != 1 or called(getattr(tree.body[0], "value", None)) != HAND_OVER:
        yield "the last cell hands the tables over"
        return
    handed = [ast.unparse(argument) for argument in tree.body[0].value.args]
    if set(handed) != set(page.gated):
        yield f"gated but not handed over, or the reverse: {sorted(set(handed) ^ set(page.gated))}"


def makes_what_the_plan_says(page: Page) -> Iterator[str]:
    different = set(page.gated.values()) ^ set(page.makes)
    if different:
        yield f"plan.toml and the gate differ on {sorted(different)}"


def has_stored_outputs(page: Page) -> Iterator[str]:
    for count, cell in enumerate((c for c in page.cells if c.cell_type == "code"), start=1):
        body = ast.parse(cell.source).body
        if cell.execution_count != count:
            yield f"{cell.id}: was not run in order; make notebooks stores the outputs"
        if body and isinstance(body[-1], ast.Expr) and not cell.outputs:
            yield f"{cell.id}: no output is stored; make notebooks stores them"
        for output in cell.outputs:
            if output.output_type in ("stream", "error"):
                yield f"{cell.id}: stored output is {output.get('name', 'an error')}"
            text = "".join(map(str, output.get("data", {}).get("text/plain", "")))
            if HOME_OR_ADDRESS.search(text):
                yield f"{cell.id}: the stored output tells where it was made"


def tells_nothing_of_its_making(page: Page) -> Iterator[str]:
    if set(page.notebook.metadata) - {"kernelspec", "language_info"}:
        yield f"metadata {sorted(page.notebook.metadata)}; make notebooks removes them"
    ids = [cell.get("id", "") for cell in page.cells]
    if len(set(ids)) < len(ids) or not all(re.fullmatch(r"[a-z0-9-]+", cell_id) for cell_id in ids):
        yield "every cell has an id of its own, in words"
    for cell in page.cells:
        if set(cell.metadata) - {"tags"}:
            yield f"{cell.id}: metadata {sorted(cell.metadata)}"


RULES = (
    opens_with_a_question, has_the_house_parameters, loads_once, has_small_cells, only_calls_the_library,
    holds_no_number_and_no_path, changes_nothing, shows_only_what_the_gate_released, puts_a_table_before_each_figure,
    ends_with_limits_and_hand_over, makes_what_the_plan_says, has_stored_outputs, tells_nothing_of_its_making,
)  # fmt: skip
