"""OIDs: every object has one, the same in every session and after every restart.

    below 16384        PostgreSQL's own objects, with PostgreSQL's OIDs; ours from 14000 on
    16384 to 16386     the database, hstore, hstore[]
    20000 + id         relations and schemas of the Hookwire catalog (names.relation_oid)
    2^28, 2^29 + id    their row types, and the array types of those
    26000 to 32767     plain tables and all that hangs on them, by a hash of kind and name
    2^30 to 2^31       those of them whose place there is taken, likewise

DuckDB's own numbers change when the database is opened again. All OIDs fit int4, since some
clients read them as that; and most fit int2, as those of a small PostgreSQL do: drivers that send
a number in the narrowest type that holds it then prepare a statement once, not once a width.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

PG_CATALOG = 11
PG_TOAST = 99
PUBLIC = 2200
INFORMATION_SCHEMA = 13000
MZ_CATALOG = 14001
MZ_INTERNAL = 14002
HOOKWIRE = 14003
PG_TEMP = 14004
DATABASE = 16384
OWNER = 10

ROW_TYPE = 1 << 28
ROW_ARRAY = 1 << 29
SMALL = range(26000, 1 << 15)
HASHED = 1 << 30

Key = tuple[str, ...]
"""Kind, schema and name (and the table's, for a constraint)."""


def hashed(keys: Iterable[Key], *, small: bool = False) -> dict[Key, int]:
    """An OID for each key; with `small` one of SMALL while it is free.

    Two keys with one hash get neighbours, in the order of the keys.
    """
    found: dict[Key, int] = {}
    taken: set[int] = set()
    for key in sorted(set(keys)):
        digest = blake2b("\0".join(key).encode(), digest_size=4).digest()
        number = int.from_bytes(digest, "big")
        oid = SMALL[number % len(SMALL)]
        if not small or oid in taken:
            oid = HASHED + number % HASHED
        while oid in taken:
            oid = HASHED + (oid + 1) % HASHED
        taken.add(oid)
        found[key] = oid
    return found
