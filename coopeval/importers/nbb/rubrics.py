"""The rubrics of the social balance sheet that speak of jobs: whole codes, since 100 and 101 are capital.

The last digit says what is counted: 1 full-time workers, 2 part-time workers, 3 full-time equivalents.
Source: full model of the social balance sheet of the central balance sheet office (National Bank of Belgium).
"""

from __future__ import annotations

import re

FORM = re.compile(r"(\d+[A-OQ-Z]?(?:/\d+[A-OQ-Z]?)?)(P?)")  # 20/58, 76A, 1003; P: the year before
FULL, PART, FTE = "1", "2", "3"
CLOSING = "105"
# what stands at closing date, by contract; "specific work" has no code of its own among the contracts
CONTRACTS = {"110": "open_ended", "111": "fixed_term", "112": "other", "113": "replacement"}
# managers (130) and others (133) are employees of whom nobody says whether blue or white collar
STATUSES = {"130": "employee", "132": "blue_collar", "133": "employee", "134": "white_collar"}
ENTRIES = {"205": "all", "210": "open_ended", "211": "fixed_term", "212": "other", "213": "replacement"}
EXITS = {"305": "all", "310": "open_ended", "311": "fixed_term", "312": "other", "313": "replacement"}
REASONS = {"340": "pension", "341": "unemployment_with_company_supplement", "342": "dismissal", "343": "other"}
YEAR = {  # one figure for a year each
    "average_full_time": "1001", "average_part_time": "1002", "average_fte": "1003", "hours": "1013",
    "staff_cost_eur": "1023", "benefits_eur": "1033", "closing_full_time": "1051", "closing_part_time": "1052",
    "closing_fte": "1053", "men_average_fte": "10031", "women_average_fte": "10032",
}  # fmt: skip
GROUPS = (CLOSING, *CONTRACTS, *STATUSES, *ENTRIES, *EXITS, *REASONS)
USED = frozenset({*YEAR.values(), *(group + what for group in GROUPS for what in (FULL, PART, FTE))})
# a filing with none of these has no social balance sheet: its jobs are not known, and not zero
SOCIAL = frozenset({*USED, "9086", "9087", "9088"}) - {"10031", "10032"}


def taken_apart(code: str) -> tuple[str, bool] | None:
    """The rubric and whether it is that of the year before; None where it is no rubric.

    >>> taken_apart("1003P"), taken_apart("20/58"), taken_apart("1003"), taken_apart("Entity name")
    (('1003', True), ('20/58', False), ('1003', False), None)
    """
    found = FORM.fullmatch(code)
    return (found[1], found[2] == "P") if found else None


def _parts(total: str, parts: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    return [(total + what, tuple(part + what for part in parts)) for what in (FULL, PART, FTE)]


# a total, and the rubrics that must add up to it
SUMS = (
    *_parts(CLOSING, [*CONTRACTS]), *_parts(CLOSING, ["120", "121"]), *_parts(CLOSING, [*STATUSES]),
    *_parts("120", ["1200", "1201", "1202", "1203"]), *_parts("121", ["1210", "1211", "1212", "1213"]),
    *_parts("205", [*ENTRIES][1:]), *_parts("305", [*EXITS][1:]), *_parts("305", [*REASONS]),
    ("1003", ("10031", "10032")), ("9086", ("1051", "1052")), ("9087", ("1003",)), ("9088", ("1013",)),
)  # fmt: skip
WHOLE = frozenset({"1003"})  # checked only where every part is there
STAFF_COST = ("1023", "62")
CHECKED = USED | SOCIAL | {*STAFF_COST} | {code for total, parts in SUMS for code in (total, *parts)}
