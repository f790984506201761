"""The catalogue of faulty folders: what is done to a clean one, and what must come of it, by family of faults."""

import json
import os
import unicodedata

from faulty_folder import (
    PACKAGE,
    Case,
    E,
    P,
    S,
    added,
    as_parquet,
    as_typed_parquet,
    each,
    edited,
    gone,
    rewritten,
    turned,
    whole,
)  # fmt: skip

P1, P2 = "P0001,S1,Café Zoë,2020-01-10", "P0002,S1,,2020-01-12"
JOBS = """\
job_id,enterprise_id,position_id,person_id,started_on,ended_on,end_kind,contract,worker_status,subsidy_measure,\
joint_committee,fte,gender,is_founder,last_seen_on
J1,E0001,,,2021-04-01,,,unknown,unknown,unknown,unknown,{fte},,{founder},2023-12-31
"""
COSTS = """\
cost_id,structure_id,period_from,period_until,category,programme,agreement_point,borne_by,amount_eur,funding_id
C1,S1,2022-01-01,2022-12-31,staff,,,subsidy,{amount},
"""
RECOGNITIONS = """\
recognition_id,enterprise_id,project_id,track,step,happened_on,valid_until,criterion,reason
R1,{who},sdo,applied,2022-01-01,2030-12-31,,
"""
FOLLOWUPS = """\
subject_kind,subject_id,asked_on,outcome,source
{who},2023-01-01,answered,survey
"""


def cost(amount):
    return added("costs.csv", COSTS.format(amount=amount))


def line_2(name, old, new, code, column, remedy=""):
    """A fault in one cell of the first row."""
    return edited(name, old, new), code, name, 2, column, remedy


def applied(written, code, remedy=""):
    return line_2(P, "2020-01-10", written, code, "applied_on", remedy)


def priced(written, code, remedy=""):
    return cost(written), code, "costs.csv", 2, "amount_eur", remedy


REFUSED = {
    "files": {
    "a required table is missing": (gone(S), "E-FILE-02", S, None, "", "structures.csv"),
    "two files for one table": (added("projects.parquet", b"PAR1"), "E-FILE-03", P, None, "", "Keep the right one"),
    "an empty file": (added(P, ""), "E-FILE-04", P, None, "", "Export it again"),
    "a required table with headings alone": (
        lambda folder: folder.write(S, folder.text(S).splitlines()[0] + "\n"), "E-FILE-05", S, None, "", "Export"),
    "a folder where a file should be": (
        lambda folder: (folder.at / "jobs.csv").mkdir(), "E-FILE-08", "jobs.csv", None, "", ""),
    "a broken Parquet file": (added("jobs.parquet", b"PAR1 no"), "E-FILE-09", "jobs.parquet", None, "", "CSV"),
    "no description": (gone("datapackage.json"), "E-PACK-01", "datapackage.json", None, "", "delivered_on"),
    "a description that is not JSON": (
        added("datapackage.json", "{name: x}"), "E-PACK-02", "datapackage.json", None, "", "docs/tables.md"),
    "a description that is a list": (
        added("datapackage.json", "[]"), "E-PACK-02", "datapackage.json", None, "", "docs/tables.md"),
    "no name": (lambda f: f.describe(name=""), "E-PACK-03", "datapackage.json", None, "name", "coopcity-2026s1"),
    "synthetic in words": (
        lambda f: f.describe(synthetic="yes"), "E-PACK-04", "datapackage.json", None, "synthetic", "true or false"),
    "no last day": (
        lambda f: f.describe(delivered_on=None), "E-PACK-05", "datapackage.json", None, "delivered_on", "2026-06-30"),
    "a last day that does not exist": (
        lambda f: f.describe(delivered_on="2023-02-30"), "E-PACK-05", "datapackage.json", None, "delivered_on", ""),
    },
    "letters": {
    "UTF-16": (lambda f: f.write(P, f.text(P).encode("utf-16")), "E-TEXT-01", P, None, "", "CSV UTF-8"),
    "UTF-16 without a mark": (lambda f: f.write(P, f.text(P).encode("utf-16-le")), "E-TEXT-01", P, None, "", "UTF-8"),
    "letters of DOS": (lambda f: f.write(P, f.text(P).encode("cp850")), "E-TEXT-02", P, 2, "", "CSV UTF-8"),
    "letters of an old Mac": (lambda f: f.write(P, f.text(P).encode("mac_roman")), "E-TEXT-02", P, 2, "", "UTF-8"),
    "two encodings in one file": (
        lambda f: f.write(P, f.text(P).encode() + "P9,S1,Léa".encode("cp1252")), "E-TEXT-02", P, 5, "", "UTF-8"),
    "a NUL": (edited(P, "Fiets", "Fi\0ets"), "E-TEXT-03", P, 4, "", "Take it out"),
    "a bell": (edited(P, "Fiets", "Fi\x07ets"), "E-TEXT-03", P, 4, "", "Take it out"),
    },
    "lines": {
    "a field too many": (edited(P, P2, P2 + ","), "E-LINE-01", P, 3, "", "separator"),
    "a line cut off": (
        lambda f: f.write(P, f.text(P).rstrip("\n").rsplit(",", 4)[0] + "\n"), "E-LINE-01", P, 4, "", "separator"),
    "a quotation mark left open": (edited(P, '"Fiets', '"Fi"ets'), "E-LINE-02", P, 4, "", "complete"),
    "a file cut off inside quotation marks": (
        lambda f: f.write(P, f.text(P).split(", en meer")[0]), "E-LINE-02", P, 4, "", "Close it"),
    "a line of totals": (
        lambda f: f.write(P, f.text(P) + "Totaal" + "," * 13 + "6" + "," * 6 + "\n"), "E-LINE-04", P, 5, "", "totals"),
    },
    "headings": {
    "a column missing": (
        lambda f: f.write(S, "\n".join(",".join(line.split(",")[:3] + line.split(",")[4:])
                                       for line in f.text(S).splitlines())), "E-COL-01", S, 1, "region", "Add it"),
    "a column of our own": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,colour\n").replace("report\n", "report,red\n")
                          .replace("website\n", "website,\n")), "E-COL-02", S, 1, "colour", "docs/tables.md"),
    "a column renamed": (edited(E, "born_on", "born_at"), "E-COL-03", E, 1, "born_at", "born_on"),
    "a column in capitals": (edited(E, "born_on", "Born_On"), "E-COL-03", E, 1, "Born_On", "born_on"),
    "a column twice": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,name\n").replace("report\n", "report,x\n")
                          .replace("website\n", "website,y\n")), "E-COL-04", S, 1, "name", "Keep"),
    "a column with personal data": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,email\n").replace("report\n", "report,a@b.be\n")
                          .replace("website\n", "website,\n")), "E-COL-05", S, 1, "email", "Take it out"),
    "no headings": (lambda f: f.write(P, f.text(P).split("\n", 1)[1]), "E-COL-07", P, 1, "", "first line"),
    "a column without a name": (
        lambda f: f.write(S, f.text(S).replace("source\n", "source,\n").replace("report\n", "report,1\n")
                          .replace("website\n", "website,2\n")), "E-COL-06", S, 1, "", "Name them"),
    },
    "cells": {
    "an empty cell": line_2(E, "2021-03-01,2021-03-01", ",2021-03-01", "E-EMPTY-01", "born_on", "Fill"),
    "an unknown code": line_2(P, ",selected,", ",qqqq,", "E-CODE-02", "selection", "Choose a code"),
    "a code nearly right": line_2(P, ",selected,", ",selectd,", "E-CODE-01", "selection", "selected"),
    "a code that lost its zeros": line_2(E, ",001,", ",1,", "E-CODE-01", "legal_form", "001"),
    "the label instead of the code": line_2(P, ",food,", ",Food and urban farming,", "E-CODE-01", "theme", "food"),
    "a postcode with letters": line_2(P, ",1000,3", ",B-1000,3", "E-FORM-01", "postcode", "form"),
    "a period of another kind": (
        added("targets.csv", "indicator,period,sense,target,unit,source\nx,2026Q1,at_least,1,share,council\n"),
        "E-FORM-01", "targets.csv", 2, "period", "form"),
    "yes in Dutch": line_2(S, ",true,", ",WAAR,", "E-BOOL-01", "is_evaluated", "true or false"),
    "an enterprise number with wrong check digits": line_2(
        E, "0403170701", "0403170702", "E-KBO-01", "kbo_number", "first zero"),
    "an enterprise number without its zero": line_2(
        E, "0403170701", "403170701", "E-KBO-01", "kbo_number", "first zero"),
    "an enterprise number in scientific notation": line_2(
        E, "0403170701", "4.03E+08", "E-KBO-01", "kbo_number", "first zero"),
    "a national number": line_2(S, "annual report", "85.07.30-033.28", "E-PERS-01", "source", "pseudonym"),
    },
    "days": {
    "day first": applied("31/12/2019", "E-DATE-02", "2019-12-31"),
    "month first": applied("12/31/2019", "E-DATE-02", "2019-12-31"),
    "dots": applied("31.12.2019", "E-DATE-02", "2019-12-31"),
    "midnight": applied("2020-01-10 00:00:00", "E-DATE-02", "2020-01-10"),
    "no dashes": applied("20200110", "E-DATE-02", "2020-01-10"),
    "one digit": applied("2020-1-9", "E-DATE-02", "2020-01-09"),
    "two ways to read it": applied("03/04/2019", "E-DATE-03", "YYYY-MM-DD"),
    "a day that does not exist": applied("2019-02-30", "E-DATE-04", "2023-12-31"),
    "a month that does not exist": applied("31/31/2019", "E-DATE-04", "2023-12-31"),
    "the number of a spreadsheet": applied("43830", "E-DATE-05", "2019-12-31"),
    "two digits for the year": applied("31/12/19", "E-DATE-06", "in full"),
    "1900": applied("1900-01-01", "E-DATE-07", "Leave the cell empty"),
    "9999": applied("9999-12-31", "E-DATE-07", "Leave the cell empty"),
    "a time zone": applied("2020-01-10T00:00:00Z", "E-DATE-08", "2023-12-31"),
    "words": applied("januari 2020", "E-DATE-01", "2023-12-31"),
    "after the delivery": line_2(P, "2023-12-31", "2024-01-01", "E-DATE-09", "last_seen_on", "delivered_on"),
    "a year not over at the delivery": (
        lambda f: (f.describe(delivered_on="2024-06-30"),
                   f.write("impact.csv", "enterprise_id,year,measure,value,unit\nE0001,2024,co2,1,t\n")),
        "E-DATE-09", "impact.csv", 2, "year", "delivered_on"),
    "ended before it was born": line_2(E, "2023-06-30", "2020-06-30", "E-SPAN-01", "ended_on", "Correct one"),
    "a span that runs back": (
        added("costs.csv", COSTS.format(amount=1).replace("2022-12-31", "2021-12-31")),
        "E-SPAN-01", "costs.csv", 2, "period_until", "Correct one"),
    },
    "figures": {
    "words for a figure": priced("many", "E-NUM-01", "1234.50"),
    "a scientific figure": priced("1.2E+05", "E-NUM-03", "thousands"),
    "thousands and decimals": priced('"1.234,50"', "E-NUM-02", "Write 1234.50"),
    "English thousands": priced('"1,234.50"', "E-NUM-02", "Write 1234.50"),
    "a space for thousands": priced("1 200", "E-NUM-02", "Write 1200"),
    "a decimal comma between commas": priced('"990,5"', "E-NUM-02", "Write 990.5"),
    "the sign of the euro": priced("€ 1200", "E-NUM-02", "Write 1200"),
    "decimals or thousands": priced('"1,234"', "E-NUM-03", "thousands"),
    "not a number": priced("NaN", "E-NUM-04", "Leave"),
    "infinite": priced("-inf", "E-NUM-04", "find the figure"),
    "a spreadsheet error": priced("#REF!", "E-NUM-04", "find the figure"),
    "a figure without end": priced("1" * 400, "E-NUM-01", "1234.50"),
    "digits of another script": priced("\u0663", "E-NUM-01", "1234.50"),
    "half a person": line_2(P, ",1000,3,2", ",1000,2.5,2", "E-NUM-05", "n_holders", "whole"),
    "dollars": priced("1.200 USD", "E-MONEY-01", "Convert"),
    "a sign for dollars": priced("$1200", "E-MONEY-01", "Convert"),
    "a negative amount": priced("-5", "E-RANGE-01", "Correct"),
    "three full-time equivalents": (
        added("jobs.csv", JOBS.format(fte=3, founder="false")), "E-RANGE-02", "jobs.csv", 2, "fte", "unit"),
    "more women than holders": line_2(P, ",1000,3,2", ",1000,3,4", "E-RANGE-03", "n_women_holders", "counts"),
    },
    "keys": {
    "one key, two contents": (edited(P, "P0003", "P0001"), "E-KEY-03", P, 4, "project_id", "new key"),
    "a key from nowhere": line_2(E, "S1,P0001", "S1,Q77", "E-KEY-04", "project_id", "Add it there"),
    "a key that lost its zeros": line_2(E, "S1,P0001", "S1,P1", "E-KEY-05", "project_id", "P0001"),
    "a key in small letters": line_2(E, "S1,P0001", "S1,p0001", "E-KEY-05", "project_id", "P0001"),
    "a subject from nowhere": (
        added("followups.csv", FOLLOWUPS.format(who="project,X1")),
        "E-KEY-04", "followups.csv", 2, "subject_id", "Add it there"),
    "a subject of another kind": (
        added("followups.csv", FOLLOWUPS.format(who="structure,S1")),
        "E-SUBJ-01", "followups.csv", 2, "subject_kind", "enterprise"),
    },
    "together": {
    "nobody is evaluated": (edited(S, ",true,", ",false,"), "E-ONE-01", S, None, "is_evaluated", "exactly one"),
    "two are evaluated": (edited(S, ",false,", ",true,"), "E-ONE-01", S, None, "is_evaluated", "exactly one"),
    "recognition of nobody": (
        added("recognitions.csv", RECOGNITIONS.format(who=",")),
        "E-ONE-02", "recognitions.csv", 2, "enterprise_id, project_id", "Fill one"),
    "recognition of two": (
        added("recognitions.csv", RECOGNITIONS.format(who="E0001,P0001")),
        "E-ONE-02", "recognitions.csv", 2, "enterprise_id, project_id", "Fill one"),
    "a verdict on EMES": (
        added("definitions_met.csv", "subject_kind,subject_id,definition,assessed_on,score,is_met,evidence\n"
              "project,P0001,emes,2023-01-01,5,true,\n"), "E-EMES-01", "definitions_met.csv", 2, "is_met", "score"),
    },
}  # fmt: skip


HARMLESS = {
    "a byte order mark": each(lambda text: "\ufeff" + text),
    "lines of Windows": each(lambda text: text.replace("\n", "\r\n")),
    "lines of an old Mac": each(lambda text: text.replace("\n", "\r")),
    "no last line end": each(lambda text: text.rstrip("\n")),
    "blank lines": each(lambda text: text.replace("\n", "\n\n")),
    "rows in another order": each(lambda text: "\n".join([text.split("\n")[0], *sorted(text.split("\n")[1:])[::-1]])),
    "columns in another order": each(turned),
    "every cell in quotation marks": lambda f: f.write(
        E, "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in f.text(E).splitlines())),
    "semicolons": whole(";", "."),
    "semicolons and decimal commas": whole(";", ","),
    "tabs": whole("\t", "."),
    "tabs and decimal commas": whole("\t", ","),
    "the first line of Excel": lambda f: f.write(P, "sep=;\n" + rewritten(f.text(P), ";")),
    "accents in two parts": each(lambda text: unicodedata.normalize("NFD", text)),
    "spaces around": lambda f: f.edit(P, "P0001,S1", " P0001 , S1 "),
    "columns left behind by a spreadsheet": each(lambda text: text.replace("\n", ",,\n")),
    "TRUE": lambda f: f.edit(S, ",true,", ",TRUE,"),
    "more digits": lambda f: f.edit(P, ",7.5,", ",7.500,"),
    "dots in the enterprise number": lambda f: f.edit(E, "0403170701", "0403.170.701"),
    "the enterprise number with its country": lambda f: f.edit(E, "0403170701", "BE0403170701"),
    "Parquet of text": as_parquet,
    "Parquet of days and numbers": as_typed_parquet,
}  # fmt: skip

ODD = {
    "ended on the day it was born": (E, "2023-06-30", "2021-03-01", "W-SPAN-01", "ended_on"),
    "a kind of end without its day": (E, "2023-06-30", "", "W-END-02", "ended_on"),
    "damaged accents": (P, "Café", "CafÃ©", "W-TEXT-02", ""),
    "keys that differ in capitals": (P, "P0002", "p0001", "W-KEY-05", "project_id"),
}

SUPPORT = """\
support_id,project_id,given_on,kind,topic,hours,session_id,expert_id,cost_eur,with_organisation,agreement_point
"""
INVOICES = """\
s1,P0003,2022-05-01,event,unknown,3,,X1,210,,
s2,P0003,2022-05-02,event,unknown,3,,X1,990,,
"""
EXPERTS = """\
expert_id,expert_type,engagement,rate_eur_h,rate_from,rate_until
X1,unknown,freelance,70,2020-01-01,2022-12-31
"""

WARNED = {
    "a file that is no table": (added("budget.xlsx", b"PK"), "W-FILE-01", "budget.xlsx", None, "", "Take it away"),
    "a table nearly named right": (added("projets.csv", "x\n"), "W-FILE-01", "projets.csv", None, "", "not read"),
    "YAML in place of a table": (
        added("jobs.yaml", "- !!python/object:os.system x\n"), "W-FILE-01", "jobs.yaml", None, "", "not read"),
    "a zip beside the tables": (added("all.zip", b"PK\3\4"), "W-FILE-01", "all.zip", None, "", "not read"),
    "an optional table nobody filled in": (
        added("targets.csv", "indicator,period,sense,target,unit,source\n"), "W-FILE-03", "targets.csv", None, "",
        "counts as not delivered"),
    "an optional column left out": (
        lambda f: f.write(S, "\n".join(",".join(line.split(",")[:6] + line.split(",")[7:])
                                       for line in f.text(S).splitlines())), "W-COL-01", S, 1, "started_on", "Add it"),
    "a project that ended nobody knows how": (
        edited(P, "enterprise_created", ""), "W-END-01", P, 2, "end_kind", "unknown is a code"),
    "a file the description names": (
        lambda f: f.describe(resources=[{"path": "jobs.csv"}]),
        "W-PACK-01", "datapackage.json", None, "resources", "jobs.csv"),
    "one enterprise twice in the programme": (
        edited(E, "E0002,S2,,,", "E0002,S1,,0403170701,"), "W-KEY-06", E, 3, "kbo_number", "it counts 2 times"),
    "an invoice in cents": (
        lambda f: (f.write("experts.csv", EXPERTS),
                   f.write("support.csv", SUPPORT + INVOICES.replace(",210,", ",21000,").splitlines()[0] + "\n")),
        "W-SUM-01", "support.csv", 2, "cost_eur", "21000.00 differs from hours x rate 210.00"),
    "support before the project applied": (
        added("support.csv", SUPPORT + "s1,P0003,2021-05-01,event,unknown,3,,,,,\n"),
        "W-STOP-02", "support.csv", 2, "given_on", "(project_id, 2022-01-12)"),
    "support after the end of the project": (
        added("support.csv", SUPPORT + "s1,P0001,2022-05-01,event,unknown,3,,,,,\n"),
        "W-STOP-01", "support.csv", 2, "given_on", "after the end"),
    "keys of a table that was not delivered": (
        added("support.csv", SUPPORT + "s1,P0003,2022-05-01,event,unknown,3,,X1,,,\n"),
        "W-KEY-07", "support.csv", 2, "expert_id", "1 lines refer to the table experts"),
    "one cost paid by two": (
        added("costs.csv", COSTS.format(amount=100) + "C2,S1,2022-01-01,2022-12-31,staff,,,erdf,100,\n"),
        "W-FUND-03", "costs.csv", 3, "amount_eur", "paid for twice"),
    "a measure in another unit": (
        added("impact.csv", "enterprise_id,year,measure,value,unit\nE0001,2021,co2,1,t\nE0001,2022,co2,900,kg\n"),
        "W-UNIT-01", "impact.csv", 3, "unit", '"kg" is another unit than t'),
    "an enterprise number in a text": (
        edited(S, "annual report", "annual report of BE 0403.170.701"), "W-PERS-01", S, 2, "source", "kbo_number"),
}  # fmt: skip


def name_of(text: str):
    """The name of a project becomes this text."""
    return edited(P, "Café Zoë", '"' + text.replace('"', '""') + '"')


TAKEN = {  # names that stay what they are
    **{word: word for word in ("NA", "None", "null", "TRUE", "nan", "1e5", "007", "-", "1,5", "12/11/2023")},
    "a script": "<script>alert(1)</script>", "an image with a handler": "<img src=x onerror=alert(1)>",
    "Markdown": "[x](javascript:alert(1)) ![](http://example.org/x.png)", "mathtext": "$\\frac{1}{0}$ $",
    "a formula": '=HYPERLINK("http://example.org";"x")', "another formula": "@SUM(1+1)*cmd|' /C calc'!A0",
    "signs that turn text": "abc\u202egnp.exe\u2066", "a template": "{{ 7*7 }} {found} %s ${HOME}",
    "quotation marks": '"\'`', "half of two signs": "\U0001f469\u200d\U0001f52c", "a path": "../../etc/passwd",
    "a long one": "x" * 5000, "two lines": "Café\nZoë", "an underscore first": "_nolegend_", "Arabic": "مقهى زوي",
    "a person as a project": "Marie Dupont",
}  # fmt: skip
NATIONAL = "85073003328"
JOB_OF = JOBS.format(fte=1, founder="false")


def held_by(who: str):
    """One job, and who holds it."""
    return added("jobs.csv", JOB_OF.replace("J1,E0001,,,", f"J1,E0001,,{who},"))


def priced_expert(who: str):
    """One expert, known by this key."""
    return added("experts.csv", EXPERTS.replace("X1,", f"{who},"))


def column_of(heading: str):
    """A further column of the structures."""
    cells = {"source\n": f"source,{heading}\n", "report\n": "report,Q7-secret\n", "website\n": "website,\n"}
    return lambda f: [f.edit(S, old, new) for old, new in cells.items()]


def trap(spoil, code, file, column, secret, line=2):
    """A way to persons: refused, and never repeated."""
    return Case(spoil, "refuse", ((code, file, line, column),), secret=secret)


TRAPS = {
    "a national number for a person": trap(held_by(NATIONAL), "E-PERS-01", "jobs.csv", "person_id", NATIONAL),
    "a national number with its signs": trap(
        held_by("85.07.30-033.28"), "E-PERS-01", "jobs.csv", "person_id", "85.07.30"),
    "a number of somebody born since 2000": trap(
        edited(S, "annual report", "00.01.01-001.05"), "E-PERS-01", S, "source", "00.01.01"),
    "a bis number": trap(edited(S, "annual report", "see 854730-033-17"), "E-PERS-01", S, "source", "854730"),
    "a national number as key of a project": trap(
        edited(P, "P0002", NATIONAL), "E-PERS-01", P, "project_id", NATIONAL, 3),
    "a national number for a day": Case(
        edited(P, "2020-01-10", "85.07.30-033.28"), "refuse", (("E-DATE-01", P, 2, "applied_on"),), "", "85.07.30"),
    "a national number for an enterprise": Case(
        edited(E, "0403170701", NATIONAL), "refuse",
        (("E-KBO-01", E, 2, "kbo_number"), ("E-PERS-01", E, 2, "kbo_number")), "", NATIONAL),
    "a name for a person": trap(held_by("Marie Dupont"), "E-PERS-03", "jobs.csv", "person_id", "Dupont"),
    "a family name alone": trap(held_by("Dupont"), "E-PERS-03", "jobs.csv", "person_id", "Dupont"),
    "a name the other way round": trap(held_by('"D\'Hondt-Maes, Jan"'), "E-PERS-03", "jobs.csv", "person_id", "Hondt"),
    "an address for a person": trap(held_by("m.d@example.org"), "E-PERS-02", "jobs.csv", "person_id", "example.org"),
    "a name for an expert": trap(priced_expert("Els Peeters"), "E-PERS-03", "experts.csv", "expert_id", "Peeters"),
    "an address in a name": trap(name_of("Zoë <zoe@example.org>"), "E-PERS-02", P, "name", "zoe@"),
    "an address in a key": trap(edited(P, "P0002", "els@example.org"), "E-PERS-02", P, "project_id", "els@", 3),
    "a name where a code should be": Case(
        added("jobs.csv", JOB_OF.replace(",,unknown,", ",,Marie Dupont,", 1)), "refuse",
        (("E-CODE-02", "jobs.csv", 2, "contract"),), "the value is not in the code list contracts", "Dupont"),
    "a code of a person nearly right": Case(
        added("jobs.csv", JOB_OF.replace(",,unknown,", ",,unknwon,", 1)), "refuse",
        (("E-CODE-02", "jobs.csv", 2, "contract"),), "Choose a code", "unknwon"),
    **{f"a column {heading}": trap(column_of(heading), "E-COL-05", S, heading, "Q7-secret", 1) for heading in (
        "e-mail", "Rijksregisternummer", "date_naissance", "téléphone", "voornaam", "IBAN", "nationaliteit",
        "home address", "date of birth")},
}  # fmt: skip


def link(name: str, target: str):
    """A link in place of a file."""
    return lambda folder: ((folder.at / name).unlink(missing_ok=True), (folder.at / name).symlink_to(target))


def pipe(name: str):
    """A pipe in place of a file: whoever reads it waits for ever."""
    return lambda folder: ((folder.at / name).unlink(missing_ok=True), os.mkfifo(folder.at / name))


def described(text: str):
    """The description becomes this text."""
    return added("datapackage.json", text)


D = "datapackage.json"
REFUSED["links"] = {
    "a link out of the folder": (link("jobs.csv", "/etc/hostname"), "E-FILE-07", "jobs.csv", None, "", "itself"),
    "a link to a device": (link("jobs.csv", "/dev/zero"), "E-FILE-07", "jobs.csv", None, "", "itself"),
    "a link that leads nowhere": (link("jobs.csv", "gone.csv"), "E-FILE-08", "jobs.csv", None, "", ""),
    "a link that leads to itself": (link("jobs.csv", "jobs.csv"), "E-FILE-08", "jobs.csv", None, "", ""),
    "a pipe": (pipe("jobs.csv"), "E-FILE-08", "jobs.csv", None, "", ""),
    "a description out of the folder": (link(D, "/etc/hostname"), "E-FILE-07", D, None, "", "itself"),
    "a pipe for a description": (pipe(D), "E-PACK-01", D, None, "", "Add it"),
}  # fmt: skip
REFUSED["description"] = {
    "synthetic twice": (
        described(json.dumps(PACKAGE)[:-1] + ', "synthetic": false}'), "E-PACK-08", D, None, "synthetic", "Keep"),
    "no number": (described('{"name": NaN, "delivered_on": Infinity}'), "E-PACK-02", D, None, "", "docs/tables.md"),
    "a number without end": (described('{"x": ' + "9" * 5000 + "}"), "E-PACK-02", D, None, "", "docs/tables.md"),
    "lists in lists without end": (described("[" * 100_000), "E-PACK-02", D, None, "", "docs/tables.md"),
    "a description in UTF-16": (
        lambda f: f.write(D, json.dumps(PACKAGE).encode("utf-16")), "E-PACK-02", D, None, "", "docs/tables.md"),
}  # fmt: skip
REFUSED["files"] |= {
    "a second state of a table": (added("projects (1).csv", "x\n"), "E-FILE-03", P, None, "", "projects (1).csv"),
    "the same table in capitals": (added("PROJECTS.CSV", "x\n"), "E-FILE-03", P, None, "", "PROJECTS.CSV"),
    "an older state of a table": (added("projects_v1.csv", "x\n"), "E-FILE-03", P, None, "", "Keep the right one"),
}  # fmt: skip
REFUSED["cells"] |= {
    "a joint committee that lost its zero": line_2(
        E, "56101,unknown", "56101,329.2", "E-CODE-01", "joint_committee", "329.02"),
    "a version of the NACE nobody knows": line_2(
        E, ",2008,56101", ",1999,56101", "E-CODE-02", "nace_version", "Choose"),
    "a source nobody names": (edited(S, ",website", ","), "E-EMPTY-01", S, 3, "source", "Fill it in"),
    "a script for a code": line_2(P, ",selected,", ",<script>x</script>,", "E-CODE-02", "selection", "<script>"),
    "a formula for a figure": priced("=1+1", "E-NUM-01", '"=1+1"'),
    "an end nobody knows how": line_2(E, ",ceased,", ",,", "E-END-01", "end_kind", "unknown is a code"),
}  # fmt: skip
REFUSED["keys"] |= {
    "a key a spreadsheet shortened": (edited(P, "P0002", "1.23E+15"), "E-KEY-08", P, 3, "project_id", "format of text"),
}  # fmt: skip


def _one(outcome, spoil, code, file, line, column, words) -> Case:
    return Case(spoil, outcome, ((code, file, line, column),), words)


CASES = {
    **{family: {name: _one("refuse", *case) for name, case in cases.items()} for family, cases in REFUSED.items()},
    "kept": {name: _one("warn", *case) for name, case in WARNED.items()},
    "odd": {name: Case(edited(file, old, new), "warn", ((code, file, ..., column),))
            for name, (file, old, new, code, column) in ODD.items()},
    "same": {
        **{name: Case(spoil, "accept", is_same=True) for name, spoil in HARMLESS.items()},
        "letters of Windows": Case(
            lambda f: f.write(P, f.text(P).encode("cp1252")), "warn", (("W-TEXT-01", P, 2, ""),), "UTF-8",
            is_same=True),
        "a row that repeats another": Case(
            lambda f: f.write(P, f.text(P) + f.text(P).splitlines()[2] + "\n"), "quarantine",
            (("Q-KEY-02", P, 5, ""),), "set aside", is_same=True),
    },
    "hostile": {name: Case(name_of(text), "accept") for name, text in TAKEN.items()},
    "traps": TRAPS,
}  # fmt: skip
