"""hstore in Python: a dict of text to text or None (PostgreSQL F.18)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from json.encoder import encode_basestring

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.document import key_order

Hstore = dict[str, str | None]


def _ordered(value: Hstore) -> list[tuple[str, str | None]]:
    """Pairs in the order in which hstore keeps them: shorter keys first."""
    return sorted(value.items(), key=lambda pair: key_order(pair[0]))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def out(value: Hstore) -> str:
    """The text of an hstore: `"a"=>"1", "b"=>NULL`."""
    return ", ".join(
        f"{_quoted(key)}=>{'NULL' if item is None else _quoted(item)}"
        for key, item in _ordered(value)
    )


_PAIR = re.compile(
    r'\s*(?:"(?P<qk>(?:[^"\\]|\\.)*)"|(?P<k>(?:[^\s"=,\\]|\\.|=(?!>))+))\s*=>\s*'
    r'(?:"(?P<qv>(?:[^"\\]|\\.)*)"|(?P<v>(?:[^\s",\\]|\\.)+))\s*(?:,|\Z)',
    re.DOTALL,
)


def parse(text: str) -> Hstore:
    """The hstore in `text`; the first of equal keys stays."""
    found: Hstore = {}
    place = 0
    while text[place:].strip():
        pair = _PAIR.match(text, place)
        if pair is None:
            raise Fault("42601", "syntax error in hstore")
        key = _plain(pair["k"] if pair["qk"] is None else pair["qk"])
        if pair["qv"] is None and pair["v"].upper() == "NULL":
            found.setdefault(key, None)
        else:
            found.setdefault(key, _plain(pair["v"] if pair["qv"] is None else pair["qv"]))
        place = pair.end()
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def to_jsonb(value: Hstore) -> str:
    pairs = (
        f"{encode_basestring(key)}: {'null' if item is None else encode_basestring(item)}"
        for key, item in _ordered(value)
    )
    return "{" + ", ".join(pairs) + "}"


_LOOSE_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")


def to_json_loose(value: Hstore) -> str:
    """As to_json, with numbers and booleans left bare where they look it."""
    return "{" + ", ".join(f"{encode_basestring(k)}: {_loose(v)}" for k, v in _ordered(value)) + "}"


def _loose(item: str | None) -> str:
    if item is None:
        return "null"
    if item in ("t", "f"):
        return "true" if item == "t" else "false"
    return item if _LOOSE_NUMBER.fullmatch(item) else encode_basestring(item)


def keys(value: Hstore) -> list[str]:
    return [key for key, _ in _ordered(value)]


def values(value: Hstore) -> list[str | None]:
    return [item for _, item in _ordered(value)]


def flat(value: Hstore) -> list[str | None]:
    return [part for pair in _ordered(value) for part in pair]


def matrix(value: Hstore) -> list[list[str | None]]:
    return [list(pair) for pair in _ordered(value)]


def each(value: Hstore) -> list[dict[str, str | None]]:
    return [{"key": key, "value": item} for key, item in _ordered(value)]


def contains(outer: Hstore, inner: Hstore) -> bool:
    return all(key in outer and outer[key] == item for key, item in inner.items())


def delete_keys(value: Hstore, unwanted: Sequence[str | None]) -> Hstore:
    return {key: item for key, item in value.items() if key not in unwanted}


def delete_pairs(value: Hstore, unwanted: Hstore) -> Hstore:
    return {k: v for k, v in value.items() if k not in unwanted or unwanted[k] != v}


def slice_(value: Hstore, wanted: Sequence[str | None]) -> Hstore:
    return {key: value[key] for key in wanted if key is not None and key in value}


def slice_array(value: Hstore, wanted: Sequence[str | None]) -> list[str | None]:
    return [None if key is None else value.get(key) for key in wanted]


def exists_any(value: Hstore, wanted: Sequence[str | None]) -> bool:
    return any(key in value for key in wanted if key is not None)


def exists_all(value: Hstore, wanted: Sequence[str | None]) -> bool:
    return all(key in value for key in wanted if key is not None)


def of_pairs(pairs: Sequence[str | None]) -> Hstore | None:
    if len(pairs) % 2:
        raise Fault("2202E", "array must have even number of elements")
    return of_lists(pairs[::2], pairs[1::2])


def of_lists(
    names: Sequence[str | None] | None, items: Sequence[str | None] | None
) -> Hstore | None:
    """hstore(text[], text[]); NULL instead of the values makes them all NULL."""
    if names is None:
        return None
    if items is None:
        items = [None] * len(names)
    if len(names) != len(items):
        raise Fault("2202E", "arrays must have same bounds")
    found: Hstore = {}
    for name, item in zip(names, items, strict=True):
        if name is None:
            raise Fault("22004", "null value not allowed for hstore key")
        found.setdefault(name, item)
    return found
