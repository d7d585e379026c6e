"""A restart keeps everything: what exists, what is said of it, its URLs and its rows."""

from __future__ import annotations

import signal
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from support.hookwire_process import HookwireProcess, webhook_path

SETUP = """
CREATE SCHEMA billing;
CREATE SOURCE billing."Odd name/%" FROM WEBHOOK BODY FORMAT JSON
    INCLUDE HEADERS (NOT 'authorization') INCLUDE HEADER 'x-event' AS event
    INCLUDE RECEIVED_AT INCLUDE REQUEST_ID INCLUDE REMOTE_ADDRESS INCLUDE METHOD INCLUDE PATH
    INCLUDE QUERY;
CREATE SOURCE plain FROM WEBHOOK BODY FORMAT BYTES;
CREATE SOURCE words FROM WEBHOOK BODY FORMAT TEXT;
CREATE SOURCE gone FROM WEBHOOK BODY FORMAT TEXT;
CREATE VIEW billing.events AS SELECT event, body->>'id' AS id FROM billing."Odd name/%";
COMMENT ON SOURCE plain IS 'as it came';
COMMENT ON COLUMN plain.body IS 'bytes; it''s all there';
DROP SOURCE gone;
CREATE TABLE prices (id int, price numeric(10,2), name varchar);
INSERT INTO prices VALUES (1, 1.10, 'ünï'), (2, NULL, NULL);
"""

QUESTIONS = (
    "SHOW SCHEMAS",
    "SHOW SOURCES",
    "SHOW VIEWS FROM billing",
    'SHOW COLUMNS FROM billing."Odd name/%"',
    "SHOW COLUMNS FROM plain",
    'SHOW CREATE SOURCE billing."Odd name/%"',
    "SHOW CREATE SOURCE plain",
    "SHOW CREATE VIEW billing.events",
    'SELECT * FROM billing."Odd name/%"',
    "SELECT * FROM billing.events",
    "SELECT body FROM plain",
    "SELECT body FROM words",
    "SELECT * FROM prices ORDER BY id",
    "SELECT id, name, schema_id, type FROM mz_sources ORDER BY 1",
    "SELECT id, name FROM mz_internal.mz_webhook_sources ORDER BY 1",
    "SELECT name, format, rows, last_received_at FROM hookwire.webhook_sources ORDER BY 1",
)


def _answers(hookwire: HookwireProcess) -> dict[str, str]:
    return {question: hookwire.psql(question) for question in QUESTIONS}


def _external_paths(hookwire: HookwireProcess) -> list[str]:
    urls = hookwire.psql("SELECT external_url FROM hookwire.webhook_sources ORDER BY name")
    return [urlsplit(url).path for url in urls.splitlines()]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_restart_keeps_everything(
    make_hookwire: Callable[..., HookwireProcess], how: signal.Signals
) -> None:
    hookwire = make_hookwire().start()
    hookwire.psql(SETUP)
    odd = webhook_path("Odd name/%", schema="billing")
    headers = [("X-Event", "paid"), ("Authorization", "Bearer x"), ("X-Note", "a")]
    assert hookwire.post(odd + "?a=1&b=%20", '{"id": "ü1", "n": 1.10}', headers).status == 200
    assert hookwire.post(odd, '{"id": null} {"id": "3"}').status == 200
    assert hookwire.post(webhook_path("plain"), bytes(range(256))).status == 200
    assert hookwire.post(webhook_path("words"), "").status == 200
    before, paths = _answers(hookwire), _external_paths(hookwire)
    assert all(before[question] for question in QUESTIONS if "words" not in question)
    assert len(set(paths)) == 3
    if how == signal.SIGKILL:
        hookwire.kill9()
    else:
        assert hookwire.terminate(how) == 0
    hookwire.start()
    assert _answers(hookwire) == before
    assert _external_paths(hookwire) == paths
    for path in paths:
        assert hookwire.post(path, "7").status == 200
    counts = "SELECT rows FROM hookwire.webhook_sources ORDER BY name"
    assert hookwire.psql(counts).split() == ["4", "2", "2"]
    assert hookwire.post(webhook_path("gone"), "x").status == 404


def test_new_objects_after_a_restart_reuse_no_id(
    make_hookwire: Callable[..., HookwireProcess],
) -> None:
    """An id names one object for ever; else a row could turn up in a stranger's source."""
    hookwire = make_hookwire().start()
    create = "CREATE SOURCE s FROM WEBHOOK BODY FORMAT TEXT"
    seen = set()
    for _ in range(3):
        hookwire.psql(create)
        assert hookwire.post(webhook_path("s"), "old").status == 200
        seen.add(hookwire.psql("SELECT id FROM mz_sources WHERE name = 's'"))
        hookwire.psql("DROP SOURCE s")
        hookwire.kill9()
        hookwire.start()
    assert len(seen) == 3
    hookwire.psql(create)
    assert hookwire.psql("SELECT count(*) FROM s") == "0"


def test_in_memory_serves_and_forgets(make_hookwire: Callable[..., HookwireProcess]) -> None:
    hookwire = make_hookwire()
    hookwire.data_dir = ":memory:"
    hookwire.start()
    hookwire.psql("CREATE SOURCE fleeting FROM WEBHOOK BODY FORMAT TEXT")
    assert hookwire.post(webhook_path("fleeting"), "now").status == 200
    assert hookwire.psql("SELECT body FROM fleeting") == "now"
    assert hookwire.terminate() == 0
    assert not list(hookwire.log_path.parent.glob("**/*.journal"))
    hookwire.start()
    assert hookwire.psql("SHOW SOURCES") == ""
