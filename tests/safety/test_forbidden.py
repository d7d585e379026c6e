"""Forbidden things x doors x disguises, on one running server, as the owner and as a plain role.

Each is refused with a documented SQLSTATE, and nothing comes of it: no answer holds the content
of the canary file or the canary variable, no file is written, nobody connects to the canary port.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import pq

from support.hookwire_process import HookwireProcess

CONTENT = "canary-content-6e1f"
VARIABLE = "HW_TEST_CANARY"
VALUE = "canary-value-93b7"

REFUSED = {
    "42501",  # insufficient_privilege
    "42601",  # syntax_error
    "42883",  # undefined_function
    "42P01",  # undefined_table
    "42704",  # undefined_object
    "42703",  # undefined_column
    "0A000",  # feature_not_supported
    "3F000",  # invalid_schema_name
}
ROLES = ("hookwire", "plain")

TABLES = [
    "read_text('{file}')", "read_blob('{file}')", "read_csv('{file}')", "read_json('{file}')",
    "read_parquet('{file}')", "sniff_csv('{file}')", "read_duckdb('{file}')",
    "glob('{folder}/*')", "read_csv('http://127.0.0.1:{port}/x.csv')",
    "read_parquet('s3://bucket/x?endpoint=127.0.0.1:{port}')", "'{file}'", "'{folder}/*.csv'",
    "'http://127.0.0.1:{port}/x.csv'", "duckdb_secrets()", "duckdb_settings()",
    "duckdb_variables()",
    "duckdb_extensions()", "duckdb_temporary_files()", "pragma_database_list()",
    "which_secret('a', 'b')",
    "query('select 1')", "query_table('hookwire_internal.objects')", "sql_auto_complete('select')",
    "hookwire_internal.objects", "hookwire.hookwire_internal.objects", "sqlite_master",
    "memory.main.t", "memory.hw.pg_class", "system.main.duckdb_settings()",
    "histogram_values('hookwire_internal.objects', value)", "pg_ls_dir('{folder}')",
    "pg_file_settings()", "dblink('host=127.0.0.1 port={port}', 'select 1')",
]  # fmt: skip
VALUES = [
    "getenv('{variable}')", "system.main.getenv('{variable}')", "'{variable}'.getenv()",
    "getvariable('x')", "write_log('x')", "memory.hw.pg_backend_pid()", "hw_anything(1)",
    "pg_read_file('{file}')", "pg_read_binary_file('{file}')", "pg_stat_file('{file}')",
    "lo_import('{file}')", "lo_export(1, '{folder}/out')", "current_setting('temp_directory')",
    "current_setting('secret_directory')", "current_setting('data_directory')",
    "query_to_xml('select 1', true, true, '')", "json_execute_serialized_sql('1')",
    "nextval('hookwire_internal.s')::text",
]  # fmt: skip
STATEMENTS = [
    "COPY (SELECT 1) TO '{folder}/out.csv'", "COPY mine TO '{folder}/out.csv'",
    "COPY mine FROM '{file}'", "COPY (SELECT 1) TO PROGRAM 'touch {folder}/out'",
    "COPY mine FROM PROGRAM 'cat {file}'", "ATTACH '{folder}/new.duckdb' AS x",
    "ATTACH 'http://127.0.0.1:{port}/x.duckdb' AS x", "ATTACH ':memory:' AS x", "DETACH hookwire",
    "USE memory", "EXPORT DATABASE '{folder}/out'", "IMPORT DATABASE '{folder}'",
    "INSTALL httpfs", "INSTALL httpfs FROM 'http://127.0.0.1:{port}'", "LOAD httpfs",
    "LOAD '{folder}/x.duckdb_extension'", "FORCE INSTALL httpfs", "UPDATE EXTENSIONS",
    "PRAGMA database_list", "PRAGMA enable_external_access = true", "CALL pragma_version()",
    "CALL force_checkpoint()", "SET enable_external_access = true",
    "SET GLOBAL enable_external_access = true", "SET lock_configuration = false",
    "SET allow_unsigned_extensions = true", "SET secret_directory = '{folder}'",
    "SET home_directory = '{folder}'", "SET memory_limit = '1TB'", "SET threads = 64",
    "SET temp_directory = '{folder}'", "SET log_query_path = '{folder}/out'",
    "SET profiling_output = '{folder}/out'", "SET operator_memory_limit = '1TB'",
    "RESET enable_external_access", "SET VARIABLE x = 1", "SHOW temp_directory",
    "CREATE EXTENSION httpfs", "CREATE TABLESPACE x LOCATION '{folder}'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '{folder}/x.so'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'",
    "CREATE SEQUENCE memory.main.x", "CREATE TYPE memory.main.x AS ENUM ('a')",
    "CREATE TABLE memory.main.x (a int)", "CREATE VIEW memory.main.x AS SELECT 1",
    "DROP SCHEMA hookwire_internal CASCADE", "DROP SEQUENCE memory.main.x",
    "ALTER TABLE hookwire_internal.objects RENAME TO x", "DELETE FROM hookwire_internal.objects",
    "DO $$ BEGIN END $$", "LISTEN x; COPY mine TO '{folder}/out.csv'",
]  # fmt: skip

TABLE_DOORS = [
    "SELECT * FROM {}", "FROM {}", "SUMMARIZE FROM {}", "DESCRIBE SELECT * FROM {}",
    "WITH x AS (SELECT * FROM {}) SELECT * FROM x", "SELECT (SELECT count(*) FROM {})",
    "SELECT * FROM mine, LATERAL (SELECT * FROM {}) x", "SELECT * FROM mine JOIN {} ON true",
    "COPY (SELECT * FROM {}) TO STDOUT", "COPY (FROM {}) TO STDOUT (FORMAT csv)",
    "CREATE VIEW v AS SELECT * FROM {}", "CREATE TABLE u AS SELECT * FROM {}",
    "CREATE TEMP TABLE u AS FROM {}", "INSERT INTO mine SELECT 1 FROM {}",
    "UPDATE mine SET a = 1 FROM {}", "DELETE FROM mine USING {}",
    "MERGE INTO mine USING {} x ON true WHEN MATCHED THEN DELETE",
    "EXPLAIN SELECT * FROM {}", "EXPLAIN ANALYZE SELECT * FROM {}",
    "EXPLAIN (FORMAT json) SELECT * FROM {}", "PREPARE p AS SELECT * FROM {}",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {}",
    "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $f$ SELECT count(*) FROM {} $f$",
    "SELECT 1; SELECT * FROM {}", "SELECT 1 AS \"--\" FROM {} -- ;", "PIVOT {} ON a",
    "SELECT list_transform([1], lambda x: (SELECT count(*) FROM {}))",
]  # fmt: skip
VALUE_DOORS = [
    "SELECT {}", "VALUES ({})", "SELECT * FROM mine WHERE {} IS NOT NULL",
    "COPY (SELECT {}) TO STDOUT", "CREATE VIEW v AS SELECT {} AS a",
    "CREATE TABLE u (a text DEFAULT {})", "CREATE TABLE u (a text CHECK ({} IS NOT NULL))",
    "CREATE TABLE u (a int, b text GENERATED ALWAYS AS ({}) STORED)",
    "ALTER TABLE mine ALTER COLUMN b SET DEFAULT {}", "CREATE INDEX i ON mine (({}))",
    "INSERT INTO mine (b) VALUES ({})", "INSERT INTO mine (a) VALUES (1) RETURNING {}",
    "UPDATE mine SET b = {}", "DELETE FROM mine WHERE {} IS NULL", "SELECT 1 LIMIT length({})",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT {} $f$",
    "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT CHECK ({} = body)",
    "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT VALIDATE USING (body = {})",
    "PREPARE p AS SELECT {}", "DECLARE c CURSOR WITH HOLD FOR SELECT {}",
    "EXPLAIN ANALYZE SELECT {}", "SELECT list_transform([1], lambda x: {})",
    "SELECT count(*) FILTER (WHERE {} IS NULL) FROM mine", "SELECT 1; SELECT {}",
    "SELECT a FROM mine ORDER BY {}", "SELECT COLUMNS(*), {} FROM mine QUALIFY true",
]  # fmt: skip

Disguise = Callable[[str], str]


def _named(change: Callable[[str], str]) -> Disguise:
    """Changes the first name, if the text begins with one."""

    def disguise(text: str) -> str:
        name, bracket, rest = text.partition("(")
        return change(name) + bracket + rest if text[0].isalpha() and bracket else text

    return disguise


DISGUISES: list[Disguise] = [
    str,
    _named(lambda name: f"{name.swapcase()} /* ' ( */ "),
    _named(lambda name: ".".join(f'"{part}"' for part in name.split("."))),
    _named(lambda name: f"{name}--'\n"),
    _named(lambda name: f'U&"\\{ord(name[0]):04x}{name[1:]}"'),
]
STATEMENT_DISGUISES: list[Disguise] = [
    str,
    str.swapcase,
    lambda text: f"/* /* ' */ */ -- \"\n{text.replace(' ', '/**/ ', 1)}",
    lambda text: f"EXPLAIN ANALYZE {text}",
    lambda text: f"PREPARE p AS {text}",
]


@dataclass
class Canary:
    """What an attack would reach: a file, a folder, a port, a variable."""

    file: Path
    folder: Path
    listener: socket.socket
    told: list[str] = field(default_factory=list)

    def fill(self, text: str) -> str:
        return text.format(
            file=self.file, folder=self.folder, variable=VARIABLE,
            port=self.listener.getsockname()[1],
        )  # fmt: skip

    def untouched(self) -> None:
        assert not [text for text in self.told if CONTENT in text or VALUE in text]
        assert self.file.read_text() == CONTENT
        assert list(self.folder.iterdir()) == [self.file]
        self.listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            self.listener.accept()


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    folder = tmp_path_factory.mktemp("canary")
    file = folder / "canary.csv"
    file.write_text(CONTENT)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Canary(file, folder, listener)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Iterator[HookwireProcess]:
    process = HookwireProcess(tmp_path_factory.mktemp("hookwire") / "data")
    process.environment[VARIABLE] = VALUE
    with process:
        process.psql("CREATE ROLE plain LOGIN; CREATE TABLE mine (a int, b text)")
        process.psql("GRANT ALL ON mine TO plain; GRANT CREATE ON SCHEMA public TO plain")
        yield process


@pytest.fixture(params=ROLES)
def session(request: pytest.FixtureRequest, server: HookwireProcess) -> Iterator[pq.abc.PGconn]:
    dsn = server.sql_dsn.replace("hookwire@", f"{request.param}@")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET statement_timeout = '10s'")
        yield connection.pgconn


def simple(session: pq.abc.PGconn, sql: str) -> pq.abc.PGresult:
    return session.exec_(sql.encode())


def extended(session: pq.abc.PGconn, sql: str) -> pq.abc.PGresult:
    parsed = session.prepare(b"", sql.encode())
    if parsed.status == pq.ExecStatus.FATAL_ERROR:
        return parsed
    return session.exec_prepared(b"", [])


def outcome(session: pq.abc.PGconn, result: pq.abc.PGresult, canary: Canary) -> str:
    """The SQLSTATE, empty for none; all that was said is noted."""
    if result.status == pq.ExecStatus.COPY_OUT:
        while (read := session.get_copy_data(0))[0] > 0:
            canary.told.append(bytes(read[1]).decode("utf-8", "replace"))
        while (after := session.get_result()) is not None:
            result = after
    fields = [result.error_field(part) or b"" for part in pq.DiagnosticField]
    canary.told.append(b"\n".join(fields).decode())
    canary.told += [
        (result.get_value(row, column) or b"").decode("utf-8", "replace")
        for row in range(result.ntuples)
        for column in range(result.nfields)
    ]
    return (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()


def attacks() -> Iterator[str]:
    for things, doors in ((TABLES, TABLE_DOORS), (VALUES, VALUE_DOORS)):
        for number, thing in enumerate(things):
            for at, door in enumerate(doors):
                yield door.replace("{}", thing)
                hide = DISGUISES[1 + (number + at) % (len(DISGUISES) - 1)]
                yield door.replace("{}", hide(thing))


def test_nothing_forbidden_goes_through_any_door(session: pq.abc.PGconn, canary: Canary) -> None:
    let_through: list[tuple[str, str]] = []
    count = 0
    for number, attack in enumerate(attacks()):
        sql = canary.fill(attack)
        ask = simple if number % 3 or "; " in sql else extended
        state = outcome(session, ask(session, sql), canary)
        count += 1
        if state not in REFUSED:
            let_through.append((state, sql))
    assert let_through == []
    assert count > 2000
    canary.untouched()


def test_no_forbidden_statement_runs(session: pq.abc.PGconn, canary: Canary) -> None:
    let_through: list[tuple[str, str]] = []
    for thing in STATEMENTS:
        for hide in STATEMENT_DISGUISES:
            sql = hide(canary.fill(thing))
            for ask in (simple, extended):
                state = outcome(session, ask(session, sql), canary)
                if state not in REFUSED:
                    let_through.append((state, sql))
    assert let_through == []
    canary.untouched()


PARAMETERS = [
    ("SELECT * FROM read_text($1)", "{file}"),
    ("SELECT * FROM read_csv($1::text)", "http://127.0.0.1:{port}/x.csv"),
    ("SELECT getenv($1)", VARIABLE),
    ("SELECT pg_read_file($1)", "{file}"),
    ("SELECT * FROM $1", "{file}"),
    ("SELECT * FROM query($1)", "SELECT 1"),
    ("SELECT current_setting($1::text)", "secret_directory"),
    ("SELECT set_config($1::text, 'true', false)", "enable_external_access"),
    ("SELECT nextval($1::regclass)", "hookwire_internal.s"),
    ("SELECT $1::regclass", "hookwire_internal.objects"),
    ("SELECT count(*) FROM generate_series(1, 2) WHERE $1::regclass IS NOT NULL", "{file}"),
]


@pytest.mark.parametrize("number", range(len(PARAMETERS)))
def test_parameters_name_nothing_outside(
    session: pq.abc.PGconn, canary: Canary, number: int
) -> None:
    sql, value = PARAMETERS[number]
    result = session.exec_params(sql.encode(), [canary.fill(value).encode()])
    assert outcome(session, result, canary) in REFUSED
    canary.untouched()


def test_no_setting_of_duckdbs_is_shown_or_changed(
    session: pq.abc.PGconn, server: HookwireProcess, canary: Canary
) -> None:
    outcome(session, simple(session, "SELECT name, setting FROM pg_settings"), canary)
    outcome(session, simple(session, "SHOW ALL"), canary)
    said = "\n".join(canary.told)
    assert str(server.data_dir) not in said
    assert "enable_external_access" not in {text.strip() for text in canary.told}
    for name in ("enable_external_access", "lock_configuration", "memory_limit", "threads"):
        for call in ("set_config('{}', '1', false)", "current_setting('{}')"):
            sql = f"SELECT {call}".replace("{}", name)
            assert outcome(session, simple(session, sql), canary) in REFUSED, sql
    canary.untouched()
