"""Hostile and odd texts, and the demo data with them wherever a text may stand."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pandas as pd

from coopeval.provenance.digests import ROOT
from coopeval.schema import TABLES

FLAG = "window.__ran=1"  # what a browser sets if anything of it runs
OUTSIDE = "https://attacker.invalid"
TEXTS = (
    f"<script>{FLAG}</script>",
    f'"><img src=x onerror="{FLAG}">',
    f"'><svg/onload={FLAG}>",
    f"<img src={OUTSIDE}/pixel.png>",
    f"[click](javascript:{FLAG})",
    f"![tracked]({OUTSIDE}/i.png)",
    f'<a href="javascript:{FLAG}">x</a>',
    f'<iframe srcdoc="<script>parent.{FLAG}</script>">',
    f'<meta http-equiv="refresh" content="0;url={OUTSIDE}">',
    f"<style>@import '{OUTSIDE}/x.css';</style>",
    f'<base href="{OUTSIDE}/">',
    "</td></tr></table></main></body>",
    "</title></desc></svg>",
    "<!-- comment -- >",
    "]]><![CDATA[x",
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "&lt;b&gt; &amp;amp; &#60;script&#62;",
    "# heading",
    "| a | b |",
    "**bold** _under_ `code` <b>b</b>",
    "$\\frac{1}{0}$ $x_1$",
    "$",
    "\\input{/etc/passwd}",
    "_hidden label",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    f'=HYPERLINK("{OUTSIDE}","x")',
    "x;=1+1;y",
    "'=1+1",
    "\"quoted\", 'single' and `back`",
    "a\u202egnp.exe\u202c b",
    "zero\u200bwidth\u200djoiner\ufeff",
    "W" * 300,
    "word " * 80,
    "🧑‍🌾🇧🇪 co-op",
    "شركة تعاونية 12",
    "קואופ \u200f3",
    "ａｌｌ ＝１＋１",
    "Z̸̢̛͔̑a̷l̵g̶o̸",
    "{{7*7}} {% raw %} {{ run }}",
    "{0.__class__} {name} %s %(x)s ${y}",
    "../../x",
    "C:\\CON",
    "file:///etc/passwd",
    "None",
    "NaN",
    "TRUE",
    "null",
    "1e5",
    "007",
    "12",
    "2026-06-30",
)
REFUSED = ("nul\x00byte", "escape\x1b[31m", "bell\x07")
UNTOUCHED = {  # texts with a meaning of their own: another word there is another question, not another name
    ("targets", "indicator"), ("targets", "unit"), ("structures", "region"), ("practices", "measure"),
    ("practices", "unit"), ("impact", "measure"), ("impact", "unit"),
}  # fmt: skip
NAMED = {"S1": 0, "S2": 4, "S3": 9, "SREG": 21}  # structures, whose names stand on pages: with four texts each


def hostile(value: str) -> str:
    """A text made hostile: the same for the same value, so that keys still find each other."""
    return f"{TEXTS[zlib.crc32(value.encode()) % len(TEXTS)]} {value}" if value else value


def delivery(folder: Path, source: Path = ROOT / "data" / "demo") -> Path:
    """A copy of a delivery with a hostile text in every cell that may hold any text."""
    folder.mkdir(parents=True)
    for name, table in TABLES.items():
        rows = pd.read_csv(source / f"{name}.csv", dtype=str, keep_default_na=False)
        free = [c.name for c in table.columns.values() if c.kind == "text" and not c.form and c.name in rows]
        for column in free:
            if (name, column) not in UNTOUCHED and column != "country":
                rows[column] = rows[column].map(hostile)
        if name == "structures":
            keys = pd.read_csv(source / "structures.csv", dtype=str)["structure_id"]
            rows["name"] = [" ".join(TEXTS[NAMED[key] : NAMED[key] + 4]) for key in keys]
        rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    described = json.loads((source / "datapackage.json").read_text(encoding="utf-8"))
    described["name"] = " ".join(TEXTS[:3])
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    return folder
