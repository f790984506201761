"""The house: every file looks only down, every outside package has few homes, files and functions stay small."""

import ast
from pathlib import Path

import pytest

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


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: say where from in full, not with dots"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported_areas(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("coopeval.")} - NOT_AREAS


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_every_file_looks_only_down(path):
    here = area_of(path)
    if here == "__main__":
        return
    for area in imported_areas(path) - {here}:
        assert PLACE[area] < PLACE[here], f"{path.name} may not import {area}"
        if PLACE[here][0] == LOOKS:
            assert PLACE[area][0] in (0, LOOKS), f"{path.name} receives tables; it may not import {area}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_every_outside_package_has_few_homes(path):
    for package in {name.split(".")[0] for name in imports(path)} & set(HOMES):
        assert area_of(path) in HOMES[package], f"{path.name}: {package} lives in {sorted(HOMES[package])}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_files_and_functions_fit_a_screen(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") < 300, f"{path.name} makes you scroll: look for the second concept in it"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 45, f"{path.name}: {node.name} has {lines} lines"


def test_no_file_is_a_drawer_of_odds_and_ends():
    for path in LIBRARY.rglob("*.py"):
        assert path.stem not in {"utils", "helpers", "common", "misc"}
