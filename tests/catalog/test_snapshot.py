from __future__ import annotations

import dataclasses

import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import FeatureNotSupported, InvalidSchemaName, UndefinedTable
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import BodyFormat, Schema, View, WebhookSource
from hookwire_catalog.snapshot import PUBLIC, Stored, kind_of

A = Schema(2, "hookwire", "a")


def source(number: int, schema: str, name: str) -> WebhookSource:
    return WebhookSource(
        number, ObjectName("hookwire", schema, name), BodyFormat.TEXT, f"id{number}"
    )


def view(number: int, *depends_on: int) -> View:
    name = ObjectName("hookwire", "public", f"v{number}")
    return View(number, name, "", (), frozenset(depends_on))


S, IN_A = source(3, "public", "s"), source(4, "a", "s")
STORED: list[Stored] = [PUBLIC, A, S, IN_A, view(5, 3), view(6, 5), view(7, 3, 6)]
CATALOG = Catalog.of(STORED, next_id=8, version=3)


def test_a_new_database() -> None:
    assert Catalog.of([], next_id=1) == Catalog.empty()
    assert Catalog.empty().schemas == {"public": PUBLIC}
    emptied = Catalog.of([], next_id=9)
    assert (emptied.schemas, emptied.next_id) == ({}, 9)
    assert emptied.databases == ("hookwire",)


def test_nothing_can_be_changed_in_place() -> None:
    with pytest.raises(TypeError):
        CATALOG.objects[99] = S  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        CATALOG.next_id = 99  # type: ignore[misc]


def test_lookup() -> None:
    assert CATALOG.lookup(("s",), ("public", "a")) is S
    assert CATALOG.lookup(("s",), ("n", "a", "public")) is IN_A
    assert CATALOG.lookup(("a", "s"), ()) is IN_A
    assert CATALOG.lookup(("hookwire", "public", "s"), ()) is S
    assert CATALOG.lookup(("S",), ("public",)) is None
    assert CATALOG.lookup(("s",), ()) is None
    with pytest.raises(FeatureNotSupported):
        CATALOG.lookup(("other", "public", "s"), ())


def test_resolve() -> None:
    assert CATALOG.resolve(("s",), ("a",)) is IN_A
    with pytest.raises(UndefinedTable) as raised:
        CATALOG.resolve(("n", "s"), (), position=7)
    assert (raised.value.message, raised.value.position) == ('relation "n.s" does not exist', 7)


def test_target() -> None:
    assert CATALOG.target(("x",), ("n", "a")) == ObjectName("hookwire", "a", "x")
    assert CATALOG.target(("a", "x"), ()) == ObjectName("hookwire", "a", "x")
    for parts, path in ((("n", "x"), ()), (("x",), ("n",))):
        with pytest.raises(InvalidSchemaName) as raised:
            CATALOG.target(parts, path, position=3)
        assert raised.value.position == 3


def test_what_messages_show() -> None:
    assert CATALOG.shown(S, ("public",)) == "s"
    assert CATALOG.shown(IN_A, ("public", "a")) == "a.s"
    quoted = source(9, "a", "from")
    changed = CATALOG.changed(added=[quoted])
    assert changed.shown(quoted, ("a",)) == '"from"'
    assert (kind_of(S), kind_of(view(5))) == ("source", "view")


def test_objects_of_a_schema() -> None:
    assert CATALOG.objects_in("a") == [IN_A]
    assert len(CATALOG.objects_in("public")) == 4


def test_dependents_come_once_and_nearest_first() -> None:
    assert [(v.id, on) for v, on in CATALOG.dependents([3])] == [(5, 3), (7, 3), (6, 5)]
    assert [(v.id, on) for v, on in CATALOG.dependents([5])] == [(6, 5), (7, 6)]
    assert [v.id for v, _ in CATALOG.dependents([3, 5])] == [7, 6]
    assert CATALOG.dependents([4, 99]) == []


def test_changed() -> None:
    renamed = dataclasses.replace(S, name=ObjectName("hookwire", "public", "t"))
    after = CATALOG.changed(
        removed=[IN_A, A], replaced=[(S, renamed)], added=[Schema(8, "hookwire", "b")]
    )
    assert set(after.schemas) == {"public", "b"}
    assert after.webhook("hookwire", "public", "t") is renamed
    assert after.webhook("hookwire", "public", "s") is None
    assert after.webhook_by_external_id("id4") is None
    assert (after.next_id, after.version) == (9, 4)
    assert CATALOG.webhook("hookwire", "public", "s") is S


def test_two_may_exchange_their_names() -> None:
    one = dataclasses.replace(S, name=IN_A.name)
    other = dataclasses.replace(IN_A, name=S.name)
    after = CATALOG.changed(replaced=[(S, one), (IN_A, other)])
    assert after.find(S.name) is other
    assert after.find(IN_A.name) is one
