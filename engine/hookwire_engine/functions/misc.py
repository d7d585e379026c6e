"""UUIDs, network addresses, sizes and sequences (PostgreSQL 9.12, 9.14, 9.17, 9.27)."""

from __future__ import annotations

from hookwire_engine.functions import misc_functions as py
from hookwire_engine.functions.declare import Chapter

uuids = Chapter("9.14", "UUID functions")
addresses = Chapter(
    "9.12",
    "Network address functions and operators",
)
sequences = Chapter(
    "9.17",
    "Sequence manipulation functions",
    notes=("The name of the sequence is a literal.",),
    unsupported={
        "lastval": "write currval('sequence')",
    },
)
sizes = Chapter("9.27", "System administration functions: sizes")

for _name in ("gen_random_uuid", "uuid_generate_v4"):
    uuids.function(f"{_name}() uuid", target="uuid", volatile=True)
uuids.function("gen_random_bytes(int4) bytea", python=py.random_bytes, volatile=True)

for _name, _returns in (
    ("host", "text"), ("masklen", "int4"), ("family", "int4"), ("network", "text"),
    ("netmask", "inet"), ("broadcast", "inet"), ("abbrev", "text"),
):  # fmt: skip
    addresses.function(f"{_name}(inet) {_returns}", as_=f"inet_{_name}", python=getattr(py, _name))
addresses.function("text(inet) text", as_="inet_text", python=py.inet_text)
for _symbol, _name, _swap in (
    ("<<", "inet_inside", False), ("<<=", "inet_within", False), (">>", "inet_inside", True),
    (">>=", "inet_within", True), ("&&", "inet_overlap", False),
):  # fmt: skip
    addresses.operator(f"{_symbol}(inet, inet) bool", target=f"memory.hw.{_name}", swap=_swap)
for _name, _function in (
    ("inet_inside", py.strictly_within), ("inet_within", py.within), ("inet_overlap", py.overlap),
):  # fmt: skip
    addresses.udf(_name, _function, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    addresses.macro(_name, "_1, _2", f"hw_{_name}(_1, _2)")

addresses.udf("inet_key", py.inet_key, ["VARCHAR"], "BLOB")
for _symbol, _name in (
    ("=", "eq"), ("<>", "ne"), ("<", "lt"), ("<=", "le"), (">", "gt"), (">=", "ge"),
):  # fmt: skip
    addresses.operator(
        f"{_symbol}(inet, inet) bool",
        target=f"inet_{_name}",
        sql=f"hw_inet_key(_1) {_symbol} hw_inet_key(_2)",
    )

for _name in ("nextval", "currval"):
    sequences.function(f"{_name}(regclass) int8", target=_name, volatile=True)
    sequences.function(f"{_name}(text) int8", target=_name, volatile=True)

for _type in ("regclass", "text"):
    sequences.function(f"setval({_type}, int8, bool=) int8", target="setval", volatile=True)

sizes.function("pg_size_pretty(int8) text", python=py.size_pretty)
sizes.function(
    "pg_size_pretty(numeric) text", as_="pg_size_pretty_numeric", python=py.size_pretty_numeric
)
sizes.function("pg_size_bytes(text) int8", python=py.size_bytes)
