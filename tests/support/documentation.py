"""The pages of docs/reference that are made from what the program declares.

`make docs` writes them; tests/test_docs.py fails when one is stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry

from hookwire.app import App
from hookwire.config import SETTINGS, Config
from hookwire_catalog import settings, types
from hookwire_catalog.setting_values import Setting, Type
from hookwire_catalog.types import Column
from hookwire_engine.append.recipes import pages as recipes
from hookwire_engine.metrics import EngineMetrics, StorageBytes
from hookwire_engine.system import registry
from hookwire_engine.system.system_model import comments
from hookwire_http.metrics import HttpMetrics
from hookwire_http.outcomes import Outcome
from hookwire_pgwire.metrics import KINDS, SqlMetrics

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
MADE = "<!-- Made by `make docs`; change what it is made from. -->"


def _page(title: str, *blocks: str) -> str:
    return "\n\n".join((f"# {title}", MADE, *blocks)) + "\n"


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heading), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def configuration() -> str:
    rows = (
        (
            "" if s.secret else _code(s.flag),
            _code(s.variable),
            _code(s.name),
            f"{_code(s.default)} {s.unit}",
            s.help,
        )
        for s in SETTINGS
    )
    return _page(
        "Configuration",
        "What `hookwire serve` is told at its start. A flag beats the environment, which beats the"
        " file, which beats the default. An empty variable counts as not set.",
        "The file is `hookwire.toml` in the working directory, or the one that `--config` or"
        " `HOOKWIRE_CONFIG` names. It has one `key = value` a line (TOML, no sections); a key that"
        " is no setting stops the start.",
        _table(("flag", "variable", "key", "default", "what"), rows),
        "What can be changed while the server runs is in [settings](settings.md).",
    )


def session_settings() -> str:
    return _page(
        "Settings",
        "`SET`, `RESET`, `SHOW` and `hookwire.settings` know these, by PostgreSQL's names and"
        " rules. A name with a dot in it is a custom setting of your own, as in PostgreSQL.",
        "## Of a session",
        _settings_table(settings.SESSION_SETTINGS),
        "*fixed* settings can be shown and not set. Those *reported* are sent to the client when"
        " they change (ParameterStatus).",
        "## Of the server",
        "`ALTER SYSTEM SET name = value` changes one for everybody, from the next request and the"
        " next statement on, and it stays after a restart; `ALTER SYSTEM RESET name` takes that"
        " back. A session can `SHOW` these and not `SET` them.",
        _settings_table(settings.SYSTEM_SETTINGS),
        "Where a source has an option of the same name without `webhook_` (see [SQL](sql.md)), that"
        " comes first; `webhook_max_requests_per_second` is of all sources together and holds"
        " beside their own. `webhook_max_body_bytes` does not lower what a recipe needs.",
        "Addresses are IPv4 or IPv6, blocks are CIDR (`192.0.2.0/24`), and commas part them. A"
        " block beats an allow. IPv4-mapped IPv6 addresses count as the IPv4 addresses they are.",
    )


def _settings_table(declared: Mapping[str, Setting]) -> str:
    rows = (
        (_code(s.name), _code(s.default), _values(s), _marks(s), s.help) for s in declared.values()
    )
    return _table(("name", "default", "values", "", "what"), rows)


def _values(setting: Setting) -> str:
    if setting.allowed:
        return ", ".join(map(_code, setting.allowed))
    if setting.type is Type.INT:
        unit = f" {setting.unit.value}" if setting.unit.value else ""
        return f"{setting.minimum} to {setting.maximum}{unit}"
    if setting.type is Type.STRING and setting.maximum:
        return f"text of up to {setting.maximum} bytes"
    return _KINDS.get(setting.type, "text")


_KINDS = {
    Type.BOOL: "boolean",
    Type.ALWAYS_ON: "boolean",
    Type.NAMES: "names",
    Type.NETWORKS: "addresses and CIDR blocks",
    Type.URL: "URL",
}


def _marks(setting: Setting) -> str:
    marks = ("fixed", setting.read_only), ("reported", setting.reported)
    return ", ".join(word for word, applies in marks if applies)


def wire_types() -> str:
    rows = (
        (_code(t.display), _code(t.name), str(t.oid), str(t.array_oid or ""))
        for t in types.BASE_TYPES
    )
    return _page(
        "Types",
        "The types of columns, parameters and results, with PostgreSQL's OIDs, in the text and the"
        " binary format, both ways.",
        _table(("type", "short name", "OID", "OID of its array"), rows),
        "`hstore` is the type of header maps (`INCLUDE HEADERS`). It is an extension type in"
        " PostgreSQL, without a fixed OID; drivers look it up by name.",
        "DuckDB's own types are sent as: HUGEINT and UBIGINT `numeric`; UTINYINT, USMALLINT and"
        " UINTEGER `int2`, `int4` and `int8`; ENUM `text`; STRUCT, UNION and VARIANT `jsonb`; LIST"
        " an array; MAP `hstore`; TIMESTAMP_S, TIMESTAMP_MS and TIMESTAMP_NS `timestamp`. A value"
        " that does not fit its type is an error (22003).",
    )


def metrics() -> str:
    rows = (
        (_code(name), kind, ", ".join(map(_code, labels)), help)
        for name, kind, labels, help in sorted(_families())
        if not name.startswith("process_")
    )
    outcomes = ", ".join(_code(outcome.value) for outcome in Outcome)
    return _page(
        "Metrics",
        "`GET /metrics` on the HTTP port, in Prometheus's text format or OpenMetrics, as `Accept`"
        " says. `process_*` tell of the process as Prometheus's client does everywhere.",
        _table(("name", "type", "labels", "what"), rows),
        f"`outcome` is one of {outcomes}.",
        f"`kind` is one of {', '.join(map(_code, KINDS))}.",
        "A request that reached no source is counted with an empty `source`; an unknown path never"
        " makes a label. A source's series follow it when it is renamed and end when it is dropped;"
        " the totals without a label go on.",
    )


def _families() -> Iterable[tuple[str, str, tuple[str, ...], str]]:
    """Name as scraped, type, labels and help of every metric."""
    for family in _used().collect():
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = {label for sample in family.samples for label in sample.labels}
        yield name, family.type, tuple(sorted(labels - {"le"})), family.documentation


def _used() -> CollectorRegistry:
    """Every metric that the server has, each counted once, so that its labels show."""
    found = App(Config()).registry
    EngineMetrics(found)
    found.register(StorageBytes(lambda: {"public.s": 1}))
    SqlMetrics(found).observe("select", "00000", 0.1)
    webhooks = HttpMetrics(lambda: {1: "public.s"})
    webhooks.of(1).accepted(0.1, 1, 1)
    webhooks.sql.count(200, 0.1)
    found.register(webhooks)
    return found


SCHEMAS = {
    "hookwire": "What Hookwire tells of itself.",
    "mz_catalog": "As in Materialize; names of this schema need no qualification.",
    "mz_internal": "As in Materialize.",
}
RELATIONS = {name.partition(".")[2]: said[None] for name, said in comments().items()} | {
    "webhook_sources": "The sources: where to POST, what is accepted, what has come.",
    "settings": "Every setting with its value in this session.",
    "sessions": "Who is connected.",
    "mz_databases": "The database.",
    "mz_schemas": "Schemas.",
    "mz_sources": "Sources.",
    "mz_views": "Views.",
    "mz_tables": "Plain tables.",
    "mz_columns": "Columns of sources, views and tables.",
    "mz_objects": "Everything that has a name in a schema.",
    "mz_relations": "Sources, views and tables.",
    "mz_webhook_sources": "The URL of each source.",
    "mz_source_statistics": "What each source has taken in; messages since the server started,"
    " refused ones too.",
    "mz_source_statuses": "That each source runs.",
    "mz_comments": "Comments.",
}


def catalog() -> str:
    blocks = [
        "Relations that the server makes up when they are read. They can be selected from and"
        " joined like any other.",
        "`pg_catalog` and `information_schema` answer what PostgreSQL's clients ask: sources appear"
        " there as tables (`relkind` is `r`), views as views, materialized views"
        " as such (`m`, and in `pg_matviews`). Their columns are PostgreSQL's.",
    ]
    for schema, what in SCHEMAS.items():
        blocks += [f"## {schema}", what]
        for (place, name), relation in registry.RELATIONS.items():
            if place == schema:
                said = comments().get(f"{schema}.{name}", {})
                blocks += [
                    f"### {schema}.{name}",
                    RELATIONS[name],
                    _columns(relation.columns, said),
                ]
    return _page("Catalog relations", *blocks)


def _columns(columns: tuple[Column, ...], said: Mapping[str | None, str]) -> str:
    """With what the server's own comments say of them, if it has any."""
    if not said:
        return _table(("column", "type"), ((_code(c.name), c.type.display) for c in columns))
    rows = ((_code(c.name), c.type.display, said.get(c.name, "")) for c in columns)
    return _table(("column", "type", "what"), rows)


PAGES: Mapping[str, Callable[[], str]] = {
    "configuration.md": configuration,
    "settings.md": session_settings,
    "types.md": wire_types,
    "metrics.md": metrics,
    "catalog.md": catalog,
}


def main() -> None:
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page())
    for name, text in recipes.pages().items():
        (REFERENCE / "recipes" / name).write_text(text)


if __name__ == "__main__":
    main()
