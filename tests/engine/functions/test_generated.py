"""Generated calls of every function and operator, on PostgreSQL 15 and through the library.

Values are drawn from small pools; a few functions need their own (templates, encodings, patterns).
What is known to differ is left out by name here, and told in the reference page.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hookwire_engine.functions.chapters import CHAPTERS
from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.signatures import Kind, Operator, Signature

CALLS_EACH = 4
NULLS = 0.04

POOLS: dict[str, list[str]] = {
    "text": ["", "a", "abc", "Hello World", "aXbxc", "1,2,,3", "it's", "a\\b", "  pad ", "%_",
             "foo.bar", "123", "NULL", "A"],
    "int2": ["0", "1", "-1", "7", "32767", "-32768"],
    "int4": ["0", "1", "2", "3", "-1", "7", "100"],
    "int8": ["0", "1", "-1", "3", "12345678901"],
    "float4": ["0", "1", "-1.5", "0.1", "3.25", "1e10"],
    "float8": ["0", "1", "-1", "0.5", "2.5", "-2.5", "100", "1e20", "0.1", "1e-7", "30", "45"],
    "numeric": ["0", "1", "-1", "0.5", "2.5", "-2.50", "100", "3.14159", "12345.678", "0.001", "7"],
    "bool": ["true", "false"],
    "bytea": ["\\x", "\\x00", "\\x6162", "\\xdeadbeef", "\\xc3a9"],
    "date": ["2024-01-01", "2024-02-29", "1999-12-31", "0044-03-15 BC"],
    "time": ["00:00:00", "10:20:30.5", "23:59:59.999999"],
    "timestamp": ["2024-01-01 00:00:00", "2024-02-29 12:34:56.789", "0044-03-15 00:00:00 BC"],
    "timestamptz": ["2024-01-01 00:00:00+00", "2024-02-29 12:34:56.789+00"],
    "interval": ["00:00:00", "1 day", "1 mon 10 days", "-1 years -2 mons", "3 days -04:05:06.7"],
    "uuid": ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"],
    "jsonb": ["null", "1", "1.50", '"a"', "true", "[]", "{}", '[1, 2, {"a": null}]',
              '{"a": 1, "bb": [1.10, "x"], "c": {"d": "e"}}'],
    "json": ["null", "1", '"a"', "[]", "{}", "[1, 2]"],
    "hstore": ["", "a=>1", "a=>1, b=>NULL", '"b c"=>"x\\"y", d=>2'],
    "inet": ["10.0.0.1", "10.1.2.3/8", "192.168.0.0/16", "::1"],
    "jsonpath": ["$", "$.a", "$[*]", "$.a ? (@ > 0)", "strict $.b", "$.**", "$.bb[0]"],
    "bpchar": ["abc", "a"],
    "varchar": ["abc", "a"],
    "name": ["abc"],
    "oid": ["1", "25"],
    "_text": ["{}", "{a}", "{a,b,NULL}", "{1,2}", '{"x y",""}'],
    "_int4": ["{}", "{1}", "{1,2,3,1}", "{3,NULL}"],
    "_float8": ["{}", "{1.5,2}"],
}  # fmt: skip

FIELDS = ["year", "month", "day", "hour", "second", "epoch", "dow", "week", "century", "foo"]
REGEXES = [
    "a",
    "b+",
    "(a|b)c?",
    "[[:alpha:]]+",
    "",
    "x*",
    "(",
    "^.",
    "l+",
    "\\s",
    "(H)(e)",
    "o.*?o",
]
ENCODINGS = ["utf8", "latin1", "foo"]
STEPS = ["{a}", "{bb,0}", "{c,d}", "{0}", "{}", "{x,y}", "{-1}", "{2,a}"]
SMALL = ["-1", "0", "1", "3", "5"]
_SET = {1: STEPS, 2: ["1", '{"z": null}']}
_MATCH = {1: REGEXES, 2: ["", "g", "i", "z"]}
SPECIAL: dict[str, dict[int, list[str]]] = {
    "date_part": {0: FIELDS}, "date_trunc": {0: FIELDS, 2: ["UTC", "America/New_York"]},
    "encode": {1: ["hex", "base64", "escape", "foo"]},
    "decode": {0: ["6162", "YWI=", "a\\000b", "zz", "abc"], 1: ["hex", "base64", "escape"]},
    "convert_from": {1: ENCODINGS}, "convert_to": {1: ENCODINGS},
    "convert": {1: ENCODINGS[:2], 2: ENCODINGS[:2]}, "length": {1: ENCODINGS[:2]},
    "digest": {1: ["md5", "sha256", "sha1", "foo"]}, "hmac": {2: ["md5", "sha256", "foo"]},
    "format": {0: ["%s", "%I-%L", "%%", "%2$s", "%10s|", "%-10s|%s", "%y", "%"]},
    "regexp_match": _MATCH, "regexp_matches": _MATCH, "regexp_split_to_array": _MATCH,
    "regexp_split_to_table": _MATCH,
    "regexp_replace": {1: REGEXES, 2: ["X", "[\\&]", "\\1"], 3: ["", "g", "gi", "1"], 5: ["", "i"]},
    "regexp_count": {1: REGEXES, 3: ["", "i"]}, "regexp_like": {1: REGEXES, 2: ["", "i", "g"]},
    "regexp_instr": {1: REGEXES, 4: ["0", "1", "2"], 5: ["", "i"]},
    "regexp_substr": {1: REGEXES, 4: ["", "i"]},
    "~": {1: REGEXES}, "~*": {1: REGEXES}, "!~": {1: REGEXES}, "!~*": {1: REGEXES},
    "jsonb_set": _SET, "jsonb_insert": _SET,
    "jsonb_set_lax": {**_SET, 4: ["use_json_null", "delete_key", "return_target", "x"]},
    "#>": {1: STEPS}, "#>>": {1: STEPS}, "#-": {1: STEPS},
    "to_char": {1: ["YYYY-MM-DD", "HH24:MI:SS", "999.9", "FM99", "S9,999"]},
    "to_number": {0: ["1", "-12.5", "7"], 1: ["999.9", "S99.9", "9,999"]},
    "to_date": {0: ["2024-03-10", "20240310", "x"], 1: ["YYYY-MM-DD", "YYYYMMDD", "DD"]},
    "to_timestamp": {0: ["2024-03-10 01:02", "12"], 1: ["YYYY-MM-DD HH24:MI", "HH24", "YYYY"]},
    "generate_series": {0: SMALL, 1: SMALL, 2: SMALL}, "factorial": {0: ["0", "1", "5", "20",
    "-1"]},
    "width_bucket": {3: ["0", "1", "5"]}, "array_fill": {1: ["{0}", "{3}"], 2: ["{1}"]},
    "power": {1: ["0", "1", "2", "-1", "0.5"]}, "pow": {1: ["0", "2", "-1", "0.5"]},
    "^": {1: ["0", "1", "2", "-1", "0.5"]}, "exp": {0: ["0", "1", "-1", "2.5"]},
    "chr": {0: ["0", "65", "233", "-1", "8364", "1114112"]},
    "make_time": {2: ["0", "1.5", "59.999", "-1"]},
    "make_timestamp": {5: ["0", "1.5"]}, "make_timestamptz": {5: ["0"], 6: ["UTC"]},
    "make_interval": {6: ["0", "1.5", "100"]},
    "timezone": {0: ["UTC", "America/New_York", "+02", "foo"]},
    "jsonb_path_match": {1: ["$.a == 1", "exists($.a)", "$"]},
}  # fmt: skip

LEFT_OUT = {
    "random", "setseed", "clock_timestamp", "timeofday", "gen_random_uuid", "uuid_generate_v4",
    "gen_random_bytes", "nextval", "currval", "setval", "lastval",  # of their own accord
    "age", "any_value", "extract", "position", "overlaps", "normalize", "is_normalized",
    "collation_for", "like", "notlike", "similar_escape", "similar_to_escape", "similar_to",
    # written otherwise in SQL: tested elsewhere, or through the dialect
    "json_build_object", "row_to_json", "isfinite", "pg_size_bytes",  # other types than these pools
    "hstore_to_json_loose", "hstore_to_jsonb_loose", "generate_series_timestamp",
}  # fmt: skip
ANY = ["text", "int4", "numeric", "bool", "jsonb", "float8", "_int4", "date", "interval", "bytea"]


def _concrete(chance: random.Random, types: list[str]) -> list[str]:
    element = chance.choice(["int4", "text"])
    return [
        chance.choice(ANY) if name == "any"
        else element if name in ("anyelement", "anynonarray", "anycompatible")
        else "_" + element if name in ("anyarray", "anycompatiblearray")
        else name
        for name in types
    ]  # fmt: skip


def _arguments(chance: random.Random, entry: Signature) -> list[str]:
    count = chance.randint(len(entry.arguments) - entry.defaults, len(entry.arguments))
    types = list(entry.arguments[:count])
    if entry.variadic:
        last = types.pop()
        types += [last if last == "any" else last[1:]] * chance.randint(1, 3)
    return _concrete(chance, types)


def _value(chance: random.Random, name: str, position: int, type_: str) -> str | None:
    pool = SPECIAL.get(name, {}).get(position) if type_ != "interval" else None
    if name == "width_bucket" and type_.startswith("_"):
        pool = ["{}", "{1}", "{1,3}"]  # thresholds have to be sorted
    pool = pool or POOLS.get(type_)
    if pool is None:
        return None
    return f"{type_} NULL!" if chance.random() < NULLS else f"{type_} {chance.choice(pool)}"


def _calls(entry: Signature) -> Iterator[list[str]]:
    chance = random.Random(f"{entry.name}({entry.arguments})")
    for _ in range(CALLS_EACH):
        types = _arguments(chance, entry)
        values = [_value(chance, entry.name, i, t) for i, t in enumerate(types)]
        if None not in values:
            yield [entry.name, *(value for value in values if value is not None)]


def _operations(entry: Operator) -> Iterator[list[str]]:
    chance = random.Random(f"{entry.symbol}({entry.left}, {entry.right})")
    for _ in range(CALLS_EACH):
        left, right = _concrete(chance, [entry.left or "", entry.right])
        if entry.left is not None and left in POOLS and right in POOLS:
            first = _value(chance, entry.symbol, 0, left)
            second = _value(chance, entry.symbol, 1, right)
            assert first is not None and second is not None
            yield [first, entry.symbol, second]


def _functions(chapter: Chapter) -> Iterator[Signature]:
    for entry in chapter.functions:
        plain = entry.kind in (Kind.SCALAR, Kind.TABLE) and entry.name not in LEFT_OUT
        moments = entry.name == "generate_series" and "timestamp" in entry.arguments[0]
        if plain and not moments and not entry.caller:  # what acts on a session: tests/wire
            yield entry


# What PostgreSQL does not have is in engine/checks/test_proofs.py.
POSTGRESQLS = [chapter for chapter in CHAPTERS if chapter.section != "Hookwire"]


def _label(chapter: Chapter) -> str:
    return f"{chapter.section} {chapter.title}"


@pytest.mark.parametrize("chapter", POSTGRESQLS, ids=_label)
def test_every_function(check: Callable[..., Any], chapter: Chapter) -> None:
    for entry in _functions(chapter):
        for call in _calls(entry):
            check(*call)


@pytest.mark.parametrize("chapter", POSTGRESQLS, ids=_label)
def test_every_operator(check: Callable[..., Any], chapter: Chapter) -> None:
    for entry in chapter.operators:
        for operation in _operations(entry):
            check(*operation)
