"""The files of a drawn extract, each as the bytes of its CSV: texts in quotation marks, days without them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

STREETS = ("Voorbeeldstraat", "Rue de l'Exemple", 'Straat "A", links')
UNIT = 20_000_000  # first numbers of establishments begin with 2
BLOCK = 200_000  # enterprises at once
SHARE_UNITS = 85  # in a hundred numbers: those with an establishment


def meta(number: int, day: date, kind: str) -> dict[str, bytes]:
    """meta.csv and a code list; the line Synthetic is ours."""
    said = {
        "SnapshotDate": f"{day:%d-%m-%Y}", "ExtractTimestamp": f"{day:%d-%m-%Y} 23:00:00", "ExtractType": kind,
        "ExtractNumber": str(number), "Version": "1.0.0", "Synthetic": "true",
    }  # fmt: skip
    lines = ['"Variable","Value"', *(f'"{name}","{value}"' for name, value in said.items())]
    codes = ['"Category","Code","Language","Description"', '"Status","AC","NL","Actief"', '"Status","AC","FR","Actif"']
    return {name: ("\n".join(rows) + "\n").encode() for name, rows in (("meta", lines), ("code", codes))}


def full(register, step: int) -> dict[str, bytes | Iterator[bytes]]:
    """The tables of a full extract, most of them in parts: a whole register would take many times its size."""
    everybody = register.enterprises
    blocks = [everybody.iloc[at : at + BLOCK] for at in range(0, max(len(everybody), 1), BLOCK)]

    def parts(make) -> Iterator[bytes]:
        for n, block in enumerate(blocks):
            rows = make(_there(block, step))
            yield rows if n == 0 else rows[rows.index(b"\n") + 1 :]  # the headings stand once

    makers = {
        "enterprise": _enterprises, "establishment": _establishments, "address": _addresses, "activity": _activities,
        "denomination": _denominations, "contact": _contacts,
    }  # fmt: skip
    branches = csv({"Id": [], "StartDate": [], "EnterpriseNumber": []})
    return {**{name: parts(make) for name, make in makers.items()}, "branch": branches}


def update(register, step: int) -> dict[str, bytes]:
    """The tables of an update: keys that go, rows that come."""
    before, now = _there(register.enterprises, step - 1), _there(register.enterprises, step)
    stays = now[now["number"].isin(before["number"])]
    was = before.set_index("number").loc[stays["number"]].reset_index()
    left, new = before[~before["number"].isin(now["number"])], now[~now["number"].isin(before["number"])]
    told = left[left["number"].str[-1].lt("5")]  # of the others the register tells only that the enterprise left
    facts = ["situation", "form"]
    changed = {
        "enterprise": stays[(was[facts].to_numpy() != stays[facts].to_numpy()).any(axis=1)],
        "address": stays[was["seat"].to_numpy() != stays["seat"].to_numpy()],
        "activity": stays[was["code"].to_numpy() != stays["code"].to_numpy()],
        "denomination": stays.iloc[:0], "contact": stays.iloc[:0], "establishment": stays.iloc[:0],
    }  # fmt: skip
    makers = {
        "enterprise": _enterprises, "address": _addresses, "activity": _activities, "denomination": _denominations,
        "contact": _contacts, "establishment": _establishments,
    }  # fmt: skip
    made = {"branch_delete": csv({"Id": []}), "branch_insert": csv({"Id": [], "StartDate": [], "EnterpriseNumber": []})}
    for table, make in makers.items():
        goes = pd.concat([changed[table], left if table == "enterprise" else told])
        made[f"{table}_delete"] = _deleted(table, goes)
        made[f"{table}_insert"] = make(pd.concat([changed[table], new]))
    return made


def _there(everybody: pd.DataFrame, step: int) -> pd.DataFrame:
    """Those in the register at a step, as they then are."""
    there = everybody[(everybody["born"] <= step) & (everybody["leaves"] > step)]
    return there.assign(
        situation=np.where(there["ends"] <= step, there["end"], "000"),
        form=np.where(there["converts"] <= step, np.where(there["form"].eq("008"), "706", "610"), there["form"]),
        seat=np.where(there["moves"] <= step, there["next_seat"], there["seat"]),
        code=np.where(there["reclassified"] <= step, there["next_code"], there["code"]),
    )


def dotted(numbers) -> pa.Array:
    """Numbers as the register writes them.

    >>> dotted(["0123456749", "2004869739"]).to_pylist()
    ['0123.456.749', '2.004.869.739']
    """
    texts = _texts(numbers)
    first, dot = _part(texts, 0, 1), _sign(".")
    short = pc.less(first, _sign("2"))
    head = pc.if_else(short, _part(texts, 0, 4), _joined(first, dot, _part(texts, 1, 4)))
    return _joined(head, dot, _part(texts, 4, 7), dot, _part(texts, 7, 10))


def _days(days) -> pa.Array:
    texts = _texts(np.datetime_as_string(np.asarray(days, dtype="datetime64[D]")))
    return _joined(_part(texts, 8, 10), _sign("-"), _part(texts, 5, 7), _sign("-"), _part(texts, 0, 4))


def _enterprises(there: pd.DataFrame) -> bytes:
    n = len(there)
    cac = there["has_cac"].to_numpy() | there["form"].isin(["706", "610", "612"]).to_numpy()
    return csv(
        {
            "EnterpriseNumber": dotted(there["number"].to_numpy()), "Status": ["AC"] * n,
            "JuridicalSituation": there["situation"].to_numpy(),
            "TypeOfEnterprise": np.where(there["natural"], "1", "2"),
            "JuridicalForm": np.where(cac, "", there["form"]), "JuridicalFormCAC": np.where(cac, there["form"], ""),
            "StartDate": _days(there["started_on"].to_numpy()),
        }
    )  # fmt: skip


def _units(there: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Those with an establishment, and its number: made from that of the enterprise."""
    body = there["number"].str[:8].astype("int64")
    with_unit = there[(body % 100 < SHARE_UNITS).to_numpy()]
    units = UNIT + with_unit["number"].str[:8].astype("int64").to_numpy() % 50_000_000
    return with_unit, pd.Series(units * 100 + 97 - units % 97).astype(str).to_numpy(object)


def _establishments(there: pd.DataFrame) -> bytes:
    owners, units = _units(there)
    return csv(
        {
            "EstablishmentNumber": dotted(units), "StartDate": _days(owners["started_on"].to_numpy()),
            "EnterpriseNumber": dotted(owners["number"].to_numpy()),
        }
    )  # fmt: skip


def _addresses(there: pd.DataFrame) -> bytes:
    legal = there[~there["natural"]]
    owners, units = _units(there)
    entity = np.concatenate([legal["number"].to_numpy(), units])
    seat = np.concatenate([legal["seat"].to_numpy(), owners["seat"].to_numpy()])
    kind = np.repeat(["REGO", "BAET"], [len(legal), len(owners)])
    n, street = len(entity), np.array(STREETS, dtype=object)
    empty = np.full(n, "", dtype=object)
    where = np.where(np.char.startswith(seat.astype(str), "1"), "Voorbeeldem", "Elders")
    columns = {
        "EntityNumber": dotted(entity), "TypeOfAddress": kind, "CountryNL": empty, "CountryFR": empty, "Zipcode": seat,
        "MunicipalityNL": where, "MunicipalityFR": where, "StreetNL": street[np.arange(n) % 3],
        "StreetFR": street[np.arange(n) % 3], "HouseNumber": (np.arange(n) % 200 + 1).astype(str), "Box": empty,
        "ExtraAddressInfo": empty, "DateStrikingOff": empty,
    }  # fmt: skip
    return csv(columns)


def _activities(there: pd.DataFrame) -> bytes:
    counts = there["n_codes"].to_numpy()
    at = np.repeat(np.arange(len(there)), counts)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    codes = there["code"].to_numpy(object)
    both = np.concatenate([codes, codes + "01"])
    return csv(
        {
            "EntityNumber": _one_of(dotted(there["number"].to_numpy()), at),
            "ActivityGroup": _one_of(["003", "001", "006"], nth // 3 % 3),
            "NaceVersion": _one_of(["2025", "2008", "2003"], nth % 3),
            "NaceCode": _one_of(both, at + nth % 2 * len(codes)),
            "Classification": _one_of(["MAIN", "SECO"], (nth >= 6).astype(int)),
        }
    )


def _denominations(there: pd.DataFrame) -> bytes:
    name = np.where(there["natural"], "Achternaam, Voornaam ", "Demo vzw ") + there["number"].str[2:7].to_numpy()
    language = np.where(there["natural"], "0", "2")
    entity = dotted(there["number"].to_numpy())
    return csv({
        "EntityNumber": entity, "Language": language, "TypeOfDenomination": ["001"] * len(there), "Denomination": name
    })  # fmt: skip


def _contacts(there: pd.DataFrame) -> bytes:
    some = there[there["number"].str[-1].lt("3")]
    n = len(some)
    entity = dotted(some["number"].to_numpy())
    return csv({
        "EntityNumber": entity, "EntityContact": ["ENT"] * n, "ContactType": ["EMAIL"] * n,
        "Value": ["nobody@example.org"] * n,
    })  # fmt: skip


def _deleted(table: str, goes: pd.DataFrame) -> bytes:
    """The keys of a table that belong to these enterprises; nothing is deleted that was not there."""
    if table == "establishment":
        return csv({"EstablishmentNumber": dotted(_units(goes)[1])})
    if table == "enterprise":
        return csv({"EnterpriseNumber": dotted(goes["number"].to_numpy())})
    keys = goes["number"].to_numpy()
    if table == "address":
        keys = np.concatenate([goes.loc[~goes["natural"], "number"].to_numpy(), _units(goes)[1]])
    return csv({"EntityNumber": dotted(keys)})


def csv(columns: dict) -> bytes:
    """A CSV in the register's own form; an empty text is two commas, a day has no quotation marks.

    >>> csv({"Id": ["x", ""], "StartDate": ["31-12-2025", ""]})
    b'"Id","StartDate"\\n"x",31-12-2025\\n,\\n'
    """
    head = ",".join(f'"{name}"' for name in columns) + "\n"
    parts = []
    for name, values in columns.items():
        texts = _texts(values)
        if isinstance(texts, pa.DictionaryArray):
            texts = _quoted(texts.dictionary).take(texts.indices)
        elif "Date" not in name:
            texts = _quoted(texts)
        parts += [texts, _sign(",")]
    if not len(texts):
        return head.encode()
    lines = pa.concat_arrays([_joined(*parts[:-1], _sign("\n"))])
    _, ends, content = lines.buffers()
    return head.encode() + content[: int(np.frombuffer(ends, np.int64)[len(lines)])].to_pybytes()


def _quoted(texts: pa.Array) -> pa.Array:
    quoted = _joined(_sign('"'), pc.replace_substring(texts, '"', '""'), _sign('"'))
    return pc.if_else(pc.equal(texts, _sign("")), _sign(""), quoted)


def _one_of(texts, at: np.ndarray) -> pa.DictionaryArray:
    """A column of few different texts, each of which is made and quoted once."""
    return pa.DictionaryArray.from_arrays(pa.array(at), _texts(texts))


def _texts(values) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(np.asarray(values, dtype=object), pa.large_string())


def _part(texts: pa.Array, start: int, stop: int) -> pa.Array:
    return pc.utf8_slice_codeunits(texts, start, stop)


def _sign(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _joined(*parts) -> pa.Array:
    return pc.binary_join_element_wise(*parts, _sign(""))
