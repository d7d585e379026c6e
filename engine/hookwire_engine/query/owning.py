"""Who owns what only DuckDB knows: kept in step with what a statement made, dropped or renamed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hookwire_catalog.catalog import Catalog, Change
from hookwire_catalog.names import DEFAULT_DATABASE, ObjectName
from hookwire_catalog.objects import OWNER, PlainObject
from hookwire_catalog.snapshot import PlainKey
from hookwire_engine.system.values import PlainObjects


def plain_keys(plain: PlainObjects) -> Sequence[PlainKey]:
    """Everything that has an owner, but for temporary tables, which are their session's."""
    found = [("table", t.schema, t.name) for t in plain.tables if not t.temporary]
    found += [("sequence", s.schema, s.name) for s in plain.sequences]
    found += [("type", e.schema, e.name) for e in plain.enums]
    found += [("function", m.schema, m.name) for m in plain.macros]
    return [(kind, ObjectName(DEFAULT_DATABASE, schema, name)) for kind, schema, name in found]


def followed(
    catalog: Catalog,
    before: Sequence[PlainKey],
    after: Sequence[PlainKey],
    role: int,
    *,
    renamed: bool,
) -> Change | None:
    """What the catalog has to be changed by after a statement by `role`; None if by nothing. One
    that renames leaves one thing fewer and one more."""
    gone = [key for key in before if key not in set(after)]
    new = [key for key in after if key not in set(before)]
    if renamed and len(gone) == len(new) == 1 and gone[0][0] == new[0][0]:
        return _renamed(catalog, gone[0], new[0])
    removed = [catalog.plain[key] for key in gone if key in catalog.plain]
    added: list[PlainObject] = []
    if role != OWNER:
        added = [
            PlainObject(catalog.next_id + n, kind, name, role)
            for n, (kind, name) in enumerate(new)
        ]
    if not removed and not added:
        return None
    made = catalog.changed(removed=removed, added=added)
    return Change(made, tuple(added), tuple(removed))


def _renamed(catalog: Catalog, old: PlainKey, new: PlainKey) -> Change | None:
    known = catalog.plain.get(old)
    if known is None:
        return None
    moved = dataclasses.replace(known, name=new[1])
    return Change(catalog.changed(replaced=[(known, moved)]), replaced=((known, moved),))
