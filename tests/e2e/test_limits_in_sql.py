"""Limits by psql, as senders meet them: at once, and after a restart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from support.hookwire_process import HookwireProcess, PsqlError, webhook_path

CREATE = "CREATE SOURCE {} FROM WEBHOOK BODY FORMAT TEXT"
LARGE = "x" * 20_000


def test_the_413_names_the_statement_that_lifts_it(hookwire: HookwireProcess) -> None:
    hookwire.psql(CREATE.format('"Bulky one"'))
    path = webhook_path("Bulky one")
    refused = hookwire.post(path, LARGE)
    assert refused.status == 413
    found = re.search(r"ALTER SOURCE .* SET \(max_body_bytes = \.\.\.\)", refused.text)
    assert found is not None
    hookwire.psql(found[0].replace("...", "20000"))
    assert hookwire.post(path, LARGE).status == 200
    assert hookwire.post(path, LARGE + "x").status == 413
    hookwire.psql('ALTER SOURCE "Bulky one" RESET (max_body_bytes)')
    assert hookwire.post(path, LARGE).status == 413
    assert hookwire.psql('SELECT count(*) FROM "Bulky one"') == "1"


def test_a_change_holds_from_commit_on(hookwire: HookwireProcess) -> None:
    hookwire.psql(CREATE.format("later"))
    hookwire.psql("BEGIN; ALTER SOURCE later SET (max_body_bytes = 1); ROLLBACK")
    assert hookwire.post(webhook_path("later"), "ab").status == 200
    hookwire.psql("BEGIN; ALTER SOURCE later SET (max_body_bytes = 1); COMMIT")
    assert hookwire.post(webhook_path("later"), "ab").status == 413


def test_an_external_id_moves(hookwire: HookwireProcess) -> None:
    hookwire.psql(CREATE.format("moving"))
    new = "/api/webhook/moving-0123456789abc"
    assert hookwire.post(new, "x").status == 404
    hookwire.psql("ALTER SOURCE moving SET (external_id = 'moving-0123456789abc')")
    assert hookwire.post(new, "x").status == 200
    hookwire.psql("ALTER SOURCE moving RESET (external_id)")
    assert hookwire.post(new, "x").status == 404


def test_alter_system_holds_at_once_and_after_kill9(
    make_hookwire: Callable[..., HookwireProcess],
) -> None:
    hookwire = make_hookwire().start()
    hookwire.psql(CREATE.format("s"))
    hookwire.psql("ALTER SYSTEM SET webhook_max_body_bytes = 3")
    hookwire.psql("ALTER SYSTEM SET webhook_response_status = 202")
    for _ in range(2):
        assert hookwire.post(webhook_path("s"), "abc").status == 202
        assert hookwire.post(webhook_path("s"), "abcd").status == 413
        assert hookwire.psql("SHOW webhook_max_body_bytes") == "3"
        hookwire.kill9()
        hookwire.start()
    hookwire.psql("ALTER SYSTEM RESET ALL")
    assert hookwire.post(webhook_path("s"), "abcd").status == 200


def test_psql_shows_what_is_wrong_and_where(hookwire: HookwireProcess) -> None:
    with pytest.raises(PsqlError) as refused:
        hookwire.psql("ALTER SOURCE wrong SET (allow_ips = '::1', '10.0.0.1/8')")
    said = str(refused.value)
    assert 'ERROR:  invalid value for parameter "allow_ips": "10.0.0.1/8"' in said
    assert "DETAIL:  Value has bits set to right of mask." in said
    assert "HINT:  Write 10.0.0.0/8." in said
    line, caret = re.findall(r"^(LINE 1: .*)\n( *\^)$", said, re.MULTILINE)[0]
    assert line[len(caret) - 1 :].startswith("'10.0.0.1/8'")
