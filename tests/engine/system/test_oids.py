"""OIDs are stable, apart from each other, and no surprise to a client that reads them as int4."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.names import ObjectName, relation_oid
from hookwire_catalog.objects import BodyFormat, Schema, WebhookSource
from hookwire_catalog.snapshot import PUBLIC
from hookwire_catalog.types import INT4
from hookwire_engine.system import oids
from hookwire_engine.system.builders import model_of
from hookwire_engine.system.facts import declared, type_facts
from hookwire_engine.system.pg_procs import all_procs
from hookwire_engine.system.system_model import system_relations
from hookwire_engine.system.values import PlainColumn, PlainObjects, PlainTable, View

KEYS = st.lists(st.tuples(st.sampled_from(["relation", "row"]), st.text(max_size=3), st.text()))


@given(KEYS)
def test_hashed_oids_differ_and_do_not_depend_on_order(keys: list[oids.Key]) -> None:
    found = oids.hashed(keys)
    assert len(set(found.values())) == len(set(keys))
    assert all(oids.HASHED <= oid < 2**31 for oid in found.values())
    assert oids.hashed(reversed(keys)) == found


def test_hashed_oids_stay_in_later_versions() -> None:
    """A client may have kept one: these are as they were when the rule was made."""
    found = oids.hashed([("relation", "public", "customers"), ("relation", "public", "orders")])
    assert list(found.values()) == [1250553022, 1273253571]


def unique(values: Iterable[int]) -> bool:
    listed = list(values)
    return len(set(listed)) == len(listed)


def test_system_oids_differ() -> None:
    assert unique(found.oid for found in declared().values())
    row_types = [found.row_type for found in declared().values()]
    assert unique([*row_types, *type_facts()])
    assert all(oid < 16384 for oid in row_types)
    assert unique(r.oid for r in system_relations())
    assert unique(p.oid for p in all_procs(View(Catalog.empty())))


def test_catalog_objects_keep_their_oid_through_renaming() -> None:
    source = WebhookSource(7, ObjectName("hookwire", "public", "a"), BodyFormat.JSON, "x")
    renamed = WebhookSource(7, ObjectName("hookwire", "other", "b"), BodyFormat.JSON, "x")
    schemas = (PUBLIC, Schema(2, "hookwire", "other"))
    for thing in (source, renamed):
        catalog = Catalog.of((*schemas, thing), next_id=8)
        (relation,) = model_of(View(catalog)).relations
        assert relation.oid == relation_oid(7)
        assert relation.row_type == oids.ROW_TYPE + 7
        assert relation.namespace.oid in (oids.PUBLIC, relation_oid(2))


def test_a_table_keeps_its_oid_when_others_come() -> None:
    def table(name: str) -> PlainTable:
        return PlainTable("public", name, (PlainColumn("a", INT4),))

    alone = model_of(View(Catalog.empty(), PlainObjects((table("m"),))))
    among = model_of(View(Catalog.empty(), PlainObjects((table("a"), table("m"), table("z")))))
    assert alone.relations[0].oid == among.relations[1].oid
    assert alone.relations[0].row_type == among.relations[1].row_type
