"""Parameters of a notebook: read from its own parameters cell, checked before anything runs."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ConfigDict, ValidationError, create_model

from coopeval import semesters
from coopeval.errors import ParameterError, refusal
from coopeval.wording import LANGUAGES, N_

TAG = "parameters"
TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
SHARED = ("data", "semester", "lang", "audience", "level")
AUDIENCES = ("public", "internal")


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str  # str, int, float, bool, or a list of one of them: list[str]
    default: object
    comment: str


def parameters_of(notebook: Path) -> tuple[Parameter, ...]:
    """The parameters a notebook declares, in order.

    Raises
    ------
    ParameterError
        No parameters cell or more than one; a line that is not `name: type = default  # meaning`.
    """
    return _declared(Path(notebook).read_bytes(), Path(notebook).stem)


@lru_cache(maxsize=64)  # a run asks each notebook half a dozen times, and reading one takes long: it holds its pictures
def _declared(content: bytes, name: str) -> tuple[Parameter, ...]:
    try:
        cells = [cell for cell in json.loads(content)["cells"] if TAG in cell["metadata"].get("tags", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        msgid = N_("{notebook}.ipynb is no notebook of today's form, or is damaged. Open it in JupyterLab and save it.")
        raise refusal(ParameterError, msgid, notebook=name) from None
    if len(cells) != 1:
        raise refusal(
            ParameterError,
            N_("{notebook} has {n} cells with the tag parameters; it needs exactly one."),
            notebook=name,
            n=len(cells),
        )
    return read_cell("".join(cells[0]["source"]), name)


def read_cell(source: str, notebook: str) -> tuple[Parameter, ...]:
    """The parameters in the source of a cell.

    >>> read_cell('level: float = 0.95  # confidence level', "20_survival")
    (Parameter(name='level', type='float', default=0.95, comment='confidence level'),)
    """
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise _bad_line(notebook, error.lineno or 1) from None
    comments = {
        token.start[0]: token.string.lstrip("# ").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    return tuple(_parameter(line, comments.get(line.end_lineno, ""), notebook) for line in lines)


def _parameter(line: ast.stmt, comment: str, notebook: str) -> Parameter:
    if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name) or line.value is None:
        raise _bad_line(notebook, line.lineno)
    try:
        default = ast.literal_eval(line.value)
    except ValueError:
        raise _bad_line(notebook, line.lineno) from None
    found = Parameter(line.target.id, ast.unparse(line.annotation), default, comment)
    if not comment or _type(found.type) is None:
        raise _bad_line(notebook, line.lineno)
    return found


def _bad_line(notebook: str, line: int) -> ParameterError:
    msgid = N_("{notebook}, parameters cell, line {line}: write a name, a type, a default and a comment of meaning.")
    return refusal(ParameterError, msgid, notebook=notebook, line=line)


def _type(word: str):
    inner = re.fullmatch(r"list\[(\w+)\]", word)
    if inner:
        return list[TYPES[inner[1]]] if inner[1] in TYPES else None
    return TYPES.get(word)


def checked(declared: tuple[Parameter, ...], given: Mapping[str, object], notebook: str) -> dict[str, object]:
    """All parameters of a notebook: those given, checked against what it declares, and its own defaults.

    Raises
    ------
    ParameterError
        An unknown name, a value of another type, a semester, language, audience or level that cannot be.
    """
    fields = {parameter.name: (_type(parameter.type), parameter.default) for parameter in declared}
    model = create_model("Parameters", __config__=ConfigDict(extra="forbid", strict=True), **fields)
    try:
        values = model.model_validate({**{p.name: p.default for p in declared}, **given}).model_dump()
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        if problem["type"] == "extra_forbidden":
            raise refusal(
                ParameterError,
                N_("{notebook} has no parameter {name}; it has {known}."),
                notebook=notebook,
                name=name,
                known=", ".join(fields),
            ) from None
        raise refusal(
            ParameterError,
            N_("{notebook}, parameter {name}: a value of type {type} is expected."),
            notebook=notebook,
            name=name,
            type=next(p.type for p in declared if p.name == name),
        ) from None
    _plausible(values)
    return values


def one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    """Refuses a value that is not among the allowed ones."""
    if value not in allowed:
        msgid = N_('"{value}" cannot be {name}; choose one of {allowed}.')
        raise refusal(ParameterError, msgid, value=value, name=name, allowed=", ".join(allowed))


def checked_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """Languages asked for, in house order and each once.

    >>> checked_languages(["en", "nl"])
    ('nl', 'en')
    """
    for lang in languages:
        one_of("lang", lang, LANGUAGES)
    return tuple(lang for lang in LANGUAGES if lang in languages)


def _plausible(values: Mapping[str, object]) -> None:
    """The rules of the shared parameters, wherever they occur."""
    if "semester" in values:
        semesters.parse(values["semester"])
    if "lang" in values:
        one_of("lang", values["lang"], LANGUAGES)
    if "audience" in values:
        one_of("audience", values["audience"], AUDIENCES)
    if not 0 < values.get("level", 0.95) < 1:
        raise refusal(
            ParameterError,
            N_("The confidence level must lie between 0 and 1, for instance 0.95; it is {level}."),
            level=values["level"],
        )


def written(declared: tuple[Parameter, ...], values: Mapping[str, object]) -> str:
    """The source of a parameters cell that holds these values.

    >>> written(read_cell('level: float = 0.95  # confidence level', "20_survival"), {"level": 0.9})
    'level: float = 0.9  # confidence level'
    """
    return "\n".join(f"{p.name}: {p.type} = {values.get(p.name, p.default)!r}  # {p.comment}" for p in declared)
