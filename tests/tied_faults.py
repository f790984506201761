"""Facts that contradict others: what is changed in a folder where all of them fit, and what must be said."""

from faulty_folder import PROJECTS, Case
from tied_facts import HANDED_OVER, TABLES

P, E, R, G, J, H = "projects.csv", "enterprises.csv", "referrals.csv", "recognitions.csv", "jobs.csv", "headcounts.csv"
F, C, X, U = "funding.csv", "costs.csv", "experts.csv", "support.csv"
MORE = {"projects.csv": PROJECTS + HANDED_OVER, **TABLES}


def cut(row: str):
    """The change that takes a row out."""
    return row, ""


CASES = {
    # jobs
    "a job without enterprise": (J, "J4,E0001", "J4,", "E-EMPTY-01", 5, "enterprise_id", "Fill it in"),
    "a job of an enterprise from nowhere": (J, "J4,E0001", "J4,E7777", "E-KEY-04", 5, "enterprise_id", "Add it there"),
    "a job above the full time": (J, ",1,,true", ",1.2,,true", "W-FTE-01", 5, "fte", '"1.2" is above the full time'),
    "two jobs of one person above the full time": (
        J, ",0.2,,", ",0.3,,", "W-FTE-02", 4, "fte",
        "With line 3, of the same holder, it adds up to 1.1, above the full time."),
    "a position not closed at a change of hours": (
        J, "2021-12-31,contract", "2022-01-01,contract", "W-FTE-02", 3, "fte", "With line 2, of the same holder"),
    # counts of jobs
    "two sources that differ": (
        H, "survey,5,3.75", "survey,6,3.75", "W-STOCK-01", 6, "headcount",
        '"6" (survey) differs from 5 (payroll) on the same day. Kept as given; payroll goes first.'),
    "two sources that differ in working time": (
        H, "survey,5,3.75", "survey,5,4", "W-STOCK-01", 6, "fte", '"4" (survey) differs from 3.75 (payroll)'),
    "parts that are not their total": (
        H, "balance_sheet,2,1.24", "balance_sheet,1,1.24", "W-STOCK-02", 7, "headcount",
        '"5" differs from 4, the sum of the lines split by contract. Kept as given; "5" counts.'),
    "a count that is not what the job records say": (
        H, "survey,1,0.8", "survey,3,0.8", "W-STOCK-03", 3, "headcount",
        '"3" differs from 2 in the job records of that day. Kept as given; the job records go first.'),
    "working time that is not what the job records say": (
        H, "survey,1,0.5", "survey,1,1", "W-STOCK-03", 2, "fte", '"1" differs from 0.5 in the job records'),
    # recognitions
    "recognised before the application": (
        G, "recognised,2021-05-01,2023", "recognised,2021-01-31,2023", "E-STEP-01", 3, "happened_on",
        '"2021-01-31" lies before the application, 2021-02-01. Correct one of the two days'),
    "refused before the application": (
        G, "refused,2020-09-01", "refused,2020-04-01", "E-STEP-01", 9, "happened_on", "the application, 2020-05-01"),
    "recognised without an application": (
        G, *cut("G3,E0001,,insertion_mandate,applied,2021-04-01,,,\n"), "W-STEP-01", 4, "step",
        'No application comes before this step ("recognised")'),
    "a renewal whose first application was not recorded": (
        G, "G1,,P0001,sdo,applied,2021-02-01,,,\n",
        "G1,,P0001,sdo,applied,2023-03-01,,,\nG9,E0001,,sdo,recognised,2023-04-01,,,\n", "W-STEP-01", 4, "step",
        "how long it took is not known"),
    "a mandate before the recognition": (
        G, "insertion_mandate,recognised,2021-06-01", "insertion_mandate,recognised,2021-04-30", "E-STEP-02", 5,
        "happened_on", '"2021-04-30" lies before the SDO recognition that a mandate needs, 2021-05-01'),
    "a mandate without a recognition": (
        G, "G2,E0001,,sdo,recognised,2021-05-01,2023-04-30,,\n", "G2,E0001,,sdo,refused,2021-05-01,,,\n", "W-STEP-02",
        5, "step", "There is a mandate without an SDO recognition"),
    "expired before the recognition": (
        G, "expired,2023-05-01", "expired,2021-04-30", "E-STEP-03", 6, "happened_on", "expired, 2021-05-01"),
    "expired without a recognition": (
        G, "refused,2020-09-01", "expired,2020-09-01", "W-STEP-03", 9, "step", "no recognition that could expire"),
    "recognised after the end of the enterprise": (
        G, "insertion_mandate,recognised,2021-06-01", "insertion_mandate,recognised,2023-07-01", "W-STOP-01", 5,
        "happened_on", "lies after the end of what it belongs to (enterprise_id)"),
    # referrals
    "referred before the entry": (
        R, "2021-01-15,2021-02-15", "2020-02-28,2021-02-15", "W-REF-01", 2, "referred_on",
        '"2020-02-28" lies before the entry of the project, 2020-03-01'),
    "accepted before it was referred": (
        R, "2021-01-15,2021-02-15", "2021-01-15,2021-01-14", "E-SPAN-01", 2, "accepted_on", "lies before referred_on"),
    "handed over without a referral": (
        R, *cut("R1,P0004,to,trace,recognition,2021-01-15,2021-02-15\n"), "W-REF-02", 5, "end_kind",
        "Add the referral"),
    # costs and funding
    "no day of the cost in the period of its funding": (
        C, "2022-01-01,2022-06-30", "2021-01-01,2021-12-31", "E-FUND-01", 2, "period_from",
        '"2021-01-01": no day of this cost lies in the period of its funding F1 (2022-01-01 .. 2022-12-31)'),
    "a cost that starts before its funding": (
        C, "2022-01-01,2022-06-30", "2021-12-31,2022-06-30", "W-FUND-01", 2, "period_from", "F1 (2022-01-01 .."),
    "a cost that goes on after its funding": (
        C, "2022-07-01,2022-12-31", "2022-07-01,2023-01-31", "W-FUND-01", 3, "period_until", "Split the cost"),
    "a funding of another structure": (
        C, "600,F1", "600,F3", "E-FUND-02", 2, "funding_id", '"F3" is a funding of another structure (S2)'),
    "costs above their funding": (
        C, ",600,F1", ",600.2,F1", "W-FUND-02", 2, "amount_eur", "less than the costs that name this funding, 1000.20"),
    "two periods under one funding": (
        F, "F2,S1,2023-01-01", "F1,S1,2022-07-01", "E-KEY-03", 3, "funding_id", "new key"),
    # prices
    "two prices on one day": (
        X, "2022-07-01,2022-12-31", "2022-06-30,2022-12-31", "E-PRICE-01", 3, "rate_from",
        '"2022-06-30" lies within another price of the same expert (line 2)'),
    "no price on the day": (U, "2022-06-30", "2021-06-30", "W-PRICE-01", 2, "given_on", 'no price on "2021-06-30"'),
    "after the last price": (
        U, "2022-12-31", "2023-01-01", "W-PRICE-02", 3, "given_on", "after the last price of the expert, 2022-12-31"),
    # take-overs
    "a circle of take-overs": (
        E, "2015-03-01,2018-01-01,,,,,,", "2015-03-01,2018-01-01,,2023-01-31,,taken_over,E0003,", "E-CHAIN-01", 3,
        "continued_by", "circle"),
    "taken over by itself": (
        E, "taken_over,E0004", "taken_over,E0003", "E-CHAIN-02", 4, "continued_by", "cannot live on in itself"),
    "taken over by one that had ended": (
        E, "2020-05-31,,taken_over", "2022-06-30,,taken_over", "E-CHAIN-03", 4, "continued_by",
        '"E0004" ended on 2022-05-31, before it took this enterprise over on 2022-06-30'),
    "continued though not taken over": (
        E, "taken_over,E0004", "ceased,E0004", "W-CHAIN-01", 4, "continued_by", "neither taken over nor merged"),
}  # fmt: skip


BESIDE = {  # what else is true of the folder after such a change
    "no price on the day": [("W-STOP-02", U, 2, "given_on")],
    "a mandate without a recognition": [("W-STEP-03", G, 6, "step")],
    "a circle of take-overs": [("E-CHAIN-01", E, 4, "continued_by"), ("E-CHAIN-01", E, 5, "continued_by")],
}
ELSEWHERE = {"W-REF-02": P, "W-FUND-02": F}  # the table that is faulty where another was changed


RIGHT = {
    "a mandate recognised on the same day": (
        G, "insertion_mandate,recognised,2021-06-01", "insertion_mandate,recognised,2021-05-01"),
    "an application decided on the same day": (G, "sdo,applied,2021-02-01", "sdo,applied,2021-05-01"),
    "a recognition on a list without an application": (G, "nrc_cooperative", "federal_social_enterprise"),
    "a renewal": (
        G, "G6,", "G9,E0001,,sdo,applied,2023-04-01,,,\nG10,E0001,,sdo,recognised,2023-05-01,,,\nG6,"),
    "an expiry after the end of the enterprise": (G, "expired,2023-05-01", "expired,2023-11-01"),
    "referred on the day of the entry": (R, "2021-01-15,2021-02-15", "2020-03-01,2021-02-15"),
    "referred from another before the entry": (R, "R3,P0003,from,febisp,mandate,2022-02-15,2022-02-20",
                                               "R3,P0003,from,febisp,mandate,2021-02-15,2021-02-20"),
    "a project that never entered, sent on": (R, "R3,", "R4,P0002,to,other,other,2020-02-02,\nR3,"),
    "full time in two enterprises": (J, "J4,E0001,W3,per-bb", "J4,E0004,W3,per-aa"),
    "two persons who share a position": (J, "J4,E0001,W3", "J4,E0001,W1"),
    "parts rounded one by one": (
        H, "fixed_term,all,all,balance_sheet,2,1.24", "fixed_term,all,all,balance_sheet,2,1.2"),
    "a count that leaves out the founder": (H, "survey,1,0.8", "survey,2,1.8"),
    "a count before the first job": (H, "E0001,2021-12-31", "E0001,2021-03-31"),
    "cents of costs above their funding": (C, ",600,F1", ",600.04,F1"),
    "a merger into another": (E, "taken_over,E0004", "merged,E0004"),
    "a price that goes on": (X, "2022-07-01,2022-12-31", "2022-07-01,"),
}  # fmt: skip

UNREAD = {  # a fault in one fact makes no others of those that depend on it
    "the day of the application": (G, "applied,2021-02-01", "applied,01/02/2021", "E-DATE-03"),
    "the step of the application": (G, "sdo,applied,2021-02-01", "sdo,aplied,2021-02-01", "E-CODE-01"),
    "a line of the recognitions": (G, "G1,,P0001", "G1,,,P0001", "E-LINE-01"),
    "a line of the referrals": (R, "R1,P0004", "R1,,P0004", "E-LINE-01"),
    "the direction of a referral": (R, "R1,P0004,to", "R1,P0004,tto", "E-CODE-01"),
    "a line of the prices": (X, "exp-a,unknown,freelance,70", "exp-a,,unknown,freelance,70", "E-LINE-01"),
    "the first day of a price": (X, "2022-07-01,2022-12-31", "2022-07-0l,2022-12-31", "E-DATE-01"),
    "the last day of a price": (X, "2022-01-01,2022-06-30", "2022-01-01,30/06/22", "E-DATE-06"),
    "a count": (H, "balance_sheet,2,1.24", "balance_sheet,two,1.24", "E-NUM-01"),
    "a line of the jobs": (J, "J4,E0001", "J4,,E0001", "E-LINE-01"),
    "the working time of a job": (J, ",0.8,,", ",abc,,", "E-NUM-01"),
    "the last day of a job": (J, "2021-04-01,2021-12-31", "2021-04-01,2021-31-12", "E-DATE-04"),
    "the end of the period of a funding": (
        F, "F1,S1,2022-01-01,2022-12-31", "F1,S1,2022-01-01,2022-12-32", "E-DATE-04"),
    "the amount of a funding": (F, "agreement,1000,true\nF2", "agreement,many,true\nF2", "E-NUM-01"),
    "the successor": (E, "taken_over,E0004", "taken_over,E0009", "E-KEY-04"),
    "how it ended": (E, "taken_over,E0004", "taken_ovr,E0004", "E-CODE-01"),
}  # fmt: skip


def _case(change: tuple, outcome: str, told=(), words: str = "") -> Case:
    return Case(lambda folder: folder.edit(*change), outcome, tuple(told), words, more=MORE)


def _told(name: str) -> Case:
    file, old, new, code, line, column, words = CASES[name]
    told = [(code, ELSEWHERE.get(code, file), line, column), *BESIDE.get(name, [])]
    return _case((file, old, new), "refuse" if code.startswith("E") else "warn", told, words)


def _once(file: str, old: str, new: str, code: str) -> Case:
    """The fault of one fact alone, and none of those that depend on it."""
    return _case((file, old, new), "refuse", [(code, file, ..., ...)])


FACTS = {
    "facts": {name: _told(name) for name in CASES},
    "right": {name: _case(change, "accept") for name, change in RIGHT.items()},
    "once": {name: _once(*change) for name, change in UNREAD.items()},
}
