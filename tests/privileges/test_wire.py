"""Through the SQL door: COPY, cursors, PREPARE, and a server that is killed."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from support.hookwire_process import HookwireProcess
from support.postgres import PostgresServer


def as_role(server: HookwireProcess, role: str) -> psycopg.Connection:
    dsn = psycopg.conninfo.make_conninfo(server.sql_dsn)
    connection = psycopg.connect(dsn, autocommit=True)
    connection.execute(f"SET SESSION AUTHORIZATION {role}")
    return connection


def attempt(cursor: psycopg.Cursor, sql: str) -> None:
    if not sql.startswith("COPY"):
        cursor.execute(sql)
        return
    with cursor.copy(sql) as copying:
        if sql.endswith("STDIN"):
            copying.write(b"1\n")
        else:
            list(copying)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY wire_t TO STDOUT",
        "COPY (SELECT * FROM wire_t) TO STDOUT",
        "COPY wire_t FROM STDIN",
        "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM wire_t",
        "PREPARE p AS SELECT * FROM wire_t",
        "CREATE TEMPORARY TABLE w AS TABLE wire_t",
        "CREATE OR REPLACE TABLE wire_t (b int)",
    ],
)
def test_no_door_is_open(sql: str, hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS wire_t (a int)")
        owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        if not owner.execute("SELECT 1 FROM pg_roles WHERE rolname = 'wire_ann'").fetchall():
            owner.execute("CREATE ROLE wire_ann LOGIN")
    with (
        as_role(hookwire, "wire_ann") as ann,
        ann.cursor() as cursor,
        pytest.raises(psycopg.Error) as raised,
    ):
        attempt(cursor, sql)
    assert raised.value.sqlstate == ("42601" if "OR REPLACE" in sql else "42501")
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as owner:
        assert owner.execute("SELECT * FROM wire_t").fetchall() == []


def logins(dsn: str, database: str) -> list[str]:
    """What becomes of logins as the right CONNECT is taken and given."""

    def login(role: str) -> str:
        try:
            psycopg.connect(dsn, user=role).close()
        except psycopg.OperationalError as error:
            return str(error).partition("FATAL:")[2].replace(database, "db")
        return "in"

    with psycopg.connect(dsn, autocommit=True) as owner:
        for role in ("connect_ann", "connect_bob"):
            owner.execute(f"CREATE ROLE {role} LOGIN")
        found = [login("connect_ann")]
        owner.execute(f"REVOKE CONNECT ON DATABASE {database} FROM PUBLIC")
        found += [login("connect_ann"), login(owner.info.user)]
        owner.execute("CREATE ROLE connect_team")
        owner.execute(f"GRANT CONNECT ON DATABASE {database} TO connect_team")
        owner.execute("GRANT connect_team TO connect_bob")
        return [*found, login("connect_ann"), login("connect_bob")]


def test_a_login_needs_connect_on_the_database(
    postgres: PostgresServer, make_hookwire: Callable[..., HookwireProcess]
) -> None:
    theirs = logins(postgres.new_database("connecting"), "connecting")
    ours = logins(make_hookwire().start().sql_dsn, "hookwire")
    assert ours == theirs
    assert [told == "in" for told in ours] == [True, False, True, False, True]


def test_a_session_is_told_who_it_is(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as owner:
        assert owner.info.parameter_status("is_superuser") == "on"
        owner.execute("CREATE ROLE who_ann; CREATE ROLE who_bob LOGIN; GRANT who_ann TO who_bob")
        asked = "SELECT current_user, session_user, current_role, user"
        owner.execute("SET SESSION AUTHORIZATION who_bob")
        assert owner.info.parameter_status("is_superuser") == "off"
        owner.execute("SET ROLE who_ann")
        assert owner.execute(asked).fetchone() == ("who_ann", "who_bob", "who_ann", "who_ann")
        owner.execute("RESET ALL")
        assert owner.execute(asked).fetchone() == ("who_ann", "who_bob", "who_ann", "who_ann")
        with owner.transaction(), pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("RESET ROLE")
            owner.execute("SET ROLE hookwire")
        assert owner.execute("SELECT current_user").fetchone() == ("who_ann",)
        owner.execute("DISCARD ALL")
        assert owner.execute(asked).fetchone() == ("hookwire",) * 4
        assert owner.info.parameter_status("session_authorization") == "hookwire"


def test_a_name_that_is_no_role_is_refused(hookwire: HookwireProcess) -> None:
    with pytest.raises(psycopg.OperationalError, match='role "stranger" does not exist'):
        psycopg.connect(hookwire.sql_dsn, user="stranger")


def test_what_was_granted_survives_kill_9(make_hookwire: Callable[..., HookwireProcess]) -> None:
    server = make_hookwire()
    server.start()
    server.psql("CREATE ROLE ann LOGIN PASSWORD 'hush'")
    server.psql("CREATE SOURCE s FROM WEBHOOK BODY FORMAT JSON; GRANT SELECT ON s TO ann")
    server.psql("CREATE TABLE t (a int); ALTER TABLE t OWNER TO ann")
    left_open = psycopg.connect(server.sql_dsn)
    left_open.execute("GRANT INSERT ON s TO ann")
    server.kill9()
    left_open.close()
    server.start()
    assert "hush" not in server.log()
    with as_role(server, "ann") as ann:
        assert ann.execute("SELECT count(*) FROM s").fetchone() == (0,)
        ann.execute("DROP TABLE t")
    with psycopg.connect(server.sql_dsn) as owner:
        held = owner.execute("SELECT relacl::text FROM pg_class WHERE relname = 's'").fetchone()
    assert held == ("{hookwire=arwdDxt/hookwire,ann=r/hookwire}",)
