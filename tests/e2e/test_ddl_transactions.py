"""DDL is transactional: all of it or nothing, the URL included, before and after a restart."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from support.hookwire_process import HookwireProcess, PsqlError, psql_notices, webhook_path


def _sources(hookwire: HookwireProcess) -> list[str]:
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        cursor = connection.execute("SHOW SOURCES")
        assert cursor.description is not None
        column = [column.name for column in cursor.description].index("name")
        return sorted(row[column] for row in cursor.fetchall())


def test_create_source_says_where_to_post(hookwire: HookwireProcess) -> None:
    notice = psql_notices(hookwire.sql_dsn, "CREATE SOURCE announced FROM WEBHOOK BODY FORMAT TEXT")
    url = f"{hookwire.http_url}/api/webhook/hookwire/public/announced"
    assert notice.endswith(f"NOTICE:  URL to POST data is '{url}'")
    assert hookwire.post(webhook_path("announced"), "x").status == 200


def test_rolled_back_ddl_leaves_nothing(make_hookwire: Callable[..., HookwireProcess]) -> None:
    hookwire = make_hookwire().start()
    hookwire.psql("CREATE SOURCE kept FROM WEBHOOK BODY FORMAT TEXT")
    with psycopg.connect(hookwire.sql_dsn) as connection:
        connection.execute("CREATE SCHEMA undone")
        connection.execute("CREATE SOURCE undone.a FROM WEBHOOK BODY FORMAT TEXT")
        connection.execute("CREATE SOURCE b FROM WEBHOOK BODY FORMAT JSON")
        connection.execute("CREATE VIEW v AS SELECT body FROM b")
        connection.execute("COMMENT ON SOURCE kept IS 'undone'")
        connection.execute("DROP SOURCE kept")
        assert connection.execute("SELECT count(*) FROM v").fetchone() == (0,)
        assert hookwire.post(webhook_path("b"), "1").status == 404
        assert hookwire.post(webhook_path("kept"), "during").status == 200
        connection.rollback()
    for restarted in (False, True):
        if restarted:
            hookwire.kill9()
            hookwire.start()
        assert _sources(hookwire) == ["kept"]
        assert hookwire.post(webhook_path("b"), "1").status == 404
        assert hookwire.post(webhook_path("a", schema="undone"), "1").status == 404
        assert "undone" not in hookwire.psql("SHOW SCHEMAS")
        assert "undone" not in hookwire.psql("SHOW CREATE SOURCE kept")
        for relation in ("b", "v", "undone.a"):
            with pytest.raises(PsqlError, match=r"does not exist"):
                hookwire.psql(f"SELECT * FROM {relation}")
        assert hookwire.psql("SELECT body FROM kept") == "during"


def test_a_disconnect_rolls_back(hookwire: HookwireProcess) -> None:
    connection = psycopg.connect(hookwire.sql_dsn)
    connection.execute("CREATE SOURCE abandoned FROM WEBHOOK BODY FORMAT TEXT")
    connection.close()
    hookwire.psql("CREATE SOURCE abandoned FROM WEBHOOK BODY FORMAT JSON")
    assert hookwire.psql("SHOW COLUMNS FROM abandoned").startswith("body|f|jsonb")


def test_ddl_of_one_transaction_takes_effect_together(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn) as connection:
        connection.execute("CREATE SCHEMA together")
        connection.execute("CREATE SOURCE together.a FROM WEBHOOK BODY FORMAT TEXT")
        assert hookwire.post(webhook_path("a", schema="together"), "early").status == 404
        connection.execute("CREATE SOURCE together.b FROM WEBHOOK BODY FORMAT TEXT")
        assert "together" not in hookwire.psql("SHOW SCHEMAS")
        connection.commit()
    for name in ("a", "b"):
        assert hookwire.post(webhook_path(name, schema="together"), name).status == 200
    union = "SELECT body FROM together.a UNION ALL SELECT body FROM together.b"
    assert sorted(hookwire.psql(union).split()) == ["a", "b"]


def test_a_script_of_several_statements_is_one_transaction(hookwire: HookwireProcess) -> None:
    """PostgreSQL's rule for one simple Query message: an error undoes the whole of it."""
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.pgconn.exec_(b"")
            connection.execute(
                "CREATE SOURCE half_done FROM WEBHOOK BODY FORMAT TEXT; SELECT * FROM no_such_thing"
            )
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM half_done")
    assert hookwire.post(webhook_path("half_done"), "x").status == 404


def test_statements_after_an_error_are_refused_until_rollback(hookwire: HookwireProcess) -> None:
    with psycopg.connect(hookwire.sql_dsn) as connection:
        connection.execute("CREATE SOURCE doomed FROM WEBHOOK BODY FORMAT TEXT")
        with pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("SELECT * FROM no_such_thing")
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.execute("SELECT 1")
        connection.commit()
    assert hookwire.post(webhook_path("doomed"), "x").status == 404


def test_two_sessions_making_one_name(hookwire: HookwireProcess) -> None:
    """The second waits for the first, then succeeds or fails by what the first did."""
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        connection.execute("CREATE SOURCE contested FROM WEBHOOK BODY FORMAT TEXT")
        with pytest.raises(psycopg.errors.DuplicateTable) as raised:
            connection.execute("CREATE SOURCE contested FROM WEBHOOK BODY FORMAT JSON")
        assert raised.value.diag.message_primary == 'relation "contested" already exists'
        notices: list[str | None] = []
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        connection.execute("CREATE SOURCE IF NOT EXISTS contested FROM WEBHOOK BODY FORMAT JSON")
        assert notices == ['relation "contested" already exists, skipping']
