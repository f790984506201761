"""Extracts of a drawn register for tests, and ways to damage them with the complaint each must raise."""

import hashlib
import io
import shutil
import zipfile
from datetime import date
from pathlib import Path

DAYS = (date(2030, 1, 1), date(2030, 4, 1), date(2030, 7, 1), date(2030, 10, 1), date(2031, 1, 1))


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder with the digest of what it holds."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def copied(drawn: Path, place: Path, name: str = "full0") -> Path:
    place.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copytree(drawn / name, place / name))


def edited(file: str, old: str, new: str, code: str, line=None, column="", name: str = "full0"):
    """A damage: in one file the first `old` becomes `new`."""

    def damage(drawn: Path, place: Path):
        folder = copied(drawn, place, name)
        path = folder / f"{file}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
        return folder, (code, line, column)

    return damage


def second_line(file: str, change, code: str, line=2, column=""):
    """A damage of the second line of a file."""

    def damage(drawn: Path, place: Path):
        folder = copied(drawn, place)
        path = folder / f"{file}.csv"
        lines = path.read_bytes().split(b"\n")
        lines[1] = change(lines[1])
        path.write_bytes(b"\n".join(lines))
        return folder, (code, line, column)

    return damage


def packed(code: str, fill):
    """A damage of a zip file: `fill` writes it."""

    def damage(drawn: Path, place: Path):
        place.mkdir(parents=True, exist_ok=True)
        path = place / "extract.zip"
        fill(drawn, path)
        return path, (code, None, "")

    return damage


def cut_short(drawn, path):
    path.write_bytes((drawn / "full0.zip").read_bytes()[:-2000])


def broken_inside(drawn, path):
    content = bytearray((drawn / "full0.zip").read_bytes())
    with zipfile.ZipFile(drawn / "full0.zip") as whole:
        part = whole.getinfo("activity.csv")
    at = part.header_offset + 30 + len("activity.csv") + part.compress_size // 2
    content[at : at + 50] = bytes(50)
    path.write_bytes(content)


def with_more(name: str, content: bytes):
    def fill(drawn, path):
        shutil.copy(drawn / "full0.zip", path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as whole:
            whole.writestr(name, content)

    return fill


def nested(drawn, path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed_inside:
        packed_inside.writestr("a.csv", "x")
    with_more("inner.zip", inner.getvalue())(drawn, path)


def without(file: str, code: str):
    def damage(drawn: Path, place: Path):
        folder = copied(drawn, place)
        (folder / f"{file}.csv").unlink()
        return folder, (code, None, "")

    return damage


def twice_with_other_facts(drawn: Path, place: Path):
    folder = copied(drawn, place)
    path = folder / "enterprise.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1].replace('"000"', '"012"')]) + "\n", encoding="utf-8")
    return folder, ("E-KBO-24", 2, "EnterpriseNumber")


def over_what_is_there(drawn: Path, place: Path):
    """An update that inserts an enterprise which is there, without deleting it."""
    folder = copied(drawn, place, "update3")
    row = (drawn / "full2" / "enterprise.csv").read_text(encoding="utf-8").splitlines()[1]
    gone = (folder / "enterprise_delete.csv").read_text(encoding="utf-8")
    assert row[:14] not in gone
    with (folder / "enterprise_insert.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    return folder, ("E-KBO-36", None, "EnterpriseNumber")


def without_rows(drawn: Path, place: Path):
    """A full extract of which only the headings of the enterprises came through."""
    folder = copied(drawn, place)
    path = folder / "enterprise.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    return folder, ("E-KBO-28", None, "")


HEAD = '"EnterpriseNumber","Status"'
ON_EMPTY = {  # what is refused in an empty store
    "cut short": packed("E-KBO-10", cut_short),
    "no zip file": packed("E-KBO-37", lambda drawn, path: path.write_bytes(b"<html>Please log in</html>")),
    "a workbook": packed("E-KBO-37", with_more("[Content_Types].xml", b"<Types/>")),
    "a table by itself": lambda drawn, place: (copied(drawn, place) / "enterprise.csv", ("E-KBO-29", None, "")),
    "broken inside": lambda drawn, place: (
        packed("E-KBO-10", broken_inside)(drawn, place)[0], ("E-KBO-10", None, "")),
    "a zip file inside": packed("E-KBO-14", nested),
    "a bomb": packed("E-KBO-11", with_more("more.csv", bytes(30_000_000))),
    "a way out": packed("E-KBO-12", with_more("../more.csv", b"x")),
    "a folder beside": packed("E-KBO-12", with_more("other/more.csv", b"x")),
    "no meta": without("meta", "E-KBO-15"),
    "a table is missing": without("activity", "E-KBO-25"),
    "a column is missing": edited("enterprise", HEAD, '"EnterpriseNumber"', "E-KBO-20", 1, "Status"),
    "a column too many": edited("enterprise", HEAD, HEAD + ',"New"', "E-KBO-21", 1, "New"),
    "semicolons": edited("establishment", '"EstablishmentNumber","StartDate","EnterpriseNumber"',
                         '"EstablishmentNumber";"StartDate";"EnterpriseNumber"', "E-KBO-19", 1),
    "a full one that says update": edited("meta", '"full"', '"update"', "E-KBO-25"),
    "another kind": edited("meta", '"full"', '"half"', "E-KBO-18", None, "ExtractType"),
    "no such day": edited("meta", "01-01-2030", "31-02-2030", "E-KBO-18", None, "SnapshotDate"),
    "check digits": second_line("enterprise", lambda line: line[:12] + bytes([line[12] ^ 1]) + line[13:], "E-KBO-23", 2,
                                "EnterpriseNumber"),
    "check digits of an entity": second_line(
        "activity", lambda line: line[:12] + bytes([line[12] ^ 1]) + line[13:], "E-KBO-23", 2, "EntityNumber"),
    "Windows-1252": second_line("denomination", lambda line: line.replace(b"Demo", b"D\xe9mo").replace(
        b"Achternaam", b"Acht\xe9r"), "E-TEXT-02"),
    "a quotation mark too many": second_line("denomination", lambda line: line + b'"x', "E-LINE-02"),
    "a field too many": second_line("enterprise", lambda line: line + b",x", "E-KBO-22"),
    "a field too few": second_line("enterprise", lambda line: line.rpartition(b",")[0], "E-KBO-22"),
    "no enterprises": without_rows,
    "one key with two facts": twice_with_other_facts,
}  # fmt: skip
ON_STORE = {"an update over what is there": over_what_is_there}
MEMBERS = tuple(ON_EMPTY)


def damaged(name: str, drawn: Path, place: Path):
    """The path of a damaged extract, and code, line and column of the complaint."""
    return {**ON_EMPTY, **ON_STORE}[name](drawn, place)
