"""Secrets and validation in sessions: transactions, restarts, rotation, errors, and judgement."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from hookwire_catalog.errors import SqlError
from hookwire_engine.append.intake import Intake
from hookwire_engine.append.recipes.values import Accepted, Cause, Handshake, Rejected
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.engine import Engine
from hookwire_engine.query.session import Session
from hookwire_engine.secret_key import BadKeyError
from support.engine_session import run, running, session

BODY = b'{"a": 1}'
CHECK = (
    "CREATE SOURCE c FROM WEBHOOK BODY FORMAT JSON"
    " CHECK (WITH (HEADERS, BODY BYTES, SECRET s BYTES)"
    " headers['x-sign'] = encode(hmac(body, s, 'sha256'), 'hex'))"
)
RECIPE = "CREATE SOURCE r FROM WEBHOOK BODY FORMAT JSON VALIDATE GITHUB (SECRET s)"
REFUSED = Rejected(Cause.VALIDATION_FAILED)


def within(use: Callable[[Engine, Session], Awaitable[None]], data_dir: Path | None = None) -> None:
    async def go() -> None:
        async with running(data_dir) as engine:
            await use(engine, session(engine))

    asyncio.run(go())


def intake(engine: Engine, name: str) -> Intake:
    found = engine.find_webhook("hookwire", "public", name)
    assert found is not None
    return found


def signed(key: str, header: str = "x-sign", prefix: str = "") -> WebhookRequest:
    sign = prefix + hmac.new(key.encode(), BODY, "sha256").hexdigest()
    return WebhookRequest(((header, sign),), BODY, time.time_ns() // 1000)


def passing(engine: Engine, *keys: str) -> list[str]:
    """Those of the keys with which both sources let a request in."""
    check, recipe = intake(engine, "c"), intake(engine, "r")
    found = [k for k in keys if isinstance(check.judge(signed(k)), Accepted)]
    header = "x-hub-signature-256"
    by_recipe = [isinstance(recipe.judge(signed(k, header, "sha256=")), Accepted) for k in keys]
    assert by_recipe == [k in found for k in keys]
    return found


async def script(on: Session, *statements: str) -> None:
    for statement in statements:
        await run(on, statement)


async def refused(on: Session, sql: str) -> SqlError:
    with pytest.raises(SqlError) as raised:
        await run(on, sql)
    return raised.value


def test_both_values_are_live_while_a_secret_changes_over() -> None:
    async def use(engine: Engine, s: Session) -> None:
        await script(s, "CREATE SECRET s AS 'one'", CHECK, RECIPE)
        assert passing(engine, "one", "two", "") == ["one"]
        await run(s, "ALTER SECRET s ADD 'two'")
        assert passing(engine, "one", "two", "") == ["one", "two"]
        await run(s, "ALTER SECRET s RENAME TO t")
        assert passing(engine, "one", "two", "") == ["one", "two"]
        await run(s, "ALTER SECRET t RETIRE PREVIOUS")
        assert passing(engine, "one", "two", "") == ["two"]
        await run(s, "ALTER SECRET t AS decode('dGhyZWU=', 'base64')")
        assert passing(engine, "one", "two", "three") == ["three"]

    within(use)


def test_secrets_are_part_of_the_transaction() -> None:
    async def use(engine: Engine, s: Session) -> None:
        await script(s, "BEGIN", "CREATE SECRET s AS 'one'", CHECK, RECIPE, "ROLLBACK")
        assert await run(s, "SHOW SECRETS") == []
        await script(s, "CREATE SECRET s AS 'one'", CHECK, RECIPE, "BEGIN")
        await run(s, "ALTER SECRET s AS 'two'")
        other = session(engine)
        assert passing(engine, "one", "two") == ["one"]
        await run(s, "ROLLBACK")
        assert passing(engine, "one", "two") == ["one"]
        await script(s, "BEGIN", "ALTER SECRET s AS 'two'", "COMMIT")
        assert passing(engine, "one", "two") == ["two"]
        await run(other, "COMMENT ON SECRET s IS 'signs'")
        assert await run(s, "SHOW SECRETS") == [("s", "signs")]
        assert await run(s, "SHOW SECRETS FROM public") == [("s", "signs")]

    within(use)


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    async def before(engine: Engine, s: Session) -> None:
        await script(s, "CREATE SECRET s AS 'one'", CHECK, RECIPE, "ALTER SECRET s ADD 'two'")
        await script(s, "ALTER SECRET s RENAME TO t", "COMMENT ON SECRET t IS 'c'")

    async def after(engine: Engine, s: Session) -> None:
        assert passing(engine, "one", "two", "three") == ["one", "two"]
        assert await run(s, "SHOW SECRETS") == [("t", "c")]
        ((_, sql),) = await run(s, "SHOW CREATE SOURCE c")
        assert "SECRET public.t AS s BYTES" in sql
        assert intake(engine, "r").max_body_bytes == 25 * 1024 * 1024

    within(before, tmp_path)
    within(after, tmp_path)
    within(after, tmp_path)


def test_without_its_key_a_server_with_secrets_does_not_start(tmp_path: Path) -> None:
    async def make(engine: Engine, s: Session) -> None:
        await run(s, "CREATE SECRET s AS 'one'")

    async def nothing(engine: Engine, s: Session) -> None:
        pass

    async def drop(engine: Engine, s: Session) -> None:
        await run(s, "DROP SECRET s")

    within(make, tmp_path)
    key = tmp_path / "secret.key"
    text = key.read_text()
    key.unlink()
    with pytest.raises(BadKeyError, match="does not exist"):
        within(nothing, tmp_path)
    assert not key.exists()
    key.write_text("00" * 32)
    with pytest.raises(BadKeyError, match="is not the one"):
        within(nothing, tmp_path)
    key.write_text(text)
    within(drop, tmp_path)
    key.unlink()
    within(make, tmp_path)
    assert key.read_text() != text


HEAD = "CREATE SOURCE x FROM WEBHOOK BODY FORMAT TEXT "


@pytest.mark.parametrize(
    ("sql", "sqlstate", "piece"),
    [
        (HEAD + "CHECK (headers['a'] = nope)", "42703", "nope"),
        (HEAD + "INCLUDE HEADERS VALIDATE USING (nope(body))", "42883", "nope"),
        (HEAD + "CHECK (body)", "42804", "body)"),
        (HEAD + "CHECK (1 = 1)", "42P10", "= 1"),
        (HEAD + "CHECK (SECRET no = body)", "42704", "no ="),
        (HEAD + "CHECK (body = (SELECT 'x'))", "0A000", "SELECT"),
        (HEAD + "CHECK (body LIKE)", "42601", ")"),
        (HEAD + "VALIDATE NOPE (SECRET s)", "42704", "NOPE"),
        (HEAD + "VALIDATE GITHUB (SECRET s, nope => '1')", "22023", "GITHUB"),
        (HEAD + "VALIDATE GITHUB (url => 'https://x')", "22023", "GITHUB"),
        (HEAD + "VALIDATE STRIPE (SECRET s, tolerance => 'never')", "22023", "STRIPE"),
        ("ALTER SOURCE o SET CHECK (nope)", "42703", "nope"),
        ("ALTER SOURCE o SET VALIDATE NOPE (SECRET s)", "42704", "NOPE"),
    ],
)
def test_what_is_wrong_is_told_by_the_statement_with_its_place(
    sql: str, sqlstate: str, piece: str
) -> None:
    async def use(engine: Engine, s: Session) -> None:
        await run(s, "CREATE SECRET s AS 'one'")
        await run(s, "CREATE SOURCE o FROM WEBHOOK BODY FORMAT TEXT")
        error = await refused(s, sql)
        assert (error.sqlstate, error.position) == (sqlstate, sql.rindex(piece) + 1)
        assert engine.find_webhook("hookwire", "public", "x") is None
        assert not intake(engine, "o").judges

    within(use)


def test_a_secret_in_use_stays_or_takes_its_sources_along() -> None:
    async def use(engine: Engine, s: Session) -> None:
        await script(s, "CREATE SECRET s AS 'one'", CHECK, RECIPE)
        await run(s, "CREATE VIEW v AS SELECT body FROM c")
        s.drain_notices()
        error = await refused(s, "DROP SECRET s")
        assert (error.sqlstate, error.detail) == (
            "2BP01",
            "source c depends on secret s\nsource r depends on secret s"
            "\nview v depends on source c",
        )
        await run(s, "DROP SECRET s CASCADE")
        (notice,) = s.drain_notices()
        assert notice.message == "drop cascades to 3 other objects"
        assert engine.find_webhook("hookwire", "public", "c") is None
        assert await run(s, "SHOW SOURCES") == await run(s, "SHOW SECRETS") == []

    within(use)


def test_validation_comes_and_goes_with_alter() -> None:
    async def use(engine: Engine, s: Session) -> None:
        await script(s, "CREATE SECRET s AS 'one'", CHECK)
        await run(s, "ALTER SOURCE c DROP CHECK")
        assert not intake(engine, "c").judges
        await run(s, "ALTER SOURCE c SET CHECK (body = 'x')")
        assert intake(engine, "c").judge(signed("one")) == REFUSED
        await run(s, "ALTER SOURCE c SET VALIDATE SLACK (SECRET s)")
        assert intake(engine, "c").judges

    within(use)


def test_a_repeated_header_that_is_read_is_refused() -> None:
    async def use(engine: Engine, s: Session) -> None:
        await script(s, "CREATE SECRET s AS 'one'", CHECK, RECIPE)
        right = signed("one")
        for name, repeated, outcome in (
            ("c", "x-other", Accepted()),
            ("c", "x-sign", Rejected(Cause.REPEATED_HEADER)),
            ("r", "x-hub-signature-256", Rejected(Cause.REPEATED_HEADER)),
        ):
            request = WebhookRequest(
                right.headers, BODY, right.received_at_us, repeated_headers=frozenset([repeated])
            )
            assert intake(engine, name).judge(request) == outcome

    within(use)


def test_a_handshake_is_answered_and_a_recipe_says_its_methods() -> None:
    async def use(engine: Engine, s: Session) -> None:
        await run(s, "CREATE SECRET s AS 'one'")
        await run(s, "CREATE SOURCE m FROM WEBHOOK BODY FORMAT JSON VALIDATE META (SECRET s)")
        made = intake(engine, "m")
        assert made.methods == {"POST", "PUT", "GET"}
        query = "hub.mode=subscribe&hub.verify_token=one&hub.challenge=77"
        outcome = made.judge(WebhookRequest((), b"", 0, method="GET", query=query))
        assert isinstance(outcome, Handshake) and outcome.response.body == b"77"
        wrong = WebhookRequest((), b"", 0, method="GET", query=query.replace("one", "two"))
        assert made.judge(wrong) == REFUSED

    within(use)


def test_the_url_is_the_public_one() -> None:
    async def use(engine: Engine, s: Session) -> None:
        await run(s, "CREATE SOURCE u FROM WEBHOOK BODY FORMAT TEXT CHECK (WITH (URL)"
                     " url = 'http://localhost/p?q=1')")  # fmt: skip
        request = WebhookRequest((), b"", 0, path="/p", query="q=1")
        assert intake(engine, "u").judge(request) == Accepted()

    within(use)


def test_a_statement_with_a_secret_is_not_shown() -> None:
    async def use(engine: Engine, s: Session) -> None:
        other = session(engine)
        for sql in ("CREATE SECRET s AS 'hunter2'", "ALTER SECRET s AS 'hunter2'"):
            await run(s, sql)
            assert s.state.query == " ".join(sql.split()[:2]) + " ..."
        told = await run(other, "SELECT query FROM pg_stat_activity ORDER BY 1")
        assert told[0] == ("ALTER SECRET ...",)
        with pytest.raises(SqlError) as error:
            s.statements("CREATE SECRET t AS 'hunter2")
        assert "hunter2" not in f"{error.value} {error.value.message}"

    within(use)
