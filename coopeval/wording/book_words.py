"""The words of further faults of a workbook."""

from __future__ import annotations

from coopeval.wording.fault_words import Words
from coopeval.wording.messages import N_

BOOK: dict[str, Words] = {
    "E-BOOK-06": Words(
        N_("More than one sheet could be this table: {files}."), N_("Keep the right one, with the name {table}.")
    ),
    "E-BOOK-07": Words(
        N_("The workbook is in the old form of Excel, whatever its name says."),
        N_("Save it as an Excel workbook (.xlsx), without macros and without a password."),
    ),
    "W-BOOK-04": Words(
        N_("The sheet is hidden. It was read as the others are."),
        N_("Show it and look at it, or take it away if it should not count."),
    ),
    "W-BOOK-05": Words(
        N_("{n} rows are hidden, the first is this one. They were read as the others are."),
        N_("Show them and look at them; what should not count must be taken out."),
    ),
    "W-BOOK-06": Words(
        N_("These columns are hidden: {columns}. They were read as the others are."),
        N_("Show them and look at them."),
    ),
    "E-CELL-05": Words(
        N_("The row is the example of the template, changed in part: nobody knows which part is a fact."),
        N_("Take the row out, or fill in each of its cells with your own facts."),
    ),
}
