"""What the open data of the enterprise register (KBO/BCE) hold, table by table, and what of it is kept.

Source: cookbook KBO Open Data R018.00, and an update extract that was read. Names of columns are the register's own.
Streets, names of natural persons, telephone numbers and addresses of e-mail are never kept.
"""

from __future__ import annotations

from typing import NamedTuple

FULL, UPDATE = "full", "update"
DELETE, INSERT = "_delete", "_insert"
ENTERPRISE, ESTABLISHMENT, BRANCH = "enterprise", "establishment", "branch"
LEGAL, NATURAL = "2", "1"  # TypeOfEnterprise
SEAT = "REGO"  # TypeOfAddress
NACE_VERSIONS = ("2003", "2008", "2025")
GROUPS = {"006": "1", "003": "2", "001": "3"}  # ActivityGroup in order of preference; any other comes after


class Layout(NamedTuple):
    """A table of the register: its columns, its key, the columns kept, and which of them hold numbers or dates."""

    columns: tuple[str, ...]
    key: str
    kept: tuple[str, ...]  # empty: the table is read and counted, and nothing of it is kept
    is_unique: bool = False  # one row per key
    numbers: tuple[str, ...] = ()  # numbers of entities, with check digits
    dates: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # columns whose codes are looked at


LAYOUTS = {
    ENTERPRISE: Layout(
        ("EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC",
         "StartDate"),
        "EnterpriseNumber",
        ("EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC",
         "StartDate"),
        is_unique=True,
        numbers=("EnterpriseNumber",),
        dates=("StartDate",),
        codes=("Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC"),
    ),
    ESTABLISHMENT: Layout(
        ("EstablishmentNumber", "StartDate", "EnterpriseNumber"),
        "EstablishmentNumber",
        ("EstablishmentNumber", "StartDate", "EnterpriseNumber"),
        is_unique=True,
        numbers=("EstablishmentNumber", "EnterpriseNumber"),
        dates=("StartDate",),
    ),
    BRANCH: Layout(
        ("Id", "StartDate", "EnterpriseNumber"),
        "Id",
        ("Id", "StartDate", "EnterpriseNumber"),
        is_unique=True,
        numbers=("EnterpriseNumber",),
        dates=("StartDate",),
    ),
    "address": Layout(
        ("EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR",
         "StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo", "DateStrikingOff"),
        "EntityNumber",
        ("EntityNumber", "TypeOfAddress", "CountryNL", "Zipcode", "MunicipalityNL", "MunicipalityFR",
         "DateStrikingOff"),
        numbers=("EntityNumber",),
        dates=("DateStrikingOff",),
        codes=("TypeOfAddress",),
    ),
    "activity": Layout(
        ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
        "EntityNumber",
        ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
        numbers=("EntityNumber",),
        codes=("ActivityGroup", "NaceVersion", "Classification"),
    ),
    "denomination": Layout(
        ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
        "EntityNumber",
        ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
        numbers=("EntityNumber",),
        codes=("Language", "TypeOfDenomination"),
    ),
    "contact": Layout(
        ("EntityNumber", "EntityContact", "ContactType", "Value"), "EntityNumber", (), numbers=("EntityNumber",)
    ),
}  # fmt: skip
META, CODES = "meta", "code"
META_COLUMNS = ("Variable", "Value")
CODE_COLUMNS = ("Category", "Code", "Language", "Description")


def files_of(kind: str) -> tuple[str, ...]:
    """Names of the files that an extract of this kind holds, without `.csv`.

    >>> files_of("full")[:3], len(files_of("update"))
    (('meta', 'code', 'enterprise'), 16)
    """
    if kind == FULL:
        return (META, CODES, *LAYOUTS)
    return (META, CODES, *(f"{table}{part}" for table in LAYOUTS for part in (DELETE, INSERT)))


def columns_of(file: str) -> tuple[str, ...]:
    """Columns of a file of an extract, by its name without `.csv`.

    >>> columns_of("enterprise_delete")
    ('EnterpriseNumber',)
    """
    if file == META:
        return META_COLUMNS
    if file == CODES:
        return CODE_COLUMNS
    if file.endswith(DELETE):
        return (LAYOUTS[file.removesuffix(DELETE)].key,)
    return LAYOUTS[file.removesuffix(INSERT)].columns
