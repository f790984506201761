"""The house: every file looks only down, every outside package has few homes, files and functions stay small."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "coopeval"
FLOORS = (
    ("errors", "semesters", "reference", "wording", "schema", "uncertainty"),
    ("provenance", "tables", "pseudonyms"),
    ("synthetic", "importers"),
    ("cohort",),
    (
        "evidence", "portfolio", "quality", "survival", "competing", "pathways", "jobs", "costs", "balance",
        "effectiveness", "practices",
    ),
    ("comparison", "indicators", "disclosure", "audit"),
    ("figures", "display"),
    ("runs", "site"),
    ("cli",),
)  # fmt: skip
NOT_EACH_OTHER = 4
NOT_AREAS = {"__version__", "handing_out"}
LOOKS = 6  # they receive tables, and know of words only
PLACE = {
    area: (floor, 0 if floor == NOT_EACH_OTHER else position)
    for floor, areas in enumerate(FLOORS)
    for position, area in enumerate(areas)
}
HOMES = {
    "lifelines": {"survival"}, "papermill": {"runs"}, "matplotlib": {"figures"}, "pandera": {"schema"},
    "jinja2": {"display", "site"}, "mistune": {"display", "site"}, "babel": {"wording"}, "duckdb": {"importers"},
    "typer": {"cli"}, "rich": {"cli"}, "dask": {"runs"}, "distributed": {"runs"},
    "nbformat": {"runs", "site", "wording"}, "rocrate": {"provenance"},
}  # fmt: skip
FILES = sorted(path for path in LIBRARY.rglob("*.py") if path != LIBRARY / "__init__.py")


def area_of(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: say where from in full, not with dots"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


def imported_areas(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("coopeval.")} - NOT_AREAS


def looks_up(path: Path) -> Iterator[str]:
    here = area_of(path)
    if here == "__main__":
        return
    for area in imported_areas(path) - {here}:
        if PLACE[area] >= PLACE[here]:
            yield f"{path} may not import {area}"
        if PLACE[here][0] == LOOKS and PLACE[area][0] not in (0, LOOKS):
            yield f"{path} receives tables; it may not import {area}"


def not_at_home(path: Path) -> Iterator[str]:
    for package in {name.split(".")[0] for name in imports(path)} & set(HOMES):
        if area_of(path) not in HOMES[package]:
            yield f"{path}: {package} lives in {sorted(HOMES[package])}"


def too_long(path: Path) -> Iterator[str]:
    if path.read_text(encoding="utf-8").count("\n") >= 300:
        yield f"{path} makes you scroll: look for the second concept in it"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            if lines > 45:
                yield f"{path}: {node.name} has {lines} lines"


def hold(rule) -> None:
    """All files in one test, every fault told: a test per file and rule takes three times as long."""
    assert len(FILES) > 400
    found = [fault for path in FILES for fault in rule(path)]
    assert not found, "\n".join(found)


def test_every_file_looks_only_down():
    hold(looks_up)


def test_every_outside_package_has_few_homes():
    hold(not_at_home)


def test_files_and_functions_fit_a_screen():
    hold(too_long)


def test_no_file_is_a_drawer_of_odds_and_ends():
    for path in LIBRARY.rglob("*.py"):
        assert path.stem not in {"utils", "helpers", "common", "misc"}
