"""The words of every fault, by its code: what was found and what is expected, and what to do about it.

E stops the run, Q sets a row aside, W is kept and shown. Codes are never used again for something else.
"""

from __future__ import annotations

from typing import NamedTuple

from coopeval.wording.messages import N_


class Words(NamedTuple):
    """What a fault says, and its remedy: two English sentences that are msgids."""

    says: str
    remedy: str


SEE_CSV = N_("Save it again as CSV UTF-8.")
SAVE_AS_WORKBOOK = N_("Save it as an Excel workbook (.xlsx), without macros and without a password.")
COME_FROM = N_("Save it again in a spreadsheet program; if you do not know where it came from, do not open it.")
SEE_TABLES = N_("See docs/tables.md.")
CORRECT_DATE = N_("Write the day as year, month, day, for instance 2023-12-31.")
WRITE_INSTEAD = N_("Write {instead}.")
IS_NOT_A_DATE = N_('"{found}" is not a date in the form YYYY-MM-DD.')

FAULTS: dict[str, Words] = {
    # the folder and its files
    "E-FILE-01": Words(N_("The folder does not exist."), N_("Check how its name is written.")),
    "E-FILE-02": Words(N_("The table {table} is required and is not in the folder."), N_("Add the file {file}.")),
    "E-FILE-03": Words(N_("More than one file could be this table: {files}."), N_("Keep the right one.")),
    "E-FILE-04": Words(N_("The file is empty."), N_("Export it again, or take it away if the table is optional.")),
    "E-FILE-05": Words(N_("The table has headings but no rows, and it is required."), N_("Export it again.")),
    "E-FILE-06": Words(N_("The file is larger than {largest} MB."), N_("Check that it is the right file.")),
    "E-FILE-07": Words(
        N_("The file is a link that leads out of the folder."), N_("Put the file itself in the folder.")
    ),
    "E-FILE-08": Words(
        N_("This is neither a folder of CSV or Parquet files nor an Excel workbook (.xlsx)."),
        N_("Give the folder, or one workbook with a sheet for each table."),
    ),
    "E-FILE-09": Words(N_("The file is not a Parquet file that can be read."), N_("Export it again, or send CSV.")),
    "E-FILE-10": Words(
        N_("The table {table} is required and is not in the workbook."), N_("Add a sheet with the name {table}.")
    ),
    "E-FILE-11": Words(N_("The sheet is empty."), N_("Fill it in, or take the sheet away if the table is optional.")),
    "W-FILE-01": Words(
        N_("The file is not a table of this project; it was not read."),
        N_("Take it away, or see docs/tables.md for the names of the tables."),
    ),
    "W-FILE-02": Words(
        N_("The file is not a table of this project; it was not read."), N_("Did you mean {instead}? Rename it.")
    ),
    "W-FILE-03": Words(
        N_("The table has headings but no rows, so it counts as not delivered."),
        N_("Fill it in if you have the facts, or take the file away."),
    ),
    "E-ZIP-01": Words(
        N_("This is an archive of files; it was not opened."),
        N_("Unpack it, look at what comes out, and give the folder."),
    ),
    # a workbook
    "E-BOOK-01": Words(
        N_("The file is not an Excel workbook that can be read."),
        N_("Save it again as an Excel workbook (.xlsx), or send CSV."),
    ),
    "E-BOOK-02": Words(N_("The workbook may hold macros or is in a form that is not read ({form})."), SAVE_AS_WORKBOOK),
    "E-BOOK-03": Words(N_("The workbook has a password, or is in the old form of Excel."), SAVE_AS_WORKBOOK),
    "E-BOOK-04": Words(
        N_("The file unpacks to far more than a workbook of this size holds; it was not opened."), COME_FROM
    ),
    "E-BOOK-05": Words(N_("The file has something inside that no workbook has; it was not opened."), COME_FROM),
    "W-BOOK-01": Words(
        N_("The sheet {sheet} is not a table of this project; it was not read."),
        N_("Take it away, or see docs/tables.md for the names of the tables."),
    ),
    "W-BOOK-02": Words(
        N_("The sheet {sheet} is not a table of this project; it was not read."),
        N_("Did you mean {instead}? Rename it."),
    ),
    "W-BOOK-03": Words(
        N_("These sheets have headings but no rows, so their tables count as not delivered: {files}."),
        N_("Fill them in if you have the facts."),
    ),
    # what the delivery says about itself
    "E-PACK-01": Words(
        N_("The folder has no datapackage.json, so nobody knows which day these tables describe."),
        N_("Add it, with name, synthetic and delivered_on; docs/tables.md shows one."),
    ),
    "E-PACK-02": Words(N_("The file is not valid JSON."), N_("Compare it with the example in docs/tables.md.")),
    "E-PACK-03": Words(N_("The delivery has no name."), N_("Add a name, for instance coopcity-2026s1.")),
    "E-PACK-04": Words(N_("The value is neither true nor false."), N_("Write true or false, without quotation marks.")),
    "E-PACK-05": Words(
        N_("The last day these tables describe is missing or is not a date in the form YYYY-MM-DD."),
        N_('Write for instance "delivered_on": "2026-06-30".'),
    ),
    "E-PACK-06": Words(
        N_("The workbook has no sheet about, so nobody knows which day these tables describe."),
        N_("Add it, with name, synthetic and delivered_on in two columns; docs/tables.md shows one."),
    ),
    "E-PACK-07": Words(
        N_("The last day these tables describe is missing or is not a date."),
        N_("Write it beside delivered_on, for instance 2026-06-30."),
    ),
    "E-PACK-08": Words(N_("The name stands more than once."), N_("Keep the right one.")),
    "W-PACK-01": Words(
        N_("The description names {missing}, which is not in the folder."),
        N_("Add the file if it was forgotten."),
    ),
    # letters
    "E-TEXT-01": Words(N_("The file is in UTF-16."), SEE_CSV),
    "E-TEXT-02": Words(N_("The letters of the file cannot be read with certainty: it is not UTF-8."), SEE_CSV),
    "E-TEXT-03": Words(
        N_("There is a sign that cannot be seen and does not belong in a text ({sign})."), N_("Take it out.")
    ),
    "W-TEXT-01": Words(N_("The file is in Windows-1252 and was read as such; no figure depends on it."), SEE_CSV),
    "W-TEXT-02": Words(
        N_("Letters with accents look damaged (such as Ã© for é). Kept as given."), N_("Export it again as UTF-8.")
    ),
    # lines
    "E-LINE-01": Words(
        N_("The line has {n} fields; the headings have {expected}."),
        N_("Look for a separator too many or too few, or a text that needs quotation marks."),
    ),
    "E-LINE-02": Words(
        N_("A quotation mark is not closed or stands in the wrong place; the rest of the file was not read."),
        N_("Close it, or check that the file is complete."),
    ),
    "E-LINE-03": Words(
        N_("A field is longer than {longest} signs; the rest of the file was not read."),
        N_("Look for a quotation mark that was never closed."),
    ),
    "E-LINE-04": Words(N_("The line is a total of other lines."), N_("Take it out: totals are computed.")),
    # headings
    "E-COL-01": Words(N_("The column is missing ({meaning})."), N_("Add it.")),
    "E-COL-02": Words(
        N_("This column is not part of the table."), N_("Take it out, or see docs/tables.md for its name.")
    ),
    "E-COL-03": Words(
        N_("This column is not part of the table."), N_("Did you mean {instead} ({meaning})? Rename it.")
    ),
    "E-COL-04": Words(N_("The column stands {n} times in the headings."), N_("Keep the right one.")),
    "E-COL-05": Words(
        N_("This column is not part of the table and may hold personal data."),
        N_("Take it out before you deliver; this project has no use for it."),
    ),
    "E-COL-07": Words(
        N_("The first line holds none of the headings of this table."),
        N_("Put the headings on the first line; docs/tables.md names them."),
    ),
    "E-COL-06": Words(N_("{n} columns have no heading."), N_("Name them or take them out.")),
    "W-COL-01": Words(
        N_("The column is missing ({meaning}); it is taken as empty."), N_("Add it if you have the facts.")
    ),
    # cells
    "E-EMPTY-01": Words(
        N_("The cell is empty and may not be ({meaning})."), N_("Fill it in; in a list of codes, unknown is a code.")
    ),
    "E-CODE-01": Words(N_('"{found}" is not in the code list {list}.'), N_("Did you mean {instead}?")),
    "E-CODE-02": Words(N_('"{found}" is not in the code list {list}.'), N_("Choose a code of the list.")),
    "E-FORM-01": Words(N_('"{found}" is not in the form {expected}.'), N_("Write it in that form.")),
    "E-BOOL-01": Words(N_('"{found}" is neither true nor false.'), N_("Write true or false.")),
    "E-KBO-01": Words(
        N_("This is not an enterprise number: ten digits that begin with 0 or 1, the last two being check digits."),
        N_("Copy it again from the register; a spreadsheet may have dropped the first zero."),
    ),
    "E-PERS-01": Words(
        N_("The cell holds what looks like a national number; it is not repeated here."),
        N_("Take it out, or have it replaced by a pseudonym: docs/pseudonyms.md says how."),
    ),
    "E-PERS-02": Words(N_("The cell holds an e-mail address; it is not repeated here."), N_("Take it out.")),
    "E-PERS-03": Words(
        N_("The cell holds what looks like a name where a pseudonym is due; it is not repeated here."),
        N_("Have it replaced by a pseudonym: docs/pseudonyms.md says how."),
    ),
    "W-PERS-01": Words(
        N_("{n} cells of this column hold an enterprise number within a text. Kept as given; never published."),
        N_("Put it in kbo_number, or take it out."),
    ),
    "E-CELL-01": Words(
        N_('"{found}" is an error of the spreadsheet in place of a value.'), N_("Correct the cell or its formula.")
    ),
    "E-CELL-02": Words(
        N_("The cell has a formula, whose result may be old or come from another file; tables hold values."),
        N_("Copy the cells and paste them back as values."),
    ),
    "E-CELL-03": Words(
        N_("There is a value beside the table, in a column without a heading."),
        N_("Give the column its heading, or take the value out."),
    ),
    "E-CELL-04": Words(
        N_("The cells {cells} are merged into one: all but the first are empty."),
        N_("Take the merging away and fill in each cell."),
    ),
    # dates
    "E-DATE-01": Words(IS_NOT_A_DATE, CORRECT_DATE),
    "E-DATE-02": Words(IS_NOT_A_DATE, WRITE_INSTEAD),
    "E-DATE-03": Words(
        N_('"{found}" may be {one} or {other}.'), N_("Look it up, and write year, month, day: YYYY-MM-DD.")
    ),
    "E-DATE-04": Words(N_('"{found}" is not a day that exists.'), CORRECT_DATE),
    "E-DATE-05": Words(
        N_('"{found}" looks like the number a spreadsheet keeps for a date.'),
        N_("It may mean {instead}. Give the column a date format and export it again."),
    ),
    "E-DATE-06": Words(N_('"{found}" has a year of two digits.'), N_("Write the year in full: YYYY-MM-DD.")),
    "E-DATE-07": Words(
        N_('"{found}" looks like a stand-in for a date that is not known.'),
        N_("Leave the cell empty if it may be, or find the date."),
    ),
    "E-DATE-08": Words(
        N_('"{found}" holds a time of day, and with a time zone the day may be another one.'), CORRECT_DATE
    ),
    "E-DATE-09": Words(
        N_('"{found}" lies after {last}, the last day these tables describe (delivered_on).'),
        N_("Correct the date, or delivered_on (in datapackage.json, or on the sheet about)."),
    ),
    "E-SPAN-01": Words(N_('"{found}" lies before {start}, {started}.'), N_("Correct one of the two dates.")),
    "W-SPAN-01": Words(
        N_('"{found}" is the same day as {start}: it lasted one day. Kept as given.'), N_("Correct it if it did not.")
    ),
    "W-STOP-01": Words(
        N_('"{found}" lies after the end of what it belongs to ({owner}). Kept as given.'),
        N_("Correct the date, or that end."),
    ),
    "W-STOP-02": Words(
        N_('"{found}" lies before what it belongs to was there ({owner}, {started}). Kept as given.'),
        N_("Correct one of the two dates."),
    ),
    "E-END-01": Words(
        N_("There is an end but not how it ended, and survival depends on it."),
        N_("Add the kind of end; unknown is a code."),
    ),
    "W-END-01": Words(
        N_("There is an end but not how it ended. Kept as given."), N_("Add the kind of end; unknown is a code.")
    ),
    "W-END-02": Words(
        N_('It is said how it ended ("{found}") but not when. Kept as given, as not ended.'), N_("Add the day.")
    ),
    # figures
    "E-NUM-01": Words(N_('"{found}" is not a number.'), N_("Write digits, with a point for decimals: {expected}.")),
    "E-NUM-02": Words(N_('"{found}" is not a plain number.'), WRITE_INSTEAD),
    "E-NUM-03": Words(
        N_('"{found}" can be read in two ways: decimals or thousands.'),
        N_("Write no sign for thousands, and a point for decimals: {expected}."),
    ),
    "E-NUM-04": Words(N_('"{found}" is not a figure.'), N_("Leave the cell empty if it may be, or find the figure.")),
    "E-NUM-05": Words(N_('"{found}" is not a whole number.'), N_("Write a whole number.")),
    "E-MONEY-01": Words(
        N_('"{found}" is in another currency; amounts are in euro.'),
        N_("Convert it, write the figure alone, and keep the rate of exchange in your file."),
    ),
    "E-RANGE-01": Words(N_('"{found}" is below {low}.'), N_("Correct it; a credit is taken off its cost.")),
    "E-RANGE-02": Words(N_('"{found}" is above {high}.'), N_("Correct it, or check the unit.")),
    "E-RANGE-03": Words(N_('"{found}" is more than n_holders.'), N_("Correct one of the two counts.")),
    "W-SUM-01": Words(
        N_("{found} differs from hours x rate {due}. Kept as given; counted on the data-quality page."),
        N_("Check the invoice and the rate."),
    ),
    # keys
    "Q-KEY-02": Words(
        N_("The line repeats an earlier one in every cell. It was set aside."), N_("Take it out of the file.")
    ),
    "E-KEY-03": Words(
        N_("The same key stands on line {first} with other contents."), N_("Keep the right line, or give it a new key.")
    ),
    "E-KEY-04": Words(N_('"{found}" is not in {other}.'), N_("Add it there, or correct the key.")),
    "W-KEY-05": Words(
        N_('"{found}" differs from another key in capitals only. Kept as given.'), N_("Check that they are two.")
    ),
    "E-KEY-05": Words(N_('"{found}" is not in {other}.'), N_("Did you mean {instead}?")),
    "W-KEY-06": Words(
        N_("This enterprise number stands {n} times under one structure. Kept as given: it counts {n} times."),
        N_("Keep one row per structure and legal entity."),
    ),
    "W-KEY-07": Words(
        N_("{n} lines refer to the table {other}, which was not delivered."), N_("Add the table if you have it.")
    ),
    "E-KEY-08": Words(
        N_("A spreadsheet has shortened this key, and its last digits are lost."),
        N_("Give the column the format of text and copy the key from its source."),
    ),
    # what must hold together
    "E-ONE-01": Words(N_("{n} structures are marked as evaluated."), N_("Mark exactly one as true.")),
    "E-ONE-02": Words(N_("Of {columns} exactly one must be filled."), N_("Fill one and leave the other empty.")),
    "E-SUBJ-01": Words(N_('"{found}" cannot be the subject of this table.'), N_("Choose one of: {expected}.")),
    "W-UNIT-01": Words(
        N_('"{found}" is another unit than {used}, in which this measure stands before. Kept as given.'),
        N_("Convert it, or name the measure otherwise."),
    ),
    "E-EMES-01": Words(N_("EMES has a score and no yes or no."), N_("Leave is_met empty and fill in score.")),
}
