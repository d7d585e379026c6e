"""Relations of ours: Materialize's mz_catalog and mz_internal as far as it means something here,
and hookwire."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from hookwire_catalog import names, settings
from hookwire_catalog.objects import RecipeClause, WebhookSource
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.printer import create_source_sql, create_view_sql
from hookwire_catalog.setting_values import Type
from hookwire_engine.append.effective import effective
from hookwire_engine.append.ledger import NO_SOURCE, SourceCounts
from hookwire_engine.append.replay import verdicts
from hookwire_engine.append.system import IntakeDefaults, limits_of
from hookwire_engine.system import oids
from hookwire_engine.system.builders import Builders, model_of, table
from hookwire_engine.system.model import Namespace, Relation
from hookwire_engine.system.pg_server import current, shown_query
from hookwire_engine.system.values import Depends, PlainTable, View

MZ, MZ_INTERNAL, HOOKWIRE = "mz_catalog", "mz_internal", "hookwire"
mz_catalog = Builders(MZ)
mz_internal = Builders(MZ_INTERNAL)
hookwire = Builders(HOOKWIRE)

NO_REQUESTS = SourceCounts()
THROTTLES = ("RATE_LIMITED", "OVERLOADED")

OWNER_ID = "u1"
DATABASE_ID = "u1"


def sources(view: View) -> list[tuple[Relation, WebhookSource]]:
    found = model_of(view).relations
    return [(r, r.object) for r in found if isinstance(r.object, WebhookSource)]


def _views(view: View) -> list[tuple[Relation, UserView]]:
    found = model_of(view).relations
    return [(r, r.object) for r in found if isinstance(r.object, UserView) and r.kind == "v"]


def object_id(relation: Relation) -> str:
    """u<n>; a plain table, which has no GlobalId, is known by its OID."""
    thing = relation.object
    number = thing.id if isinstance(thing, (WebhookSource, UserView)) else relation.oid
    return names.format_global_id(number)


def schema_id(namespace: Namespace) -> str:
    if namespace.schema is None:
        return f"s{namespace.oid}"
    return names.format_global_id(namespace.schema.id)


@mz_catalog.relation("mz_databases", Depends.STATIC)
def mz_databases(view: View) -> pa.Table:
    return table(
        MZ, "mz_databases", 1,
        id=DATABASE_ID, oid=oids.DATABASE, name=names.DEFAULT_DATABASE, owner_id=OWNER_ID,
    )  # fmt: skip


@mz_catalog.relation("mz_schemas", Depends.CATALOG)
def mz_schemas(view: View) -> pa.Table:
    found = list(model_of(view).namespaces.values())
    return table(
        MZ, "mz_schemas", len(found),
        id=[schema_id(n) for n in found],
        oid=[n.oid for n in found],
        database_id=[None if n.schema is None else DATABASE_ID for n in found],
        name=[n.name for n in found],
        owner_id=OWNER_ID,
    )  # fmt: skip


def _heads(found: Sequence[Relation]) -> dict[str, Any]:
    return {
        "id": [object_id(r) for r in found],
        "oid": [r.oid for r in found],
        "schema_id": [schema_id(r.namespace) for r in found],
        "name": [r.name for r in found],
        "owner_id": OWNER_ID,
    }


@mz_catalog.relation("mz_sources", Depends.CATALOG)
def mz_sources(view: View) -> pa.Table:
    found = sources(view)
    return table(
        MZ, "mz_sources", len(found),
        type="webhook",
        cluster_id=[s.cluster for _, s in found],
        create_sql=[create_source_sql(s, view.catalog.secrets) for _, s in found],
        **_heads([r for r, _ in found]),
    )  # fmt: skip


@mz_catalog.relation("mz_views", Depends.CATALOG)
def mz_views(view: View) -> pa.Table:
    found = _views(view)
    return table(
        MZ, "mz_views", len(found),
        definition=[v.query for _, v in found],
        create_sql=[create_view_sql(v) for _, v in found],
        **_heads([r for r, _ in found]),
    )  # fmt: skip


@mz_catalog.relation("mz_tables", Depends.CATALOG)
def mz_tables(view: View) -> pa.Table:
    found = [r for r in model_of(view).relations if isinstance(r.object, PlainTable)]
    return table(MZ, "mz_tables", len(found), **_heads(found))


_KINDS = {"v": "view", "m": "materialized-view", "r": "table", "i": "index", "S": "sequence"}


def _kind(relation: Relation) -> str:
    if isinstance(relation.object, WebhookSource):
        return "source"
    return _KINDS[relation.kind]


def _objects(view: View, name: str, kinds: str) -> pa.Table:
    found = [r for r in model_of(view).relations if r.kind in kinds]
    clusters = [r.object.cluster if isinstance(r.object, WebhookSource) else None for r in found]
    return table(
        MZ, name, len(found),
        type=[_kind(r) for r in found], cluster_id=clusters, **_heads(found),
    )  # fmt: skip


@mz_catalog.relation("mz_objects", Depends.CATALOG)
def mz_objects(view: View) -> pa.Table:
    return _objects(view, "mz_objects", "rvmiS")


@mz_catalog.relation("mz_relations", Depends.CATALOG)
def mz_relations(view: View) -> pa.Table:
    return _objects(view, "mz_relations", "rvm")


@mz_catalog.relation("mz_columns", Depends.CATALOG)
def mz_columns(view: View) -> pa.Table:
    found = [
        (object_id(r), n, a)
        for r in model_of(view).relations
        if r.kind in "rvm"
        for n, a in enumerate(r.attributes, 1)
    ]
    return table(
        MZ, "mz_columns", len(found),
        id=[i for i, _, _ in found],
        name=[a.name for _, _, a in found],
        position=[n for _, n, _ in found],
        nullable=[a.nullable for _, _, a in found],
        type=[a.type.display for _, _, a in found],
        default=[a.default for _, _, a in found],
        type_oid=[a.type.oid for _, _, a in found],
        type_mod=[a.typmod for _, _, a in found],
    )  # fmt: skip


# mz_internal.


def _url(view: View, source: WebhookSource) -> str:
    return view.public_url + names.webhook_path(source.name)


def _external_url(view: View, source: WebhookSource) -> str:
    return f"{view.public_url}/api/webhook/{source.external_id}"


@mz_internal.relation("mz_webhook_sources", Depends.LIVE)
def mz_webhook_sources(view: View) -> pa.Table:
    found = sources(view)
    return table(
        MZ_INTERNAL, "mz_webhook_sources", len(found),
        id=[object_id(r) for r, _ in found],
        name=[r.name for r, _ in found],
        url=[_url(view, s) for _, s in found],
    )  # fmt: skip


def _counts(view: View, found: Iterable[WebhookSource]) -> list[tuple[int, int, int | None]]:
    """Rows, bytes and time of the last receipt."""
    counts = []
    for source in found:
        known = view.statistics.get(source.id)
        counts.append((0, 0, None) if known is None
                      else (known.rows, known.bytes, known.last_received_us))  # fmt: skip
    return counts


@mz_internal.relation("mz_source_statistics", Depends.LIVE)
def mz_source_statistics(view: View) -> pa.Table:
    """Messages count from the start of the server, refused ones too; the rest is what is stored."""
    found = sources(view)
    counts = _counts(view, (s for _, s in found))
    became = [view.counts.get(s.id, NO_REQUESTS) for _, s in found]
    return table(
        MZ_INTERNAL, "mz_source_statistics", len(found),
        id=[object_id(r) for r, _ in found],
        messages_received=[b.accepted + sum(b.rejected.values()) for b in became],
        bytes_received=[size for _, size, _ in counts],
        updates_staged=[rows for rows, _, _ in counts],
        updates_committed=[rows for rows, _, _ in counts],
    )  # fmt: skip


@mz_internal.relation("mz_source_statuses", Depends.CATALOG)
def mz_source_statuses(view: View) -> pa.Table:
    found = sources(view)
    return table(
        MZ_INTERNAL, "mz_source_statuses", len(found),
        id=[object_id(r) for r, _ in found],
        name=[r.name for r, _ in found],
        type="webhook",
        status="running",
    )  # fmt: skip


@mz_internal.relation("mz_comments", Depends.CATALOG)
def mz_comments(view: View) -> pa.Table:
    rows: list[tuple[str, str, int | None, str]] = []
    for r in model_of(view).relations:
        if r.comment is not None:
            rows.append((object_id(r), _kind(r), None, r.comment))
        rows += [
            (object_id(r), _kind(r), n, a.comment)
            for n, a in enumerate(r.attributes, 1)
            if a.comment is not None
        ]
    return table(
        MZ_INTERNAL, "mz_comments", len(rows),
        id=[row[0] for row in rows],
        object_type=[row[1] for row in rows],
        object_sub_id=[row[2] for row in rows],
        comment=[row[3] for row in rows],
    )  # fmt: skip


# hookwire.


def _defaults(view: View) -> IntakeDefaults:
    return limits_of(settings.system_defaults() | dict(view.settings)).defaults


def _recipe(source: WebhookSource) -> str | None:
    return source.validation.recipe if isinstance(source.validation, RecipeClause) else None


@hookwire.relation("webhook_sources", Depends.LIVE)
def webhook_sources(view: View) -> pa.Table:
    found = sources(view)
    counts = _counts(view, (s for _, s in found))
    defaults = _defaults(view)
    limits = [effective(s, defaults) for _, s in found]
    return table(
        HOOKWIRE, "webhook_sources", len(found),
        id=[object_id(r) for r, _ in found],
        schema_name=[r.namespace.name for r, _ in found],
        name=[r.name for r, _ in found],
        url=[_url(view, s) for _, s in found],
        external_url=[_external_url(view, s) for _, s in found],
        external_id=[s.external_id for _, s in found],
        format=[s.body_format.value for _, s in found],
        recipe=[_recipe(s) for _, s in found],
        max_body_bytes=[e.max_body_bytes for e in limits],
        max_requests_per_second=[None if e.rate is None else int(e.rate[0]) for e in limits],
        burst=[None if e.rate is None else int(e.rate[1]) for e in limits],
        max_rows_per_request=[e.max_rows for e in limits],
        allow_ips=[list(e.allow_ips) for e in limits],
        block_ips=[list(e.block_ips) for e in limits],
        on_reject=[e.on_reject for e in limits],
        response_status=[e.success.status for e in limits],
        response_body=[e.success.body.decode() for e in limits],
        paused=[s.paused for _, s in found],
        rows=[rows for rows, _, _ in counts],
        bytes=[size for _, size, _ in counts],
        last_received_at=[last for _, _, last in counts],
        comment=[s.comment for _, s in found],
        create_sql=[create_source_sql(s, view.catalog.secrets) for _, s in found],
    )  # fmt: skip


@hookwire.relation("webhook_statistics", Depends.LIVE)
def webhook_statistics(view: View) -> pa.Table:
    found = sources(view)
    counts = _counts(view, (s for _, s in found))
    became = [view.counts.get(s.id, NO_REQUESTS) for _, s in found]
    return table(
        HOOKWIRE, "webhook_statistics", len(found),
        accepted=[b.accepted for b in became],
        rejected=[sum(b.rejected.values()) for b in became],
        rejected_by_cause=[json.dumps(dict(b.rejected)) for b in became],
        throttled=[sum(b.rejected.get(c, 0) for c in THROTTLES) for b in became],
        p50_seconds=[b.p50 for b in became],
        p99_seconds=[b.p99 for b in became],
        id=[object_id(r) for r, _ in found],
        schema_name=[r.namespace.name for r, _ in found],
        name=[r.name for r, _ in found],
        rows=[rows for rows, _, _ in counts],
        bytes=[size for _, size, _ in counts],
        last_received_at=[last for _, _, last in counts],
    )  # fmt: skip


@hookwire.relation("webhook_rejections", Depends.LIVE)
def webhook_rejections(view: View) -> pa.Table:
    known = {s.id: r for r, s in sources(view)}
    found = [] if view.ledger is None else view.ledger.rejections()
    found = [row for row in found if row.source_id in known or row.source_id == NO_SOURCE]
    refused = [known.get(row.source_id) for row in found]
    return table(
        HOOKWIRE, "webhook_rejections", len(found),
        id=[row.id for row in found],
        source_id=[None if r is None else object_id(r) for r in refused],
        schema_name=[None if r is None else r.namespace.name for r in refused],
        source=[None if r is None else r.name for r in refused],
        received_at=[row.received_at_us for row in found],
        cause=[row.cause for row in found],
        status=[row.status for row in found],
        method=[row.method for row in found],
        path=[row.path for row in found],
        query=[row.query for row in found],
        headers=[json.dumps(dict(row.headers)) for row in found],
        body=[row.body for row in found],
        remote_address=[row.remote_address for row in found],
    )  # fmt: skip


@hookwire.relation("webhook_rejection_verdicts", Depends.LIVE)
def webhook_rejection_verdicts(view: View) -> pa.Table:
    known = {s.id: r for r, s in sources(view)}
    judged = [] if view.ledger is None else verdicts(view.ledger, time.monotonic)
    found = [v for v in judged if v.source_id in known]
    relations = [known[v.source_id] for v in found]
    responses = [v.response for v in found]
    return table(
        HOOKWIRE, "webhook_rejection_verdicts", len(found),
        id=[v.id for v in found],
        source_id=[object_id(r) for r in relations],
        schema_name=[r.namespace.name for r in relations],
        source=[r.name for r in relations],
        outcome=[v.outcome for v in found],
        status=[r and r.status for r in responses],
        cause=[v.cause for v in found],
        response_body=[r and r.body for r in responses],
        response_headers=[r and json.dumps(dict(r.headers)) for r in responses],
    )  # fmt: skip


@hookwire.relation("settings", Depends.LIVE)
def hookwire_settings(view: View) -> pa.Table:
    found = [
        (s, value, scope)
        for scope, declared in (
            ("system", settings.SYSTEM_SETTINGS),
            ("session", settings.SESSION_SETTINGS),
        )
        for s, value in current(declared, view.settings)
    ]
    bounded = [s.type is Type.INT for s, *_ in found]
    return table(
        HOOKWIRE, "settings", len(found),
        name=[s.name for s, *_ in found],
        setting=[value for _, value, _ in found],
        unit=[s.unit.value or None for s, *_ in found],
        type=[s.type.vartype for s, *_ in found],
        scope=[scope for *_, scope in found],
        default=[s.default for s, *_ in found],
        minimum=[str(s.minimum) if b else None for (s, *_), b in zip(found, bounded, strict=True)],
        maximum=[str(s.maximum) if b else None for (s, *_), b in zip(found, bounded, strict=True)],
        allowed=[list(s.allowed) or None for s, *_ in found],
        read_only=[s.read_only for s, *_ in found],
        description=[s.help for s, *_ in found],
    )  # fmt: skip


@hookwire.relation("sessions", Depends.LIVE)
def hookwire_sessions(view: View) -> pa.Table:
    found = list(view.sessions)
    rights = view.catalog.rights(view.role)
    return table(
        HOOKWIRE, "sessions", len(found),
        id=[s.id for s in found],
        user=[s.user for s in found],
        database=[s.database for s in found],
        client_address=[s.peer for s in found],
        application_name=[s.application_name for s in found],
        state=[s.state for s in found],
        query=[shown_query(s, rights) for s in found],
        started_at=[s.started_us for s in found],
        query_started_at=[s.query_started_us for s in found],
        current=[s.id == view.session_id for s in found],
    )  # fmt: skip
