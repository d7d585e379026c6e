"""SET, SET LOCAL, RESET and what a transaction's end makes of them, beside PostgreSQL 15."""

from __future__ import annotations

import psycopg
import pytest

from hookwire_catalog.errors import CantChangeRuntimeParam, SqlError, UndefinedObject
from hookwire_engine.query.settings import SessionSettings
from support.postgres import PostgresServer


def _session(**given: str) -> SessionSettings:
    return SessionSettings(given, fixed={"session_authorization": "ann"})


def test_starts_with_defaults_and_what_was_given() -> None:
    settings = _session(application_name="psql", timezone="Europe/Berlin")
    assert settings.get("application_name") == "psql"
    assert settings.get("TIMEZONE") == "Europe/Berlin"
    assert settings.get("session_authorization") == "ann"
    assert settings.drain_changes() == []


@pytest.mark.parametrize("name", ["no_such_setting", "my.own"])
def test_what_does_not_exist_cannot_be_shown(name: str) -> None:
    with pytest.raises(UndefinedObject):
        _session().get(name)


def test_a_custom_setting_exists_once_set() -> None:
    settings = _session()
    settings.set("my.own", "x", local=False)
    assert settings.get("my.own") == "x"


def test_a_bad_value_changes_nothing() -> None:
    settings = _session()
    with pytest.raises(SqlError):
        settings.set("statement_timeout", "soon", local=False)
    with pytest.raises(CantChangeRuntimeParam):
        settings.set("server_version", "17", local=False)
    assert settings.drain_changes() == []


def test_only_reported_settings_are_told_and_only_when_they_differ() -> None:
    settings = _session()
    settings.set("statement_timeout", "5s", local=False)
    settings.set("TimeZone", "UTC", local=False)
    assert settings.drain_changes() == []
    settings.set("application_name", "a", local=False)
    settings.set("application_name", "b", local=False)
    assert settings.drain_changes() == [("application_name", "b")]
    assert settings.drain_changes() == []


def test_system_settings_are_shown_and_not_set() -> None:
    settings = _session()
    assert settings.get("webhook_max_body_bytes") == "16384"
    assert settings.all()["webhook_max_body_bytes"] == "16384"
    with pytest.raises(CantChangeRuntimeParam):
        settings.set("webhook_max_body_bytes", "1", local=False)


# Each script is (what is run, what SHOW application_name then says). PostgreSQL is the judge.
SCRIPTS = {
    "set, commit": ("BEGIN", "SET n TO 'a'", "COMMIT"),
    "set, roll back": ("BEGIN", "SET n TO 'a'", "ROLLBACK"),
    "local, commit": ("BEGIN", "SET LOCAL n TO 'a'", "COMMIT"),
    "set then local, commit": ("BEGIN", "SET n TO 'a'", "SET LOCAL n TO 'b'", "COMMIT"),
    "local then set, commit": ("BEGIN", "SET LOCAL n TO 'b'", "SET n TO 'a'", "COMMIT"),
    "set outside, local, roll back": ("SET n TO 'o'", "BEGIN", "SET LOCAL n TO 'b'", "ROLLBACK"),
    "set outside, reset, roll back": ("SET n TO 'o'", "BEGIN", "RESET n", "ROLLBACK"),
    "set outside, reset, commit": ("SET n TO 'o'", "BEGIN", "RESET n", "COMMIT"),
    "set outside, reset all": ("SET n TO 'o'", "RESET ALL"),
    "set default": ("SET n TO 'o'", "SET n TO DEFAULT"),
}


def _play(script: tuple[str, ...]) -> str:
    """The script on our settings, as a session does it."""
    settings = SessionSettings({"application_name": "start"}, fixed={})
    before = settings.begin()
    for statement in script:
        words = statement.split()
        if words[0] in ("COMMIT", "ROLLBACK"):
            settings.end(before, committed=words[0] == "COMMIT")
            before = settings.begin()
        elif words[0] == "BEGIN":
            settings.end(before, committed=True)
            before = settings.begin()
        elif statement == "RESET ALL":
            settings.reset_all()
        elif words[0] == "RESET":
            settings.set("application_name", None, local=False)
        else:
            text = None if words[-1] == "DEFAULT" else words[-1].strip("'")
            settings.set("application_name", text, local="LOCAL" in words)
    settings.end(before, committed=True)
    return settings.get("application_name")


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_transactions(postgres: PostgresServer, script: tuple[str, ...]) -> None:
    with psycopg.connect(
        postgres.dsn, autocommit=True, application_name="start"
    ) as connection:
        for statement in script:
            connection.execute(statement.replace(" n ", " application_name ").replace(
                "RESET n", "RESET application_name"
            ).encode())
        row = connection.execute("SHOW application_name").fetchone()
    assert row is not None
    assert _play(script) == row[0]


def test_a_transactions_modes_end_with_it() -> None:
    settings = _session(default_transaction_read_only="on")
    before = settings.begin()
    assert settings.get("transaction_read_only") == "on"
    settings.set("transaction_read_only", "off", local=True)
    settings.set("transaction_isolation", "serializable", local=True)
    settings.end(before, committed=True)
    assert settings.get("transaction_read_only") == "on"
    assert settings.get("transaction_isolation") == "read committed"
