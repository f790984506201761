"""The words of faults in extracts of the enterprise register (KBO/BCE)."""

from __future__ import annotations

from coopeval.wording.fault_words import Words
from coopeval.wording.messages import N_

FETCH_AGAIN = N_("Download the extract again; do not open or save its files in another program.")
NOT_AN_EXTRACT = N_("Give the file as the register offers it, or the folder it was unpacked to.")
GIVE_IN_ORDER = N_("Give them in this order: {order}.")
KEPT = N_("See docs/kbo.md; nothing else is needed.")

REGISTER: dict[str, Words] = {
    # the package
    "E-KBO-10": Words(N_("The zip file is damaged or cut short; it cannot be read whole."), FETCH_AGAIN),
    "E-KBO-11": Words(
        N_("The zip file unpacks to far more than an extract of the register holds; it was not opened."),
        NOT_AN_EXTRACT,
    ),
    "E-KBO-12": Words(
        N_("A name in it leads elsewhere, stands twice, or is a link: no extract has that. It was not opened."),
        NOT_AN_EXTRACT,
    ),
    "E-KBO-13": Words(N_("The zip file has a password."), NOT_AN_EXTRACT),
    "E-KBO-14": Words(
        N_('There is an archive inside it ("{found}"); an extract holds CSV files alone.'),
        N_("Unpack the outer one, and give each extract that comes out."),
    ),
    "E-KBO-15": Words(N_("There is no meta.csv, so nobody knows which extract this is."), NOT_AN_EXTRACT),
    "E-KBO-16": Words(N_("The first line is not {expected}."), FETCH_AGAIN),
    "E-KBO-17": Words(N_("The line is not one name and its value, or the name stands twice."), FETCH_AGAIN),
    "E-KBO-18": Words(N_('"{found}" cannot be its value; something like {expected} is expected.'), FETCH_AGAIN),
    # its files
    "E-KBO-19": Words(N_("The columns are not parted by commas."), FETCH_AGAIN),
    "E-KBO-20": Words(N_("The column is missing; the file has {expected}."), FETCH_AGAIN),
    "E-KBO-21": Words(
        N_("The register has no such column in this file."),
        N_("If the register has changed its form, coopeval must be changed too; else download the extract again."),
    ),
    "E-KBO-22": Words(N_("The line, or the ends of lines in this file, cannot be read."), FETCH_AGAIN),
    "E-KBO-23": Words(
        N_('"{found}" is not a number of the register: the dots or the check digits are wrong.'), FETCH_AGAIN
    ),
    "E-KBO-24": Words(N_("{found} stands more than once, with different facts."), FETCH_AGAIN),
    "E-KBO-25": Words(N_("The file is missing; every {kind} extract has it."), FETCH_AGAIN),
    "E-KBO-26": Words(N_("meta.csv says {kind}, and this file belongs to another kind of extract."), FETCH_AGAIN),
    "E-KBO-27": Words(N_("There is no such file or folder."), N_("Check how its name is written.")),
    "E-KBO-28": Words(
        N_("The full extract has {n} enterprises, and there were {there} before: it looks cut short."), FETCH_AGAIN
    ),
    "E-KBO-29": Words(
        N_("This is one CSV file. An extract is all its files together, with meta.csv."),
        N_("Give the zip file as the register offers it, or the folder that holds this file."),
    ),
    # their order
    "E-KBO-30": Words(
        N_("The {kind} extract {number} is there already."), N_("Leave it out: nothing is applied twice.")
    ),
    "E-KBO-31": Words(
        N_("The {kind} extract {number} is not newer than extract {last}, which comes before it."),
        N_("Give them in this order: {order}; what a store holds already stays out. An older start needs a new store."),
    ),
    "E-KBO-32": Words(
        N_("Extract {number} shows {shows}, and extract {last} before it shows {last_shows}, a later day."), FETCH_AGAIN
    ),
    "E-KBO-33": Words(
        N_("The update {number} does not follow extract {last}: update {due} is expected."),
        N_("Add what is missing, or begin again from a later full extract."),
    ),
    "E-KBO-34": Words(
        N_("The full extract {number} of {shows} is later than the update {last} before it, and holds its changes."),
        N_("Give the full extract alone, or a full one that comes before the update."),
    ),
    "E-KBO-35": Words(
        N_("Drawn and real extracts may not stand in one store."), N_("Give each a store of its own with --out.")
    ),
    "E-KBO-36": Words(
        N_("The update adds {found}, which is there already and is not deleted."),
        N_("An extract between may be missing; begin again from a full one."),
    ),
    # no extract at all
    "E-KBO-37": Words(
        N_("This is not the zip file of an extract, whatever its name says."),
        NOT_AN_EXTRACT,
    ),
    # kept and shown
    "W-KBO-10": Words(N_("The file is not a table of the register; it was not read."), KEPT),
    "W-KBO-11": Words(
        N_("The name says another number or kind than meta.csv: {kind} extract {number}. meta.csv was followed."), KEPT
    ),
    "W-KBO-12": Words(
        N_('{n} days are no days that exist, such as "{found}". Kept as written; such enterprises are not selected.'),
        KEPT,
    ),
    "W-KBO-13": Words(
        N_("{n} keys that are deleted were not there, such as {found}. Nothing was changed by them."), KEPT
    ),
    "W-KBO-14": Words(
        N_('"{found}" is no code that the project knows; {n} rows have it. Kept as given, read as nothing else.'),
        N_("Look it up in code.csv of the extract; docs/kbo.md says where to add it."),
    ),
    "W-KBO-15": Words(
        N_("There are several versions of NACE, each kept apart: {versions} rows."),
        N_("Name the version when you ask for a sector; never add up codes of two versions."),
    ),
    "W-KBO-16": Words(
        N_("{n} rows belong to no entity of the register, such as {found}. Kept, and used by nothing."), KEPT
    ),
}
