"""The tables of the data contract: what each column means, may hold, and how it behaves in time.

>>> TABLES["enterprises"].columns["born_on"].meaning
'start of the legal entity'
>>> [name for name, table in TABLES.items() if table.required]
['structures', 'projects', 'enterprises']
"""

from __future__ import annotations

from coopeval.schema.column import Column, Table
from coopeval.schema.enterprises import DEFINITIONS_MET, ENTERPRISES, IMPACT, PRACTICES, RECOGNITIONS
from coopeval.schema.money import COSTS, EXPERTS, FUNDING, OTHER_SUPPORT, SUPPORT, TARGETS
from coopeval.schema.programme import FOLLOWUPS, PARTICIPATIONS, PROJECTS, REFERRALS, STRUCTURES
from coopeval.schema.work import HEADCOUNTS, JOBS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        STRUCTURES, PROJECTS, ENTERPRISES, PARTICIPATIONS, JOBS, HEADCOUNTS, SUPPORT, EXPERTS, COSTS, FUNDING,
        RECOGNITIONS, REFERRALS, OTHER_SUPPORT, DEFINITIONS_MET, PRACTICES, FOLLOWUPS, IMPACT, TARGETS,
    )
}  # fmt: skip

__all__ = ["TABLES", "Column", "Table"]
