"""One workbook in place of a folder: the same content gives the same figures, and each fault its place."""

import re
from datetime import date, datetime, time

import pytest
from openpyxl.utils import get_column_letter
from workbooks import E, P, S, at, book_of, repacked, saved

from coopeval import tables
from coopeval.errors import DataError
from coopeval.schema import TABLES


def told(path):
    return [(fault.code, fault.table, fault.line, fault.column) for fault in tables.check(path)]


def edited(folder, change):
    book = book_of(folder)
    change(book)
    return saved(book, folder)


@pytest.mark.parametrize("typed", [True, False], ids=["days and numbers", "all as text"])
def test_the_same_content_gives_the_same_digest_and_tables(folder, typed):
    path = saved(book_of(folder, typed), folder)
    from_book, from_folder = tables.read(path), tables.read(folder.at)
    assert not from_book.faults
    assert from_book.about["digest"] == from_folder.about["digest"]
    assert dict(from_book.about)["name"] == "clean" and from_book.is_synthetic
    for name in from_folder:
        assert from_book[name].equals(from_folder[name])


def empty_rows_and_columns(book):
    book[P].cell(row=900, column=40).number_format = "0.00"
    book[P].insert_rows(3)
    book[P].cell(row=300, column=1).value = ""
    book.create_sheet("Blad1")


def shortened_extent(book):
    book[P].append(["P0009", "S1"])
    book[P].delete_rows(book[P].max_row)


def in_other_order(book):
    sheet = book[E]
    rows = [row[::-1] for row in sheet.values]
    sheet.delete_rows(1, sheet.max_row)
    for row in [rows[0], *rows[:0:-1]]:
        sheet.append(row)


def about_as_text(book):
    book["about"]["B3"].value, book["about"]["B4"].value = "true", "2023-12-31"


def yes_and_no_as_libreoffice_saves_them(book):
    at = [cell.value for cell in book[S][1]].index("is_evaluated") + 1
    for row in range(2, book[S].max_row + 1):
        typed = str(book[S].cell(row, at).value).lower()
        book[S].cell(row, at).value = {"true": "=TRUE()", "false": "=FALSE()"}[typed]
    book["about"]["B3"].value = "=TRUE()"


HARMLESS = {
    "yes and no as LibreOffice saves them": yes_and_no_as_libreoffice_saves_them,
    "empty rows and columns, and an empty sheet": empty_rows_and_columns,
    "a row that came and went": shortened_extent,
    "rows and columns in another order": in_other_order,
    "midnight": lambda b: setattr(at(b[P], "applied_on"), "value", datetime(2020, 1, 10)),
    "a code as a number": lambda b: setattr(at(b[P], "postcode"), "value", 1000),
    "TRUE as text": lambda b: setattr(at(b[S], "is_evaluated"), "value", "TRUE"),
    "about without headings and with notes": lambda b: b["about"].delete_rows(1)
    or b["about"].append(["contact", "us", "who"]),
    "about as text": about_as_text,
}  # fmt: skip


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_harmless_ways_of_keeping_a_workbook_give_the_same_digest(folder, change):
    path = edited(folder, change)
    read = tables.read(path)
    assert not read.faults and read.about["digest"] == tables.read(folder.at).about["digest"]


def test_what_the_file_says_of_its_own_extent_is_not_believed(folder):
    def less(parts):
        sheet = "xl/worksheets/sheet2.xml"
        return parts | {sheet: parts[sheet].replace(b'ref="A1:T4"', b'ref="A1:C2"')}

    path = saved(book_of(folder), folder)
    with_less = tables.read(repacked(path, less))
    assert with_less.about["digest"] == tables.read(folder.at).about["digest"]


def test_texts_kept_apart_from_the_sheets_are_read(folder):
    """As Excel writes them: each text once in a part of its own, cells hold its number."""
    texts = []

    def number(match):
        texts.append(match[2])
        return b'<c r="' + match[1] + b'" t="s"><v>' + str(len(texts) - 1).encode() + b"</v></c>"

    def apart(parts):
        cell = rb'<c r="(\w+)" t="inlineStr"><is><t>([^<]*)</t></is></c>'
        parts = {
            name: re.sub(cell, number, part) if "worksheets/sheet" in name else part for name, part in parts.items()
        }
        main = b"application/vnd.openxmlformats-officedocument.spreadsheetml."
        kind = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + main + b'sharedStrings+xml"/></Types>'
        items = b"".join(b"<si><t>" + text + b"</t></si>" for text in texts)
        space = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        return parts | {
            "[Content_Types].xml": parts["[Content_Types].xml"].replace(b"</Types>", kind),
            "xl/sharedStrings.xml": b"<sst" + space + b">" + items + b"</sst>",
        }

    path = repacked(saved(book_of(folder), folder), apart)
    assert len(texts) > 50
    assert tables.read(path).about["digest"] == tables.read(folder.at).about["digest"]


def put(sheet, column, value, row=2, **looks):
    def change(book):
        cell = at(book[sheet], column, row)
        cell.value = value
        for name, look in looks.items():
            setattr(cell, name, look)

    return change


CELLS = {
    "a time of day": (put(P, "applied_on", datetime(2020, 1, 10, 14, 30)), "E-DATE-08", P, 2, "applied_on"),
    "an hour alone": (put(P, "applied_on", time(14, 30)), "E-DATE-01", P, 2, "applied_on"),
    "a date that is text": (put(P, "applied_on", "31/12/2019"), "E-DATE-02", P, 2, "applied_on"),
    "a number in place of a day": (
        put(P, "applied_on", 43840, number_format="General"),
        "E-DATE-05",
        P,
        2,
        "applied_on",
    ),
    "a number that became a day": (put(P, "selection_score", date(2026, 5, 7)), "E-NUM-01", P, 2, "selection_score"),
    "part of a person": (put(P, "n_holders", 2.5), "E-NUM-05", P, 2, "n_holders"),
    "an error": (put(P, "selection_score", "#N/A"), "E-CELL-01", P, 2, "selection_score"),
    "an error in a text": (put(P, "name", "#REF!"), "E-CELL-01", P, 2, "name"),
    "an error in a day": (put(P, "applied_on", "#VALUE!"), "E-CELL-01", P, 2, "applied_on"),
    "a formula never computed": (put(P, "selection_score", "=3+4"), "E-CELL-02", P, 2, "selection_score"),
    "the first zero of an enterprise number": (put(E, "kbo_number", 403170701), "E-KBO-01", E, 2, "kbo_number"),
    "the zeros of a code": (put(E, "legal_form", 1), "E-CODE-01", E, 2, "legal_form"),
    "a decimal comma": (put(P, "selection_score", "7,5"), "E-NUM-02", P, 2, "selection_score"),
    "damaged accents": (put(P, "name", "CafÃ©"), "W-TEXT-02", P, 2, ""),
    "a sign that cannot be seen": (put(P, "name", "Caf\x7f"), "E-TEXT-03", P, 2, "name"),
    "a note beside the table": (lambda b: b[P].cell(3, 22, "ask them"), "E-CELL-03", P, 3, "V"),
    "a total": (lambda b: b[P].append(["Totaal", None, 3]), "E-LINE-04", P, 5, ""),
    "a missing column": (lambda b: b[P].delete_cols(2), "E-COL-01", P, 1, "structure_id"),
}


@pytest.mark.promise("P4")
@pytest.mark.parametrize("change, code, sheet, row, column", CELLS.values(), ids=CELLS.keys())
def test_a_fault_in_a_cell_names_sheet_row_and_column(folder, change, code, sheet, row, column):
    faults = tables.check(edited(folder, change))
    assert [(fault.code, fault.table, fault.line, fault.column) for fault in faults] == [(code, sheet, row, column)]
    fault = faults[0]
    assert fault.file == "book.xlsx"
    said = tables.report([fault])
    heads = [cell.value for cell in book_of(folder)[sheet][1]]
    at_column = heads.index(column) + 1 if column in heads and code != "E-COL-01" else 1
    cell = f"{sheet}!{column if code == 'E-CELL-03' else get_column_letter(at_column)}{row}"
    place = f", column {column}" if column else ""
    assert fault.cell == cell and said.startswith(f"{code} book.xlsx cell {cell}{place}") and "{" not in said
    assert tables.faults_csv([fault]).splitlines()[1].endswith(f",{cell}")


def test_a_key_that_lost_its_zeros_is_met_as_in_csv(folder):
    book = book_of(folder)
    for sheet in (P, E):
        for row in book[sheet].iter_rows(min_row=2):
            for cell in row:
                cell.value = {"P0001": "0001"}.get(cell.value, cell.value)
    at(book[E], "project_id").value = 1
    faults = tables.check(saved(book, folder))
    assert [(fault.code, fault.found, fault.values["instead"]) for fault in faults] == [("E-KEY-05", "1", "0001")]
    assert '"1" is not in projects. Did you mean 0001?' in tables.report(faults)


def test_an_error_in_a_key_does_not_make_orphans_of_others(folder):
    assert told(edited(folder, put(P, "project_id", "#N/A"))) == [("E-CELL-01", P, 2, "project_id")]


def test_headings_on_a_later_row_are_named_there(folder):
    def lower(book):
        book[P].delete_cols(2)
        book[P].insert_rows(1, 2)

    assert told(edited(folder, lower)) == [("E-COL-01", P, 3, "structure_id")]


def test_a_formula_is_refused_with_a_stored_result_and_without(folder):
    def stored(parts):
        sheet = "xl/worksheets/sheet2.xml"
        before = parts[sheet]
        after = re.sub(rb"<f>15/2</f><v ?/?>(</v>)?", b"<f>15/2</f><v>7.5</v>", before)
        assert after != before
        return parts | {sheet: after}

    path = edited(folder, put(P, "selection_score", "=15/2"))
    assert told(path) == [("E-CELL-02", P, 2, "selection_score")]
    repacked(path, stored)
    assert told(path) == [("E-CELL-02", P, 2, "selection_score")]
    assert "paste them back as values" in tables.report(tables.check(path))


def test_merged_cells_are_refused_where_they_hide_values_and_not_elsewhere(folder):
    assert told(edited(folder, lambda book: book[P].merge_cells("K2:K3"))) == [
        ("E-CELL-04", P, 2, "theme"),
        ("E-EMPTY-01", P, 3, "theme"),
    ]
    assert told(edited(folder, lambda book: book[P].merge_cells("X2:Y3"))) == []


@pytest.mark.promise("P5")
def test_rows_left_empty_to_the_end_of_the_sheet_change_nothing(folder, extent):
    first = extent.of(1_048_576, 10)  # the last row alone, or all of them
    extent.left_out("a sheet with a million empty rows (its last one alone instead)")
    rows = b"".join(b'<row r="%d"/>' % row for row in range(first, 1_048_577))

    def longer(parts):
        sheet = "xl/worksheets/sheet2.xml"
        return parts | {sheet: parts[sheet].replace(b"</sheetData>", rows + b"</sheetData>")}

    read = tables.read(repacked(saved(book_of(folder), folder), longer))
    assert not read.faults and read.about["digest"] == tables.read(folder.at).about["digest"]


def test_hidden_sheets_rows_and_columns_are_read_like_others(folder):
    def hide(book):
        book[E].sheet_state = "hidden"
        book[P].row_dimensions[3].hidden = True
        book[P].column_dimensions["K"].hidden = True

    path = edited(folder, hide)
    read = tables.read(path)
    assert read.about["digest"] == tables.read(folder.at).about["digest"]
    assert [(fault.code, fault.cell) for fault in read.faults] == [
        ("W-BOOK-04", ""), ("W-BOOK-06", "projects!A1"), ("W-BOOK-05", "projects!A3"),
    ]  # fmt: skip


def test_faults_of_all_sheets_are_named_at_once(folder):
    def spoil(book):
        put(P, "applied_on", datetime(2020, 1, 10, 9))(book)
        put(P, "selection", "choosen", 4)(book)
        put(E, "ended_on", date(2020, 1, 1))(book)
        put(E, "project_id", "P7777")(book)
        put(S, "is_evaluated", False)(book)
        book["about"]["B2"].value = None

    with pytest.raises(DataError) as refused:
        tables.read(edited(folder, spoil))
    assert [fault.code for fault in refused.value.faults] == [
        "E-PACK-03", "E-SPAN-01", "E-KEY-04", "E-DATE-08", "E-CODE-02", "E-ONE-01",
    ]  # fmt: skip


ABOUT = {
    "no sheet": (lambda b: b.remove(b["about"]), [("E-PACK-06", "")]),
    "no day": (lambda b: b["about"].delete_rows(4), [("E-PACK-07", "delivered_on")]),
    "a day of text": (lambda b: setattr(b["about"]["B4"], "value", "31/12/2023"), [("E-PACK-07", "delivered_on")]),
    "neither true nor false": (lambda b: setattr(b["about"]["B3"], "value", "ja"), [("E-PACK-04", "synthetic")]),
    "twice": (lambda b: b["about"].append(["name", "other"]), [("E-PACK-08", "name")]),
    "an error": (lambda b: setattr(b["about"]["B4"], "value", "#N/A"), [("E-CELL-01", "delivered_on")]),
    "a formula": (lambda b: setattr(b["about"]["B2"], "value", "=A1"), [("E-CELL-02", "name")]),
}


@pytest.mark.parametrize("change, expected", ABOUT.values(), ids=ABOUT.keys())
def test_faults_of_what_the_workbook_says_about_itself(folder, change, expected):
    assert [(fault.code, fault.key) for fault in tables.check(edited(folder, change))] == expected


def test_without_the_word_synthetic_the_data_are_real(folder):
    assert tables.read(edited(folder, lambda b: b["about"].delete_rows(3))).is_synthetic is False


def test_sheets_that_are_no_tables_are_said_and_not_read(folder):
    def more(book):
        book.create_sheet("projets").append(["x"])
        book.create_sheet("zzz").append(["x"])
        book.create_sheet("aside").append(["x"])
        book["aside"].sheet_state = "hidden"

    faults = tables.check(edited(folder, more))
    said = [(fault.code, fault.values["sheet"], fault.values.get("instead")) for fault in faults]
    assert said == [("W-BOOK-01", "zzz", None), ("W-BOOK-01", "aside", None), ("W-BOOK-02", "projets", "projects")]


def test_a_required_table_without_sheet_and_sheets_without_anything(folder):
    def fewer(book):
        book.remove(book[E])
        book.create_sheet("jobs")
        book[S].delete_rows(2, 9)

    assert [fault[:2] for fault in told(edited(folder, fewer))] == [
        ("E-FILE-10", E),
        ("E-FILE-11", "jobs"),
        ("E-FILE-05", S),
    ]


def test_optional_sheets_nobody_filled_in_count_as_not_delivered(folder):
    def template(book):
        for name in ("jobs", "costs"):
            book.create_sheet(name).append(list(TABLES[name].columns))

    path = edited(folder, template)
    assert [(fault.code, fault.values["files"]) for fault in tables.check(path)] == [("W-BOOK-03", "jobs, costs")]
    assert "jobs" not in tables.read(path)
