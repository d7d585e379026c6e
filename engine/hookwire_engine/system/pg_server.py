"""What a server has beside relations and types: schemas, databases, roles, settings, activity."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

import pyarrow as pa

from hookwire_catalog import names, settings
from hookwire_catalog.masking import masked
from hookwire_catalog.rights import Rights
from hookwire_catalog.roles import READ_ALL_STATS
from hookwire_catalog.setting_values import Setting, Type
from hookwire_engine.system import oids
from hookwire_engine.system.builders import PG, Builders, model_of, table
from hookwire_engine.system.rights import role_oid, texts
from hookwire_engine.system.values import Depends, SessionState, View

server = Builders(PG)


@server.relation("pg_namespace", Depends.CATALOG)
def pg_namespace(view: View) -> pa.Table:
    found = list(model_of(view).namespaces.values())
    return table(
        PG, "pg_namespace", len(found),
        oid=[n.oid for n in found],
        nspname=[n.name for n in found],
        nspowner=[oids.OWNER if n.schema is None else role_oid(view.catalog, n.schema.owner)
                  for n in found],
        nspacl=[None if n.schema is None else texts(view.catalog, n.schema.acl) for n in found],
    )  # fmt: skip


@server.relation("pg_database", Depends.CATALOG)
def pg_database(view: View) -> pa.Table:
    return table(
        PG, "pg_database", 1,
        oid=oids.DATABASE,
        datname=names.DEFAULT_DATABASE,
        datdba=role_oid(view.catalog, view.catalog.database.owner),
        encoding=6,
        datlocprovider="c",
        datistemplate=False,
        datallowconn=True,
        datconnlimit=-1,
        datfrozenxid=0,
        datminmxid=0,
        dattablespace=1663,
        datcollate="C.UTF-8",
        datctype="C.UTF-8",
        datacl=[texts(view.catalog, view.catalog.database.acl)],
    )  # fmt: skip


# Settings.


@server.relation("pg_settings", Depends.LIVE)
def pg_settings(view: View) -> pa.Table:
    found = [
        (s, value, scope)
        for scope, declared in (
            ("session", settings.SESSION_SETTINGS),
            ("system", settings.SYSTEM_SETTINGS),
        )
        for s, value in current(declared, view.settings)
    ]
    found.sort(key=lambda row: row[0].name.lower())
    return table(
        PG, "pg_settings", len(found),
        name=[s.name for s, *_ in found],
        setting=[_number(s, value) for s, value, _ in found],
        unit=[s.unit.value or None for s, *_ in found],
        category=["Webhooks" if scope == "system" else _category(s) for s, _, scope in found],
        short_desc=[s.help for s, *_ in found],
        context=[_context(s, scope) for s, _, scope in found],
        vartype=[s.type.vartype for s, *_ in found],
        source=[_source(s, value, scope) for s, value, scope in found],
        min_val=[str(s.minimum) if s.type is Type.INT else None for s, *_ in found],
        max_val=[str(s.maximum) if s.type is Type.INT else None for s, *_ in found],
        enumvals=[list(s.allowed) or None for s, *_ in found],
        boot_val=[_number(s, s.default) for s, *_ in found],
        reset_val=[
            _number(s, value if scope == "system" else s.default) for s, value, scope in found
        ],
        pending_restart=False,
    )  # fmt: skip


def current(
    declared: Mapping[str, Setting], values: Mapping[str, str]
) -> list[tuple[Setting, str]]:
    """Every declared setting with its value."""
    return [(s, values.get(name, s.default)) for name, s in declared.items()]


def _number(setting: Setting, text: str) -> str:
    """A value as pg_settings shows it: a number in the setting's unit."""
    return str(settings.amount(setting.name, text)) if setting.type is Type.INT else text


def _category(setting: Setting) -> str:
    return "Preset Options" if setting.read_only else "Client Connection Defaults"


def _source(setting: Setting, value: str, scope: str) -> str:
    """ALTER SYSTEM is told from SET as PostgreSQL does it, which has a file for the former."""
    if value == setting.default:
        return "default"
    return "configuration file" if scope == "system" else "session"


def _context(setting: Setting, scope: str) -> str:
    if setting.read_only:
        return "internal"
    return "sighup" if scope == "system" else "user"


# Activity.


def shown_query(session: SessionState, rights: Rights) -> str:
    """Other roles' statements are for who has their privileges or pg_read_all_stats."""
    may = rights.is_in(session.role, READ_ALL_STATS)
    return session.query if may else "<insufficient privilege>"


@server.relation("pg_stat_activity", Depends.LIVE)
def pg_stat_activity(view: View) -> pa.Table:
    found = list(view.sessions)
    rights = view.catalog.rights(view.role)
    return table(
        PG, "pg_stat_activity", len(found),
        datid=oids.DATABASE,
        datname=[s.database for s in found],
        pid=[s.id for s in found],
        usesysid=[role_oid(view.catalog, s.role) for s in found],
        usename=[s.user for s in found],
        application_name=[s.application_name for s in found],
        client_addr=[_address(s.peer) for s in found],
        client_port=[_port(s.peer) for s in found],
        backend_start=[s.started_us for s in found],
        query_start=[s.query_started_us for s in found],
        state_change=[s.query_started_us for s in found],
        state=[s.state for s in found],
        query=[shown_query(s, rights) for s in found],
        backend_type="client backend",
    )  # fmt: skip


@server.relation("pg_stat_ssl", Depends.LIVE)
def pg_stat_ssl(view: View) -> pa.Table:
    """Of other roles' sessions only for who may see all of them."""
    rights = view.catalog.rights(view.role)
    found = [s for s in view.sessions if rights.is_in(s.role, READ_ALL_STATS)]
    told = [s.encryption for s in found]
    return table(
        PG, "pg_stat_ssl", len(found),
        pid=[s.id for s in found],
        ssl=[e is not None for e in told],
        version=[e and e.version for e in told],
        cipher=[e and e.cipher for e in told],
        bits=[e and e.bits for e in told],
        client_dn=[e and e.client_dn for e in told],
        client_serial=[e and e.client_serial for e in told],
        issuer_dn=[e and e.issuer_dn for e in told],
    )  # fmt: skip


@server.relation("pg_hba_file_rules", Depends.LIVE)
def pg_hba_file_rules(view: View) -> pa.Table:
    found = list(view.hba_rules)
    return table(
        PG, "pg_hba_file_rules", len(found),
        rule_number=list(range(1, len(found) + 1)),
        file_name=[r.file for r in found],
        line_number=[r.line for r in found],
        type=[r.type for r in found],
        database=[r.databases for r in found],
        user_name=[r.users for r in found],
        address=[r.address for r in found],
        netmask=[r.netmask for r in found],
        auth_method=[r.method for r in found],
        options=[r.options or None for r in found],
    )  # fmt: skip


def _address(peer: str) -> str | None:
    """The address of `host:port`; None for a Unix socket."""
    host = peer.rpartition(":")[0].strip("[]")
    return host or None


def _port(peer: str) -> int:
    port = peer.rpartition(":")[2]
    return int(port) if port.isdigit() else -1


@server.relation("pg_stat_database", Depends.LIVE)
def pg_stat_database(view: View) -> pa.Table:
    return table(
        PG, "pg_stat_database", 1,
        datid=oids.DATABASE,
        datname=names.DEFAULT_DATABASE,
        numbackends=len(view.sessions),
        xact_commit=0, xact_rollback=0, blks_read=0, blks_hit=0, tup_returned=0, tup_fetched=0,
        tup_inserted=0, tup_updated=0, tup_deleted=0, conflicts=0, temp_files=0, temp_bytes=0,
        deadlocks=0, blk_read_time=0.0, blk_write_time=0.0, sessions=len(view.sessions),
    )  # fmt: skip


def _table_statistics(view: View, name: str) -> pa.Table:
    found = [r for r in model_of(view).relations if r.kind == "r"]
    live = [_live_rows(view, r.object, r.rows) for r in found]
    return table(
        PG, name, len(found),
        relid=[r.oid for r in found],
        schemaname=[r.namespace.name for r in found],
        relname=[r.name for r in found],
        seq_scan=0, seq_tup_read=0, n_tup_ins=live, n_tup_upd=0, n_tup_del=0, n_tup_hot_upd=0,
        n_tup_newpage_upd=0, n_live_tup=live, n_dead_tup=0, n_mod_since_analyze=0,
        n_ins_since_vacuum=0, vacuum_count=0, autovacuum_count=0, analyze_count=0,
        autoanalyze_count=0,
    )  # fmt: skip


def _live_rows(view: View, thing: object, rows: int) -> int:
    statistics = view.statistics.get(getattr(thing, "id", 0))
    return max(rows, 0) if statistics is None else statistics.rows


@server.relation("pg_stat_all_tables", Depends.LIVE)
def pg_stat_all_tables(view: View) -> pa.Table:
    return _table_statistics(view, "pg_stat_all_tables")


@server.relation("pg_stat_user_tables", Depends.LIVE)
def pg_stat_user_tables(view: View) -> pa.Table:
    return _table_statistics(view, "pg_stat_user_tables")


@server.relation("pg_prepared_statements", Depends.LIVE)
def pg_prepared_statements(view: View) -> pa.Table:
    found = list(view.prepared)
    return table(
        PG, "pg_prepared_statements", len(found),
        name=[p.name for p in found],
        statement=[masked(p.statement) for p in found],
        prepare_time=[p.prepared_us for p in found],
        parameter_types=[[t.oid for t in p.parameters] for p in found],
        result_types=[None if p.columns is None else [t.oid for t in p.columns] for p in found],
        from_sql=[p.from_sql for p in found],
        generic_plans=0,
        custom_plans=0,
    )  # fmt: skip


@server.relation("pg_cursors", Depends.LIVE)
def pg_cursors(view: View) -> pa.Table:
    found = list(view.cursors)
    return table(
        PG, "pg_cursors", len(found),
        name=[c.name for c in found],
        statement=[c.statement for c in found],
        is_holdable=[c.holdable for c in found],
        is_binary=[c.binary for c in found],
        is_scrollable=[c.scrollable for c in found],
        creation_time=[c.created_us for c in found],
    )  # fmt: skip


# What never changes.


@server.relation("pg_extension", Depends.STATIC)
def pg_extension(view: View) -> pa.Table:
    return table(
        PG, "pg_extension", 2,
        oid=[13559, 16387],
        extname=["plpgsql", "hstore"],
        extowner=oids.OWNER,
        extnamespace=[oids.PG_CATALOG, oids.PUBLIC],
        extrelocatable=[False, True],
        extversion=["1.0", "1.8"],
    )  # fmt: skip


@server.relation("pg_available_extensions", Depends.STATIC)
def pg_available_extensions(view: View) -> pa.Table:
    return table(
        PG, "pg_available_extensions", 2,
        name=["hstore", "plpgsql"],
        default_version=["1.8", "1.0"],
        installed_version=["1.8", "1.0"],
        comment=[
            "data type for storing sets of (key, value) pairs",
            "PL/pgSQL procedural language",
        ],
    )  # fmt: skip


@server.relation("pg_shdescription", Depends.STATIC)
def pg_shdescription(view: View) -> pa.Table:
    return table(PG, "pg_shdescription", 0)


@server.relation("pg_timezone_names", Depends.LIVE)
def pg_timezone_names(view: View) -> pa.Table:
    now = datetime.now(UTC)
    zones = [(name, now.astimezone(zoneinfo.ZoneInfo(name))) for name in _zone_names()]
    return table(
        PG, "pg_timezone_names", len(zones),
        name=[name for name, _ in zones],
        abbrev=[at.tzname() for _, at in zones],
        utc_offset=[_interval(at.utcoffset()) for _, at in zones],
        is_dst=[bool(at.dst()) for _, at in zones],
    )  # fmt: skip


@cache
def _zone_names() -> tuple[str, ...]:
    return tuple(sorted(zoneinfo.available_timezones()))


def _interval(offset: timedelta | None) -> tuple[int, int, int]:
    """Months, days and nanoseconds, as Arrow keeps an interval."""
    seconds = 0 if offset is None else int(offset.total_seconds())
    return 0, 0, seconds * 1_000_000_000
