"""mz_catalog, mz_internal and hookwire: relations that PostgreSQL has not."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    RecipeClause,
    RequestAttribute,
    Role,
    Schema,
    SourceOptions,
    WebhookSource,
)
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.settings import SESSION_SETTINGS, SYSTEM_SETTINGS
from hookwire_catalog.snapshot import PUBLIC
from hookwire_catalog.types import INT4, INT8, Column
from hookwire_engine.append.ledger import SourceCounts
from hookwire_engine.system import registry
from hookwire_engine.system.system_model import comments
from hookwire_engine.system.values import (
    PlainColumn,
    PlainObjects,
    PlainTable,
    SessionState,
    View,
)


@dataclass(frozen=True)
class Total:
    rows: int
    bytes: int
    last_received_us: int | None


EVENTS = WebhookSource(
    3,
    ObjectName("hookwire", "public", "events"),
    BodyFormat.JSON,
    "abc",
    include_headers=(),
    attributes=(AttributeColumn(RequestAttribute.RECEIVED_AT, "received_at"),),
    options=SourceOptions(max_body_bytes=99, response_status=202, response_body="ok"),
    cluster="c1",
    comment="from GitHub",
    column_comments=(("body", "as sent"),),
)
ODD = WebhookSource(5, ObjectName("hookwire", "shop", "a/b ü"), BodyFormat.BYTES, "def")
LATEST = UserView(
    6, ObjectName("hookwire", "public", "latest"), "SELECT 1", (Column("n", INT8),), frozenset({3})
)
VIEW = View(
    Catalog.of(
        (
            PUBLIC, Schema(2, "hookwire", "shop"), EVENTS, ODD, LATEST,
            Role(8, "ann"), Role(9, "bob"),
        ),
        next_id=10,
    ),
    PlainObjects((PlainTable("public", "lookup", (PlainColumn("k", INT4, nullable=False),)),)),
    public_url="https://hooks.example.com",
    statistics={3: Total(7, 700, 1_700_000_000_000_000)},
    sessions=(
        SessionState(1, "ann", "hookwire", "127.0.0.1:5", "psql", "active", "SELECT 1", 10, 20, 8),
        SessionState(2, "bob", "hookwire", "", "", "idle", "", 30, role=9),
    ),
    session_id=2,
)


def rows(schema: str, name: str, view: View = VIEW) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = registry.RELATIONS[schema, name].build(view).to_pylist()
    return found


def picked(found: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in found]


def test_the_seeds_question() -> None:
    """SELECT count(*) FROM mz_sources WHERE type = 'webhook', with the name as it stands."""
    relation = registry.find(None, "mz_sources")
    assert relation is not None
    assert [row["type"] for row in relation.build(VIEW).to_pylist()] == ["webhook", "webhook"]


def test_ids_are_materializes_and_join() -> None:
    sources = rows("mz_catalog", "mz_sources")
    assert picked(sources, "id", "name", "schema_id", "cluster_id") == [
        ("u3", "events", "u1", "c1"),
        ("u5", "a/b ü", "u2", None),
    ]
    schemas = {row["id"]: row["name"] for row in rows("mz_catalog", "mz_schemas")}
    assert [schemas[row["schema_id"]] for row in sources] == ["public", "shop"]
    assert picked(rows("mz_catalog", "mz_views"), "id", "name", "definition") == [
        ("u6", "latest", "SELECT 1")
    ]
    columns = rows("mz_catalog", "mz_columns")
    assert picked([c for c in columns if c["id"] == "u3"], "name", "position", "type") == [
        ("body", 1, "jsonb"),
        ("headers", 2, "hstore"),
        ("received_at", 3, "timestamp with time zone"),
    ]
    objects = {(row["name"], row["type"]) for row in rows("mz_catalog", "mz_objects")}
    assert objects == {
        ("events", "source"), ("a/b ü", "source"), ("latest", "view"), ("lookup", "table"),
    }  # fmt: skip


def test_urls_can_be_posted_to() -> None:
    assert picked(rows("mz_internal", "mz_webhook_sources"), "id", "url") == [
        ("u3", "https://hooks.example.com/api/webhook/hookwire/public/events"),
        ("u5", "https://hooks.example.com/api/webhook/hookwire/shop/a%2Fb%20%C3%BC"),
    ]


def test_webhook_sources_show_effective_limits() -> None:
    found = rows("hookwire", "webhook_sources")
    assert picked(found, "name", "max_body_bytes", "max_rows_per_request") == [
        ("events", 99, 10000),
        ("a/b ü", 16384, 10000),
    ]
    assert picked(found, "response_status", "response_body") == [(202, "ok"), (200, "")]
    changed = dataclasses.replace(VIEW, settings={"webhook_max_body_bytes": "2048"})
    found = rows("hookwire", "webhook_sources", changed)
    assert picked(found, "max_body_bytes") == [(99,), (2048,)]


def test_webhook_sources_show_what_holds_of_options_recipe_and_settings() -> None:
    github = dataclasses.replace(
        EVENTS,
        options=SourceOptions(max_requests_per_second=5, allow_ips=("::1",), block_ips=()),
        validation=RecipeClause("GITHUB"),
        paused=True,
    )
    settings = {"webhook_block_ips": "10.0.0.0/8, ::2", "webhook_on_reject": "drop",
                "webhook_burst": "9", "webhook_response_status": "202"}  # fmt: skip
    catalog = VIEW.catalog.changed(replaced=[(EVENTS, github)])
    view = dataclasses.replace(VIEW, catalog=catalog, settings=settings)
    found = rows("hookwire", "webhook_sources", view)
    assert picked(found, "recipe", "paused", "max_requests_per_second", "burst") == [
        ("GITHUB", True, 5, 9), (None, False, None, None),
    ]  # fmt: skip
    assert picked(found, "allow_ips", "block_ips", "on_reject", "response_status") == [
        (["::1"], [], "drop", 202), ([], ["10.0.0.0/8", "::2"], "drop", 202),
    ]  # fmt: skip
    github_s, plain = picked(found, "max_body_bytes")
    assert github_s > plain == (16384,)


def test_webhook_sources_show_what_has_come_in() -> None:
    found = rows("hookwire", "webhook_sources")
    received = datetime.fromtimestamp(1_700_000_000, UTC)
    assert picked(found, "rows", "bytes", "last_received_at") == [
        (7, 700, received),
        (0, 0, None),
    ]
    assert picked(found, "external_url", "format", "comment", "recipe", "paused")[0] == (
        "https://hooks.example.com/api/webhook/abc", "JSON", "from GitHub", None, False,
    )  # fmt: skip
    assert picked(rows("hookwire", "webhook_statistics"), "name", "rows", "bytes") == [
        ("events", 7, 700),
        ("a/b ü", 0, 0),
    ]
    assert picked(rows("mz_internal", "mz_source_statistics"), "id", "updates_committed") == [
        ("u3", 7),
        ("u5", 0),
    ]


def test_comments() -> None:
    assert picked(rows("mz_internal", "mz_comments"), "id", "object_sub_id", "comment") == [
        ("u3", None, "from GitHub"),
        ("u3", 1, "as sent"),
    ]


def test_relations_of_ours_say_what_is_in_them() -> None:
    said = {
        (row["objoid"], row["objsubid"]): row["description"]
        for row in rows("pg_catalog", "pg_description")
    }
    for name in ("webhook_rejections", "webhook_rejection_verdicts", "webhook_statistics"):
        relation = registry.RELATIONS["hookwire", name]
        assert all(said[relation.oid, n] for n in range(len(relation.columns) + 1))
    for full, columns in comments().items():
        schema, _, name = full.partition(".")
        found = {column.name for column in registry.RELATIONS[schema, name].columns}
        assert columns.keys() <= {None, *found}


def test_messages_count_refused_requests_too() -> None:
    counts = {3: SourceCounts(accepted=2, rejected={"STALE_TIMESTAMP": 3, "RATE_LIMITED": 4})}
    found = rows("mz_internal", "mz_source_statistics", dataclasses.replace(VIEW, counts=counts))
    assert picked(found, "id", "messages_received", "bytes_received", "updates_staged") == [
        ("u3", 9, 700, 7),
        ("u5", 0, 0, 0),
    ]


def test_sessions_and_which_one_asks() -> None:
    assert picked(rows("hookwire", "sessions"), "id", "user", "state", "current") == [
        (1, "ann", "active", False),
        (2, "bob", "idle", True),
    ]


def test_activity_tells_addresses_as_postgres_does() -> None:
    found = rows("pg_catalog", "pg_stat_activity")
    assert picked(found, "pid", "usename", "client_addr", "client_port", "state") == [
        (1, "ann", "127.0.0.1", 5, "active"),
        (2, "bob", None, -1, "idle"),
    ]
    by_oid = {row["oid"]: row["rolname"] for row in rows("pg_catalog", "pg_roles")}
    assert [by_oid[row["usesysid"]] for row in found] == ["ann", "bob"]


def test_settings_show_every_declared_one_with_its_value() -> None:
    view = dataclasses.replace(VIEW, settings={"statement_timeout": "5s", "TimeZone": "Asia/Tokyo"})
    found = {row["name"]: row for row in rows("hookwire", "settings", view)}
    assert set(found) == {*SESSION_SETTINGS, *SYSTEM_SETTINGS}
    assert found["TimeZone"]["setting"] == "Asia/Tokyo"
    assert found["webhook_queue_bytes"]["scope"] == "system"
    pg = {row["name"]: row for row in rows("pg_catalog", "pg_settings", view)}
    assert set(pg) == set(found)
    assert (pg["statement_timeout"]["setting"], pg["statement_timeout"]["unit"]) == ("5000", "ms")
    assert (pg["statement_timeout"]["source"], pg["lock_timeout"]["source"]) == (
        "session", "default",
    )  # fmt: skip
    assert pg["server_version"]["context"] == "internal"


def test_pg_settings_tell_what_alter_system_has_set() -> None:
    view = dataclasses.replace(VIEW, settings={"webhook_max_body_bytes": "5"})
    pg = {row["name"]: row for row in rows("pg_catalog", "pg_settings", view)}
    columns = ("setting", "source", "boot_val", "reset_val", "context", "unit")
    assert [pg["webhook_max_body_bytes"][c] for c in columns] == [
        "5", "configuration file", "16384", "5", "sighup", "B",
    ]  # fmt: skip
    assert pg["webhook_queue_bytes"]["source"] == "default"


@pytest.mark.parametrize("name", ["pg_roles", "pg_authid", "pg_user", "pg_shadow"])
def test_no_relation_shows_a_password(name: str) -> None:
    for row in rows("pg_catalog", name):
        assert {row.get("rolpassword"), row.get("passwd")} <= {None, "********"}


def test_a_source_is_a_table_and_a_view_is_a_view() -> None:
    classes = {
        row["relname"]: row["relkind"]
        for row in rows("pg_catalog", "pg_class")
        if row["oid"] >= 20000
    }
    assert classes == {"events": "r", "a/b ü": "r", "latest": "v", "lookup": "r"}
    tables = {
        row["table_name"]: (row["table_type"], row["is_insertable_into"])
        for row in rows("information_schema", "tables")
        if row["table_schema"] in ("public", "shop")
    }
    assert tables == {
        "events": ("BASE TABLE", "NO"),
        "a/b ü": ("BASE TABLE", "NO"),
        "latest": ("VIEW", "NO"),
        "lookup": ("BASE TABLE", "YES"),
    }


def test_comments_of_sources_and_columns_are_descriptions() -> None:
    found = rows("pg_catalog", "pg_description")
    mine = [row for row in found if row["objoid"] == 20003]
    assert picked(mine, "objsubid", "description") == [(0, "from GitHub"), (1, "as sent")]


def test_a_schemas_comment_replaces_the_built_in_one() -> None:
    catalog = Catalog.of((dataclasses.replace(PUBLIC, comment="ours"),), next_id=2)
    found = [
        row["description"]
        for row in rows("pg_catalog", "pg_description", View(catalog))
        if (row["objoid"], row["classoid"]) == (2200, 2615)
    ]
    assert found == ["ours"]


def test_views_depend_on_what_they_read() -> None:
    rules = {row["oid"]: row["ev_class"] for row in rows("pg_catalog", "pg_rewrite")}
    read = [
        (rules[row["objid"]], row["refobjid"])
        for row in rows("pg_catalog", "pg_depend")
        if row["classid"] == 2618 and row["deptype"] == "n"
    ]
    assert read == [(20006, 20003)]
    assert picked(rows("information_schema", "view_table_usage"), "view_name", "table_name") == [
        ("latest", "events")
    ]
