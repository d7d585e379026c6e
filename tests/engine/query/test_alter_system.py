"""ALTER SYSTEM and ALTER SOURCE on a whole engine: at once, for good, in a transaction or not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
import pytest

from hookwire_catalog.errors import (
    ActiveSqlTransaction,
    CantChangeRuntimeParam,
    InsufficientResources,
    InvalidParameterValue,
    SqlError,
    UndefinedObject,
)
from hookwire_catalog.settings import SYSTEM_SETTINGS, system_defaults
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.recipes.values import ACCEPTED
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.system import SystemLimits, limits_of
from hookwire_engine.engine import Engine
from hookwire_engine.system_settings import SystemSettings
from support.engine_session import post, run, running, session
from support.postgres import PostgresServer

SOURCE = "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT"


def on_engine(work: Callable[[Engine], Awaitable[None]], data_dir: Path | None = None) -> None:
    async def main() -> None:
        async with running(data_dir) as engine:
            await work(engine)

    asyncio.run(main())


def intake(engine: Engine) -> Intake:
    found = engine.find_webhook("hookwire", "public", "s")
    assert found is not None
    return found


# The whole server.


def test_what_limits_are_without_any_setting_is_what_the_settings_default_to() -> None:
    assert limits_of(system_defaults()) == SystemLimits()


def test_every_setting_has_an_effect() -> None:
    """None is only shown: each changes the limits or the URL."""
    other = {
        "public_url": "https://hooks.example.com",
        "proxy_protocol": "on",
        "trusted_proxies": "10.0.0.0/8",
        "webhook_allow_ips": "::1",
        "webhook_block_ips": "::1, ::2",
        "webhook_on_reject": "drop",
        "webhook_response_body": "ok",
        "webhook_response_status": "202",
        "webhook_queue_bytes": "2097152",
        "webhook_rejections_max_rows": "5",
    }
    settings = SystemSettings.of({}, {})
    for name in SYSTEM_SETTINGS:
        changed = settings.altered(name, other.get(name, "1048577"))
        same_url = changed.values["public_url"] == settings.values["public_url"]
        assert changed.limits != settings.limits or not same_url, name


def test_set_holds_at_once_and_everywhere() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, SOURCE)
        assert await run(one, "SELECT current_setting('webhook_max_body_bytes')") == [("16384",)]
        assert await run(one, "ALTER SYSTEM SET webhook_max_body_bytes = '1MB'") == [
            "ALTER SYSTEM"
        ]
        assert intake(engine).max_body_bytes == 1 << 20
        assert engine.limits.defaults.max_body_bytes == 1 << 20
        for who in (one, other):
            assert await run(who, "SHOW webhook_max_body_bytes") == [("1048576",)]
            shown = {row[0]: row[1] for row in await run(who, "SHOW ALL")}
            assert shown["webhook_max_body_bytes"] == "1048576"
            for sql in (
                "SELECT setting FROM hookwire.settings WHERE name = 'webhook_max_body_bytes'",
                "SELECT setting FROM pg_settings WHERE name = 'webhook_max_body_bytes'",
                "SELECT current_setting('webhook_max_body_bytes')",
                "SELECT max_body_bytes::text FROM hookwire.webhook_sources",
            ):
                assert await run(who, sql) == [("1048576",)], sql
        assert await run(one, "ALTER SYSTEM RESET webhook_max_body_bytes") == ["ALTER SYSTEM"]
        assert intake(engine).max_body_bytes == 16384
        assert await run(other, "SHOW webhook_max_body_bytes") == [("16384",)]

    on_engine(work)


def test_defaults_of_options_reach_sources_without_one_of_their_own() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE)
        before = intake(engine)
        assert (before.rate, before.on_reject, before.admits("10.0.0.1")) == (None, "log", True)
        await run(one, "ALTER SYSTEM SET webhook_block_ips = '10.0.0.0/8', '::1'")
        await run(one, "ALTER SYSTEM SET webhook_on_reject = drop")
        await run(one, "ALTER SYSTEM SET webhook_burst = 7")
        await run(one, "ALTER SYSTEM SET webhook_response_status TO 202")
        after = intake(engine)
        assert (after.rate, after.on_reject, after.success.status) == (None, "drop", 202)
        assert not after.admits("10.0.0.1") and not after.admits("::1") and after.admits("::2")
        await run(one, "ALTER SOURCE s SET (block_ips = '', on_reject = log, burst = 9,"
                  " max_requests_per_second = 3)")  # fmt: skip
        own = intake(engine)
        assert (own.rate, own.on_reject, own.admits("10.0.0.1")) == ((3.0, 9.0), "log", True)
        await run(one, "ALTER SOURCE s RESET (burst)")
        assert intake(engine).rate == (3.0, 7.0)
        await run(one, "ALTER SYSTEM SET webhook_burst TO DEFAULT")
        assert intake(engine).rate == (3.0, 3.0)

    on_engine(work)


def test_the_queue_is_bounded_anew() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE)
        await run(one, "ALTER SOURCE s SET (max_body_bytes = '4MB')")
        large = "x" * (2 << 20)
        await post(engine, "s", large)
        await run(one, "ALTER SYSTEM SET webhook_queue_bytes = '1MB'")
        with pytest.raises(InsufficientResources):
            await post(engine, "s", large)
        await run(one, "ALTER SYSTEM RESET ALL")
        await post(engine, "s", large)
        assert await run(one, "SELECT count(*) FROM s") == [(2,)]

    on_engine(work)


def test_the_urls_follow_public_url() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        assert await run(one, "SHOW public_url") == [("http://localhost",)]
        await run(one, "ALTER SYSTEM SET public_url = 'https://hooks.example.com/'")
        await run(one, SOURCE)
        (notice,) = one.drain_notices()
        url = "https://hooks.example.com/api/webhook/hookwire/public/s"
        assert notice.message == f"URL to POST data is '{url}'"
        assert await run(one, "SELECT url FROM mz_internal.mz_webhook_sources") == [(url,)]
        await run(one, "ALTER SYSTEM RESET ALL")
        assert await run(one, "SHOW public_url") == [("http://localhost",)]

    on_engine(work)


def test_checks_see_the_new_url_at_once() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE + " CHECK (WITH (URL) url LIKE 'https://hooks.example.com/%')")
        request = WebhookRequest((), b"x", 0, path="/api/webhook/hookwire/public/s")
        assert intake(engine).judge(request) is not ACCEPTED
        await run(one, "ALTER SYSTEM SET public_url = 'https://hooks.example.com'")
        assert intake(engine).judge(request) is ACCEPTED

    on_engine(work)


def test_a_restart_keeps_it(tmp_path: Path) -> None:
    async def change(engine: Engine) -> None:
        one = session(engine)
        await run(one, "ALTER SYSTEM SET webhook_max_body_bytes = 5")
        await run(one, "ALTER SYSTEM SET trusted_proxies = '10.0.0.0/8, ::1'")
        await run(one, "ALTER SYSTEM SET webhook_burst = 3")
        await run(one, "ALTER SYSTEM RESET webhook_burst")

    async def look(engine: Engine) -> None:
        assert engine.limits.defaults.max_body_bytes == 5
        assert engine.limits.trusted_proxies == ("10.0.0.0/8", "::1")
        assert engine.limits.defaults.burst == 0
        assert await run(session(engine), "SHOW trusted_proxies") == [("10.0.0.0/8, ::1",)]

    on_engine(change, tmp_path)
    on_engine(look, tmp_path)


def test_a_stored_value_that_is_none_any_more_has_no_effect(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stored = {"webhook_burst": "9", "webhook_max_body_bytes": "-1", "from_a_later_version": "x"}
    settings = SystemSettings.of({}, stored)
    assert settings.values["webhook_burst"] == "9"
    assert settings.values["webhook_max_body_bytes"] == "16384"
    assert "from_a_later_version" not in settings.values
    assert re.findall(r"stored value of (\w+) is not used", caplog.text) == [
        "webhook_max_body_bytes", "from_a_later_version",
    ]  # fmt: skip


REFUSED: list[tuple[str, type[SqlError]]] = [
    ("ALTER SYSTEM SET nosuch = 1", UndefinedObject),
    ("ALTER SYSTEM RESET nosuch", UndefinedObject),
    ("ALTER SYSTEM SET server_version = '1'", CantChangeRuntimeParam),
    ("ALTER SYSTEM SET webhook_max_body_bytes = 0", InvalidParameterValue),
    ("ALTER SYSTEM SET webhook_allow_ips = '10.0.0.1/8'", InvalidParameterValue),
    ("SET webhook_max_body_bytes = 1", CantChangeRuntimeParam),
]


@pytest.mark.parametrize(("sql", "error"), REFUSED)
def test_what_is_refused_changes_nothing(sql: str, error: type[SqlError]) -> None:
    async def work(engine: Engine) -> None:
        before = engine.system_settings
        one = session(engine)
        with pytest.raises(error):
            await run(one, sql)
        assert engine.system_settings is before
        assert not engine.ddl_lock.locked()

    on_engine(work)


def test_not_in_a_transaction(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute("BEGIN")
        with pytest.raises(psycopg.errors.ActiveSqlTransaction) as theirs:
            connection.execute("ALTER SYSTEM RESET ALL")

    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, "BEGIN")
        with pytest.raises(ActiveSqlTransaction) as ours:
            await run(one, "ALTER SYSTEM RESET ALL")
        assert ours.value.message == theirs.value.diag.message_primary
        await run(one, "ROLLBACK")
        one.begin_implicit()
        with pytest.raises(ActiveSqlTransaction):
            await run(one, "ALTER SYSTEM RESET ALL")

    on_engine(work)


# One source.


def test_alter_source_holds_from_commit_on_and_not_before() -> None:
    async def work(engine: Engine) -> None:
        one, other = session(engine), session(engine)
        await run(one, SOURCE)
        await run(one, "BEGIN")
        await run(one, "ALTER SOURCE s SET (max_requests_per_second = 5, allow_ips = '::1')")
        await run(one, "ALTER SOURCE s PAUSE")
        seen = "SELECT paused, max_requests_per_second, allow_ips FROM hookwire.webhook_sources"
        assert await run(one, seen) == [(True, 5, ["::1"])]
        assert await run(other, seen) == [(False, None, [])]
        assert (intake(engine).rate, intake(engine).paused) == (None, False)
        await run(one, "ROLLBACK")
        assert (intake(engine).rate, intake(engine).paused) == (None, False)
        await run(one, "ALTER SOURCE s SET (max_requests_per_second = 5, allow_ips = '::1')")
        await run(one, "ALTER SOURCE s PAUSE")
        assert (intake(engine).rate, intake(engine).paused) == ((5.0, 5.0), True)
        assert not intake(engine).admits("::2") and not intake(engine).admits(None)
        await run(one, "ALTER SOURCE s RESUME")
        assert not intake(engine).paused

    on_engine(work)


def test_show_create_source_prints_the_options() -> None:
    async def work(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE)
        await run(one, "ALTER SOURCE s SET (burst 5, block_ips = '::1', '10.0.0.0/8', allow_ips '',"
                  " on_reject drop)")  # fmt: skip
        ((_, sql),) = await run(one, "SHOW CREATE SOURCE s")
        assert sql.endswith(
            "WITH (burst = 5, allow_ips = '', block_ips = '::1, 10.0.0.0/8', on_reject = 'drop')"
        )
        before = intake(engine).source.options
        await run(one, "DROP SOURCE s")
        await run(one, sql)
        assert intake(engine).source.options == before

    on_engine(work)


def test_options_and_external_ids_survive_a_restart(tmp_path: Path) -> None:
    given = "given-0123456789abc"

    async def change(engine: Engine) -> None:
        one = session(engine)
        await run(one, SOURCE)
        await run(one, f"ALTER SOURCE s SET (external_id = '{given}', block_ips = '::1')")
        await run(one, "ALTER SOURCE s PAUSE")
        assert engine.find_webhook_by_external_id(given) is intake(engine)

    async def look(engine: Engine) -> None:
        found = engine.find_webhook_by_external_id(given)
        assert found is not None and found.paused and not found.admits("::1")

    on_engine(change, tmp_path)
    on_engine(look, tmp_path)
