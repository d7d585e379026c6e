"""Options of a source, ALTER SOURCE and ALTER SYSTEM: text to value, and what they change."""

from __future__ import annotations

from typing import Any

import pytest

from hookwire_catalog import settings
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import SqlError
from hookwire_catalog.objects import SourceOptions
from hookwire_catalog.setting_values import canonical
from hookwire_catalog.split import split_statements
from hookwire_catalog.statements import (
    AlterSourceOptions,
    AlterSystem,
    OurStatement,
    PauseSource,
    QualifiedName,
    command_tag,
)
from support.catalog_session import SOURCE, CatalogSession, said, told

ID = "abcdefghijklmnop"


def parse(sql: str) -> OurStatement | None:
    (statement,) = split_statements(sql)
    return parse_statement(statement)


def refused(sql: str) -> SqlError:
    with pytest.raises(SqlError) as raised:
        parse(sql)
    return raised.value


VALUES: list[tuple[str, str, Any]] = [
    ("max_requests_per_second", "10", 10),
    ("max_requests_per_second", "'1e3'", 1000),
    ("burst", "1", 1),
    ("on_reject", "drop", "drop"),
    ("on_reject", "'LOG'", "log"),
    ("allow_ips", "''", ()),
    ("allow_ips", "'10.0.0.0/8'", ("10.0.0.0/8",)),
    ("allow_ips", "'10.0.0.0/8, ::1'", ("10.0.0.0/8", "::1")),
    ("allow_ips", "'10.0.0.0/8', $$::1$$", ("10.0.0.0/8", "::1")),
    ("block_ips", "('10.0.0.0/8', '::1')", ("10.0.0.0/8", "::1")),
    ("block_ips", "('::1')", ("::1",)),
    ("block_ips", "'::1', '::1'", ("::1",)),
]


@pytest.mark.parametrize(("option", "written", "value"), VALUES)
def test_values(option: str, written: str, value: object) -> None:
    parsed = parse(f"ALTER SOURCE s SET ({option} = {written}, response_status = 201)")
    assert isinstance(parsed, AlterSourceOptions)
    assert parsed.options == ((option, value), ("response_status", 201))
    options = f" WITH (response_status 201, {option} {written})"
    session = CatalogSession(SOURCE.format("s") + options)
    assert getattr(session.source("public", "s").options, option) == value


ERRORS = [
    ("max_requests_per_second = 0", "0", "22023",
     '0 is outside the valid range for parameter "max_requests_per_second" (1 .. 2147483647)'),
    ("max_requests_per_second = fast", "fast", "22023",
     'invalid value for parameter "max_requests_per_second": "fast"'),
    ("burst = 0", "0", "22023",
     '0 is outside the valid range for parameter "burst" (1 .. 2147483647)'),
    ("on_reject = keep", "keep", "22023", 'invalid value for parameter "on_reject": "keep"'),
    ("allow_ips = '10.0.0.0/40'", "'10", "22023",
     'invalid value for parameter "allow_ips": "10.0.0.0/40"'),
    ("allow_ips = '::1', 'x'", "'x'", "22023", 'invalid value for parameter "allow_ips": "x"'),
    ("block_ips = ('::1', '10.0.0.1/8')", "'10.0", "22023",
     'invalid value for parameter "block_ips": "10.0.0.1/8"'),
    ("allow_ips = 10", "10", "42601", 'syntax error at or near "10"'),
    ("allow_ips = ()", ")", "42601", None),
    ("on_reject = 'log', 'drop'", "'drop'", "42601", None),
    ("retention = '1 day'", "retention", "0A000", 'option "retention" is not supported yet'),
    ("nosuch = 1", "nosuch", "22023", 'unrecognized parameter "nosuch"'),
    ("burst = 1, burst = 2", "burst = 2", "22023", 'parameter "burst" specified more than once'),
]  # fmt: skip


@pytest.mark.parametrize(("written", "piece", "sqlstate", "message"), ERRORS)
def test_errors_and_their_places(
    written: str, piece: str, sqlstate: str, message: str | None
) -> None:
    for sql in (f"ALTER SOURCE s SET ({written})", SOURCE.format("s") + f" WITH ({written})"):
        error = refused(sql)
        assert error.sqlstate == sqlstate
        assert message is None or error.message == message
        assert error.position == sql.rindex(written) + written.rindex(piece) + 1


def test_hints_of_options() -> None:
    assert refused("ALTER SOURCE s SET (on_reject = x)").hint == "Available values: log, drop."
    assert refused("ALTER SOURCE s SET (allow_ips = '10.0.0.1/8')").hint == "Write 10.0.0.0/8."
    hint = refused("ALTER SOURCE s RESET (nosuch)").hint
    assert hint is not None and "allow_ips" in hint and "external_id" in hint


S = QualifiedName(("s",))
PARSED: list[tuple[str, OurStatement]] = [
    ("alter source if exists a.s set (burst 5)",
     AlterSourceOptions(QualifiedName(("a", "s")), (("burst", 5),), if_exists=True)),
    (f"ALTER SOURCE s SET (external_id = '{ID}')", AlterSourceOptions(S, (("external_id", ID),))),
    ("ALTER SOURCE s RESET (burst, allow_ips)",
     AlterSourceOptions(S, (("burst", None), ("allow_ips", None)))),
    ("ALTER SOURCE s PAUSE", PauseSource(S, paused=True)),
    ("ALTER SOURCE IF EXISTS s RESUME", PauseSource(S, paused=False, if_exists=True)),
    ("ALTER SYSTEM SET webhook_burst = 5", AlterSystem("webhook_burst", "5")),
    ("alter system set Webhook_Burst to '5'", AlterSystem("webhook_burst", "5")),
    ("ALTER SYSTEM SET webhook_burst TO DEFAULT", AlterSystem("webhook_burst")),
    ("ALTER SYSTEM SET trusted_proxies = '::1', '10.0.0.0/8'",
     AlterSystem("trusted_proxies", "::1, 10.0.0.0/8")),
    ("ALTER SYSTEM RESET webhook_burst", AlterSystem("webhook_burst")),
    ("ALTER SYSTEM RESET ALL", AlterSystem("all")),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "statement"), PARSED)
def test_statements(sql: str, statement: OurStatement) -> None:
    assert parse(sql) == statement
    system = isinstance(statement, AlterSystem)
    assert command_tag(statement) == ("ALTER SYSTEM" if system else "ALTER SOURCE")


SYNTAX = [
    ("ALTER SOURCE s SET ()", 'syntax error at or near ")"'),
    ("ALTER SOURCE s SET (burst)", 'syntax error at or near ")"'),
    ("ALTER SOURCE s SET", 'syntax error at or near "SET"'),
    ("ALTER SOURCE s RESET", "syntax error at end of input"),
    ("ALTER SOURCE s RESET (burst = 1)", "RESET must not include values for parameters"),
    ("ALTER SOURCE s PAUSE now", 'syntax error at or near "now"'),
    ("ALTER SYSTEM", "syntax error at end of input"),
    ("ALTER SYSTEM SET webhook_burst", "syntax error at end of input"),
    ("ALTER SYSTEM SET webhook_burst =", "syntax error at end of input"),
    ("ALTER SYSTEM SET LOCAL webhook_burst = 1", 'syntax error at or near "webhook_burst"'),
    ("ALTER SYSTEM RESET", "syntax error at end of input"),
    ("ALTER SYSTEM RESET ALL webhook_burst", 'syntax error at or near "webhook_burst"'),
]


@pytest.mark.parametrize(("sql", "message"), SYNTAX)
def test_syntax(sql: str, message: str) -> None:
    assert said(refused(sql)) == ("42601", message)


@pytest.mark.parametrize(
    "written",
    ["SET application_name", "SET application_name =", "RESET", "RESET ALL x",
     "SET LOCAL application_name = 'x'"],
)  # fmt: skip
def test_postgres_refuses_the_same(written: str, refusal: Any) -> None:
    ours = refused(f"ALTER SYSTEM {written}")
    theirs = refusal(f"ALTER SYSTEM {written}")
    assert theirs[:3] == (ours.sqlstate, ours.message, ours.position)


def test_the_body_format_stays() -> None:
    error = refused("ALTER SOURCE s SET BODY FORMAT TEXT")
    assert (error.sqlstate, error.position) == ("0A000", 16)
    assert "new source" in (error.hint or "") and "external_id" in (error.hint or "")


# What they change.


def test_set_and_reset_change_what_they_name() -> None:
    session = CatalogSession(SOURCE.format("s") + " WITH (burst = 5, response_status = 201)")
    before = session.source("public", "s")
    change = session.run("ALTER SOURCE s SET (burst = 6, allow_ips = '::1')")
    after = session.source("public", "s")
    assert after.options == SourceOptions(response_status=201, burst=6, allow_ips=("::1",))
    assert change.replaced == ((before, after),)
    session.run("ALTER SOURCE s RESET (burst, response_status, max_body_bytes)")
    assert session.source("public", "s").options == SourceOptions(allow_ips=("::1",))
    catalog = session.catalog
    session.run("ALTER SOURCE s SET (allow_ips = '::1')", "ALTER SOURCE s RESUME")
    assert session.catalog is catalog


def test_pause_and_resume() -> None:
    session = CatalogSession(SOURCE.format("s"))
    session.run("ALTER SOURCE s PAUSE")
    assert session.source("public", "s").paused
    session.run("ALTER SOURCE s RESUME")
    assert not session.source("public", "s").paused


def test_an_external_id_can_be_given_and_given_up() -> None:
    session = CatalogSession(SOURCE.format("s"), SOURCE.format("t"))
    random = session.source("public", "s").external_id
    session.run(f"ALTER SOURCE s SET (external_id = '{ID}')")
    given = session.source("public", "s")
    assert (given.external_id, given.external_id_given) == (ID, True)
    session.run(f"ALTER SOURCE s SET (external_id = '{ID}')")
    assert said(session.refused(f"ALTER SOURCE t SET (external_id = '{ID}')")) == (
        "42710", f'external id "{ID}" already exists',
    )  # fmt: skip
    session.run("ALTER SOURCE s RESET (external_id)")
    again = session.source("public", "s")
    assert again.external_id not in (ID, random) and not again.external_id_given


@pytest.mark.parametrize("what", ["SET (burst = 1)", "RESET (burst)", "PAUSE", "RESUME"])
def test_what_is_no_source(what: str) -> None:
    session = CatalogSession(SOURCE.format("s"), "CREATE VIEW v AS SELECT a FROM s")
    missing = 'relation "x" does not exist'
    assert said(session.refused(f"ALTER SOURCE x {what}")) == ("42P01", missing)
    assert said(session.refused(f"ALTER SOURCE v {what}")) == ("42809", '"v" is not a source')
    assert told(session.run(f"ALTER SOURCE IF EXISTS x {what}")) == [
        ("00000", f"{missing}, skipping", None)
    ]


# Settings of the whole server.

NAMES = [
    ("webhook_burst", None),
    ("PUBLIC_URL", None),
    ("nosuch", ("42704", 'unrecognized configuration parameter "nosuch"')),
    ("my.own", ("42704", 'unrecognized configuration parameter "my.own"')),
    ("memory_limit", ("42704", 'unrecognized configuration parameter "memory_limit"')),
    ("server_version", ("55P02", 'parameter "server_version" cannot be changed')),
    ("timezone", ("55P02", 'parameter "TimeZone" cannot be changed')),
]


@pytest.mark.parametrize(("name", "error"), NAMES)
def test_which_settings_alter_system_changes(name: str, error: tuple[str, str] | None) -> None:
    if error is None:
        assert settings.system(name).name == name.lower()
        return
    with pytest.raises(SqlError) as raised:
        settings.system(name)
    assert said(raised.value) == error


SYSTEM_VALUES = [
    ("public_url", "https://hooks.example.com/in/", "https://hooks.example.com/in"),
    ("public_url", "hooks.example.com", None),
    ("public_url", "https://h/?a", None),
    ("public_url", "https://h:99999", None),
    ("trusted_proxies", "10.0.0.0/8,::1", "10.0.0.0/8, ::1"),
    ("trusted_proxies", "all", None),
    ("webhook_on_reject", "DROP", "drop"),
    ("webhook_queue_bytes", "64MB", "67108864"),
    ("webhook_queue_bytes", "1kB", None),
    ("webhook_response_status", "204", "204"),
    ("webhook_response_status", "404", None),
    ("webhook_response_body", "x" * 65_536, "x" * 65_536),
    ("webhook_response_body", "é" * 32_769, None),
]


@pytest.mark.parametrize(("name", "text", "value"), SYSTEM_VALUES)
def test_values_of_system_settings(name: str, text: str, value: str | None) -> None:
    setting = settings.system(name)
    if value is not None:
        assert canonical(setting, text) == value
        return
    with pytest.raises(SqlError) as raised:
        canonical(setting, text)
    assert raised.value.sqlstate == "22023"


def test_defaults_of_system_settings_are_canonical() -> None:
    for name, text in settings.system_defaults().items():
        assert canonical(settings.system(name), text) == text
