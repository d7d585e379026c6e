"""Webhook behaviour collected from Materialize's source, run against Hookwire.

`tests/data/webhook_cases.jsonl` holds the facts (see the README there). Where Hookwire's contract
says otherwise, `ADAPTED` says so and why; nothing else is changed.
"""

from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from support.hookwire_process import HookwireProcess

CASES_FILE = Path(__file__).parents[1] / "data" / "webhook_cases.jsonl"
CASES = [json.loads(line) for line in CASES_FILE.read_text().splitlines()]
DATABASE = "hookwire"

# Which words of a case Hookwire's contract replaces, and why.
ADAPTED: dict[str, dict[str, str]] = {
    # Our own sentence for a body that is not UTF-8.
    "text_not_utf8_is_400": {"failed to deserialize body as String": '"UTF8"'},
    # A map is hstore on the wire (contract section 5), so it prints as hstore does.
    "header_names_are_lower_cased": {"{x-mixed=>Val}": '"x-mixed"=>"Val"'},
    "headers_block_list": {"{content-length=>3}": '"content-length"=>"3"'},
    "headers_map_filter_and_check_together": {
        "{content-type=>text/example,x-id=>a,x-ts=>100}": (
            '"x-id"=>"a", "x-ts"=>"100", "content-type"=>"text/example"'
        ),
        "{x-random=>foo}": '"x-random"=>"foo"',
    },
    # What is not there is told in PostgreSQL's words.
    "ddl_check_unknown_secret": {
        "unknown catalog item 's_missing'": 'secret "s_missing" does not exist',
    },
    # What a request may become is counted in rows, and for each source (contract section 2).
    "decoded_rows_budget": {
        "ALTER SYSTEM SET webhook_max_decoded_rows_bytes = 1000": "SELECT 1",
        "INCLUDE HEADERS": "INCLUDE HEADERS WITH (max_rows_per_request = 100)",
        "request body decodes to more than the maximum allowed": "more than 100 rows",
    },
}
# Who fails a check is not allowed in, rather than wrong: 401 (contract section 3, decision 10).
STATUSES = {
    (name, 400): 401
    for name in (
        "headers_map_filter_and_check_together",
        "check_header_equality",
        "check_buildkite_style",
        "check_two_secrets_text_and_bytes",
        "recipe_eventbridge",
        "recipe_generic_base64_hmac",
    )
}
# Metrics keep the names of contract section 8, which counts every webhook request there is.
WEBHOOK_ROUTE = "/api/webhook/{:database}/{:schema}/{:id}"
METRICS = {
    f'mz_http_requests_total{{path="{WEBHOOK_ROUTE}",status="200"}}': (
        'mz_webhook_source_requests_total{status="success"}'
    ),
}


class Case:
    """One case in a schema of its own."""

    def __init__(self, case: dict[str, Any], hookwire: HookwireProcess) -> None:
        self.name = cast(str, case["name"])
        self.schema = "case_" + self.name
        self.hookwire = hookwire

    def fill(self, text: str) -> str:
        for old, new in ADAPTED.get(self.name, {}).items():
            text = text.replace(old, new)
        return text.replace("{db}", DATABASE).replace("{schema}", self.schema)

    def run(self, step: dict[str, Any], connection: psycopg.Connection[Any]) -> None:
        for statement in step.get("setup_sql", []):
            connection.execute(self.fill(statement))
        before = {name: self.metric(name) for name in step.get("expect_metric_increase", {})}
        for request in step["requests"]:
            self.send(request)
        for name, increase in step.get("expect_metric_increase", {}).items():
            assert self.metric(name) == before[name] + increase
        for check in step["checks"]:
            self.check(check, connection)
        for later in step.get("then", []):
            self.run(later, connection)

    def metric(self, name: str) -> float:
        lines = self.hookwire.request("GET", "/metrics").text.splitlines()
        prefix = METRICS[name] + " "
        return sum(float(line.removeprefix(prefix)) for line in lines if line.startswith(prefix))

    def send(self, request: dict[str, Any]) -> None:
        with ThreadPoolExecutor(request.get("concurrency", 1)) as pool:
            list(pool.map(lambda i: self.send_one(request, i), range(request.get("repeat", 1))))

    def send_one(self, request: dict[str, Any], number: int) -> None:
        if "body_b64" in request:
            body = base64.b64decode(request["body_b64"])
        else:
            body = request["body"].replace("{i}", str(number)).encode()
        headers = [(name, value) for name, value in request["headers"]]
        path = self.fill(request["path"])
        reply = self.hookwire.request(request["method"], path, body, headers)
        status = request["expect_status"]
        assert reply.status == STATUSES.get((self.name, status), status), reply
        if "expect_body" in request:
            assert reply.text == request["expect_body"]
        assert self.fill(request.get("expect_body_contains", "")) in reply.text

    def check(self, check: dict[str, Any], connection: psycopg.Connection[Any]) -> None:
        sql = self.fill(check["sql"])
        if "expect_error_contains" in check:
            words = self.fill(check["expect_error_contains"])
            with pytest.raises(psycopg.Error) as raised:
                connection.execute(sql)
            assert words in str(raised.value)
            assert check.get("sqlstate", raised.value.sqlstate) == raised.value.sqlstate
            return
        cursor = connection.execute(sql)
        rows = [list(row) for row in cursor.fetchall()]
        if "columns_used" in check:
            names = [column.name for column in cursor.description or []]
            chosen = [names.index(name) for name in check["columns_used"]]
            rows = [[row[index] for index in chosen] for row in rows]
        expected = [
            [self.fill(v) if isinstance(v, str) else v for v in row] for row in check["expect_rows"]
        ]
        assert_rows(
            rows, expected, ordered=check.get("ordered", False), types=check.get("types", [])
        )


def _plain(value: object, type_name: str) -> object:
    if type_name == "json":
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value


def assert_rows(
    rows: list[list[Any]], expected: list[list[Any]], *, ordered: bool, types: list[str]
) -> None:
    """Rows as a case expects them: `re:` cells are patterns, `json` cells compare as values."""
    kinds = types + [""] * (max(map(len, expected), default=0) - len(types))
    found = [[_plain(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows]
    wanted = [
        [_plain(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in expected
    ]
    if not ordered:
        found, wanted = sorted(found, key=repr), sorted(wanted, key=repr)
    assert len(found) == len(wanted), found
    for row, pattern in zip(found, wanted, strict=True):
        for cell, want in zip(row, pattern, strict=True):
            if isinstance(want, str) and want.startswith("re:"):
                assert re.match(want[3:], str(cell), re.DOTALL), cell
            else:
                assert cell == want


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any], hookwire: HookwireProcess) -> None:
    run = Case(case, hookwire)
    with psycopg.connect(hookwire.sql_dsn, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {run.schema}")
        connection.execute(f"SET search_path = {run.schema}")
        try:
            run.run(case, connection)
        finally:
            connection.execute(f"DROP SCHEMA {run.schema} CASCADE")
