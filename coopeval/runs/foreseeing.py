"""What a run would do, and why, without doing anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from coopeval.runs import recording, unchanged
from coopeval.runs.asking import Options
from coopeval.runs.chapters import parameters_for, sorted_out, steps_made
from coopeval.runs.ledger import Ledger
from coopeval.runs.period import of_name
from coopeval.runs.preparing import as_set, checked_request, delivered, earlier_report, edition
from coopeval.schema import TABLES
from coopeval.tables.reads import FAULTS, NAMES
from coopeval.tables.stems import table_of
from coopeval.wording import N_

UP_TO_DATE, TO_RUN, SKIPPED = N_("up to date"), N_("to run"), N_("skipped")
LIBRARY = "coopeval."
BECAUSE = {
    "code": N_("its code changed"), "parameters": N_("its parameters changed"), "plan": N_("plan.toml changed"),
    "lock": N_("the lock file changed"), "reference": N_("data/reference changed"),
    "delivery": N_("the day or kind of the delivery changed"), "gate": N_("what was published before changed"),
    FAULTS: N_("the delivered files changed"), NAMES: N_("other tables were delivered"),
}  # fmt: skip
NEVER = N_("it never ran here")
OF_LIBRARY, OF_TABLES = N_("the library changed: {areas}"), N_("tables changed: {tables}")
RUN_BEFORE = N_("it takes results of {notebooks}, to be made first")
OTHER_DELIVERY = N_("{period} was published from another delivery. Say why it is made again, with --revise REASON.")
MISSES = N_("the data have no {tables}")


@dataclass(frozen=True)
class Foreseen:
    """A notebook, what a run would do with it, and the reasons: messages and what fills them."""

    notebook: str
    does: str
    because: tuple[tuple[str, Mapping[str, str]], ...] = ()


def foresee(
    data: str | Path, period: str, options: Options | None = None, progress: Callable[..., None] | None = None
) -> tuple[bool, tuple[Foreseen, ...]]:
    """Whether the report stands as a run would make it, and what the run would do with each notebook.

    Nothing is written. Parameters and errors are those of `run`, but for `period`: a semester, or a year. That the run
    itself would be refused without a reason for a revision is told to `progress`.
    """
    options, say = options or Options(), progress or (lambda msgid, **values: None)
    if unchanged.left_alone(data, period, options) is not None:
        return True, ()
    request, steps = checked_request(data, of_name(period), options)
    dataset, files = delivered(request, say)
    request = as_set(request, steps, dataset)
    published = recording.read_record(request.out / period) if request.is_public and not request.revise else None
    if published is not None and published["data"]["sha256"] != dataset.about["digest"]:
        say(OTHER_DELIVERY, period=period)
    request = replace(request, earlier=earlier_report(request, steps, dataset, say))
    if request.is_public:
        request = replace(request, memory=Ledger(request.out).at_a_glance(edition(dataset, request), request.revise))
    wanted, why_not = sorted_out(steps, dataset)
    given = {step.name: parameters_for(step, request) for step in steps}
    cache, known, made, looked_at = steps_made(request, wanted, given, dataset, files)
    found = [
        Foreseen(name, SKIPPED, ((MISSES, {"tables": ", ".join(why["missing"])}),)) for name, why in why_not.items()
    ]
    for name, key in known.items():
        reasons = () if name in made else _reasons(cache.differences(key, looked_at), known.keys() - made.keys())
        found.append(Foreseen(name, UP_TO_DATE if name in made else TO_RUN, reasons))
    return False, tuple(sorted(found, key=lambda one: one.notebook))


def _reasons(
    differences: tuple[list[str], list[str]] | None, to_run: Set[str]
) -> tuple[tuple[str, Mapping[str, str]], ...]:
    if differences is None:
        return ((NEVER, {}),)
    parts, looked_at = differences
    said = [(BECAUSE[part], {}) for part in parts if part in BECAUSE]
    if areas := [part.removeprefix(LIBRARY) for part in parts if part.startswith(LIBRARY)]:
        said.append((OF_LIBRARY, {"areas": ", ".join(areas)}))
    said += [(BECAUSE[name], {}) for name in looked_at if name in BECAUSE]
    if first := sorted({name.split(":")[0] for name in looked_at if ":" in name and name.split(":")[0] in to_run}):
        said.append((RUN_BEFORE, {"notebooks": ", ".join(first)}))
    looked_at = [name for name in looked_at if name.split(":")[0] not in to_run]
    if tables := tables_told([name for name in looked_at if name not in BECAUSE]):
        said.append((OF_TABLES, {"tables": ", ".join(tables)}))
    return tuple(said) or ((NEVER, {}),)


def tables_told(changed: Sequence[str]) -> list[str]:
    """What changed, told as closely as it is known: columns; the table where rows came or went, which its key tells.

    >>> tables_told(["support", "support.hours"]), tables_told(["jobs.fte", "jobs.job_id"])
    (['support.hours'], ['jobs'])
    """
    keys = {f"{name}.{table.key[0]}": name for name, table in TABLES.items()}
    rows = {keys[name] for name in changed if name in keys}
    columns = {name for name in changed if "." in name and table_of(name) not in rows}
    told = {table_of(name) for name in columns}
    return sorted(rows | columns | {name for name in changed if "." not in name and name not in told})
