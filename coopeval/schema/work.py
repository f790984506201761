"""Work in the enterprises: jobs where there are records of them, headcounts where there are none."""

from __future__ import annotations

from coopeval.schema.column import boolean, code, day, number, table, text

PAYROLL = "payroll (DmfA)"
ALL = ("all",)

JOBS = table(
    "jobs",
    "Jobs in enterprises, one row per contract of one holder with one working time",
    ["job_id"],
    {
        "job_id": text("our key of the job"),
        "enterprise_id": text("enterprise that employs", references="enterprises"),
        "position_id": text("position; a change of hours or holder is a new row of it", optional=True),
        "person_id": text("pseudonym of the holder", source=PAYROLL, privacy="personal", optional=True),
        "started_on": day("first day of the job", source=PAYROLL),
        "ended_on": day("last day of the job; empty while it goes on", source=PAYROLL, optional=True),
        "end_kind": code("job_ends", "how the job ended", optional=True),
        "contract": code("contracts", "kind of contract", source=PAYROLL, privacy="personal"),
        "worker_status": code("worker_statuses", "statute of the worker", source=PAYROLL, privacy="personal"),
        "subsidy_measure": code("subsidy_measures", "employment aid for this job", privacy="personal"),
        "joint_committee": code("joint_committees", "joint committee of the job", source=PAYROLL),
        "fte": number("working time", "full-time equivalents", high=2, source=PAYROLL),
        "gender": code("genders", "gender of the holder", source=PAYROLL, privacy="personal", optional=True),
        "is_founder": boolean("true when the holder founded the enterprise", privacy="personal"),
        "last_seen_on": day("last day on which its state was known"),
    },
    asked_for="jobs and their durability (N, N+1, N+2); statute; joint committee; conditions",
    first_date=("started_on",),
    tells={"ended_on": {"end_kind": ""}},
    cut_at=("last_seen_on",),
    orders=(("started_on", "ended_on"), ("started_on", "last_seen_on")),
    within="enterprise_id",
)

HEADCOUNTS = table(
    "headcounts",
    "Counts of jobs on a day, where no job records exist",
    ["enterprise_id", "counted_on", "contract", "worker_status", "joint_committee", "source"],
    {
        "enterprise_id": text("enterprise that employs", references="enterprises"),
        "counted_on": day("day of the count"),
        "contract": code("contracts", "kind of contract, or all", also=ALL),
        "worker_status": code("worker_statuses", "statute of the workers, or all", also=ALL),
        "joint_committee": code("joint_committees", "joint committee, or all", also=ALL),
        "source": code("headcount_sources", "payroll, balance sheet or survey"),
        "headcount": number("persons employed", "persons"),
        "fte": number("working time", "full-time equivalents"),
    },
    asked_for="jobs and their durability where no job records exist",
    first_date=("counted_on",),
)
