"""`hookwire check`: JSON lines in, what the server would say out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hookwire.__main__ import main
from hookwire.commands.dry_run import check_lines
from support.hookwire_process import child_environment

VECTORS = Path(__file__).parents[1] / "data" / "provider_vectors.json"
SECRET = "It's a Secret to Everybody"
BODY = "Hello, World!"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
GITHUB: dict[str, Any] = {
    "id": "g",
    "recipe": "GITHUB",
    "options": {},
    "secrets": {"s": SECRET},
    "method": "POST",
    "url": "https://hooks.example.com/api/webhook/hookwire/public/github",
    "headers": {"X-Hub-Signature-256": SIGNATURE},
    "body": BODY,
    "now": 1760000000,
}
CHECK = "headers['x-hub-signature-256'] = 'sha256=' || hmac('sha256', SECRET s, body)"
PLAIN = {"content-type": "text/plain; charset=utf-8"}
OPAQUE = {
    "outcome": "rejected",
    "status": 401,
    "cause": "VALIDATION_FAILED",
    "response_body": "failed to validate the request",
    "response_headers": PLAIN,
}
ACCEPTED = {
    "outcome": "accepted",
    "status": 200,
    "cause": None,
    "response_body": "",
    "response_headers": {},
}
COMMAND = [sys.executable, "-m", "hookwire", "check"]


def run(*lines: object) -> tuple[int, list[dict[str, Any]]]:
    out = io.BytesIO()
    texts = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    code = check_lines((text + b"\n" for text in texts), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def one(**changes: object) -> dict[str, Any]:
    """The answer to GITHUB with changes; None takes a key away."""
    document = {key: value for key, value in {**GITHUB, **changes}.items() if value is not None}
    code, (answer,) = run(document)
    assert code == (1 if "error" in answer else 0)
    assert answer.pop("id") == document.get("id")
    return answer


def test_a_recipe_judges() -> None:
    assert one() == ACCEPTED
    assert one(body=BODY + " ") == OPAQUE
    assert one(recipe="github", body=None, body_b64=base64.b64encode(BODY.encode()).decode()) == (
        ACCEPTED
    )
    assert one(headers=[["x-HUB-signature-256", SIGNATURE]]) == ACCEPTED


def test_a_check_judges_the_same() -> None:
    assert one(recipe=None, check=CHECK) == ACCEPTED
    assert one(recipe=None, check=CHECK, body=BODY + " ") == OPAQUE
    assert one(recipe=None, check="CHECK (WITH (BODY) length(body) = 13)") == ACCEPTED


def test_a_check_sees_the_request() -> None:
    check = "method = 'PUT' AND path = '/a' AND query['b'] = 'c' AND headers['x'] = '1, 2'"
    inputs = f"CHECK (WITH (METHOD, PATH, QUERY, HEADERS) {check})"
    answer = one(
        recipe=None, check=inputs, method="PUT", url="https://h/a?b=c#d", headers={"X": "1, 2"}
    )
    assert answer == ACCEPTED


@pytest.mark.parametrize("judge", [{"recipe": "GITHUB"}, {"recipe": None, "check": CHECK}])
def test_secrets_in_rotation(judge: dict[str, Any]) -> None:
    assert one(**judge, secrets={"s": ["newer", SECRET]}) == ACCEPTED
    assert one(**judge, secrets={"s": ["newer", "other"]}) == OPAQUE


@pytest.mark.parametrize("judge", [{"recipe": "GITHUB"}, {"recipe": None, "check": CHECK}])
def test_what_the_server_says_before_it_checks(judge: dict[str, Any]) -> None:
    got = one(**judge, method="GET")
    assert (got["status"], got["cause"]) == (405, "UNSUPPORTED_METHOD")
    assert got["response_headers"]["allow"] == "POST, PUT"
    twice = [["X-Hub-Signature-256", SIGNATURE], ["x-hub-signature-256", SIGNATURE]]
    repeated = one(**judge, headers=twice)
    assert (repeated["status"], repeated["cause"]) == (400, "REPEATED_HEADER")
    others = [["X-Hub-Signature-256", SIGNATURE], ["x-a", "1"], ["X-A", "2"]]
    assert one(**judge, headers=others) == ACCEPTED
    preflight = one(**judge, method="OPTIONS", headers={"Access-Control-Request-Method": "POST"})
    assert (preflight["outcome"], preflight["status"]) == ("handshake", 204)


def test_a_body_may_be_as_large_as_the_source_allows() -> None:
    large = "x" * 16_385
    check = {"recipe": None, "check": "length(body) > 0"}
    assert one(**check, body=large)["cause"] == "PAYLOAD_TOO_LARGE"
    assert one(**check, body=large[1:]) == ACCEPTED
    assert one(**check, body=large, options={"max_body_bytes": 20_000}) == ACCEPTED
    signature = "sha256=" + hmac.new(SECRET.encode(), large.encode(), hashlib.sha256).hexdigest()
    assert one(body=large, headers={"X-Hub-Signature-256": signature}) == ACCEPTED
    small = one(options={"max_body_bytes": 12})
    assert (small["status"], small["cause"]) == (413, "PAYLOAD_TOO_LARGE")
    assert small["response_body"].startswith("request body exceeds 12 bytes")


def test_handshakes_and_answers_of_recipes() -> None:
    challenge = one(recipe="DROPBOX", method="GET", url="https://h/?challenge=a%20b", body=None)
    assert challenge == {
        "outcome": "handshake",
        "status": 200,
        "cause": None,
        "response_body": "a b",
        "response_headers": {"content-type": "text/plain", "x-content-type-options": "nosniff"},
    }
    stale = {"headers": {"Stripe-Signature": "t=1,v1=" + _mac("1." + BODY)}, "recipe": "STRIPE"}
    assert one(**stale) == OPAQUE | {"cause": "STALE_TIMESTAMP"}
    assert one(**stale, now=301.0) == ACCEPTED
    assert one(**stale, options={"tolerance": "1 minute"}, now=70)["cause"] == "STALE_TIMESTAMP"
    assert one(**stale, options={"TOLERANCE": 60}, now=61) == ACCEPTED


def _mac(content: str) -> str:
    return hmac.new(SECRET.encode(), content.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"secrets": {}}, "recipe GITHUB needs a secret"),
        ({"secrets": None}, "recipe GITHUB needs a secret"),
        ({"recipe": "NOPE"}, 'recipe "NOPE" does not exist'),
        ({"options": {"url": "https://a"}}, 'recipe GITHUB has no option "url"'),
        ({"options": {"tolerance": []}}, "option 'tolerance' is a string or a number"),
        ({"options": []}, None),
        ({"options": [1]}, "options is an object"),
        ({"recipe": None}, "one of recipe and check is needed"),
        ({"check": CHECK}, "one of recipe and check is needed"),
        ({"recipe": 1}, "recipe is a string"),
        ({"secrets": {"s": 1}}, "secret 's' is a string or a list of strings"),
        ({"secrets": {"s": []}}, "secret 's' is a string or a list of strings"),
        ({"secrets": "s"}, "secrets is an object of names and values"),
        ({"headers": {"a": 1}}, "headers is an object of strings, or a list of pairs of strings"),
        ({"headers": [["a"]]}, "headers is an object of strings, or a list of pairs of strings"),
        ({"headers": "a"}, "headers is an object of strings, or a list of pairs of strings"),
        ({"body_b64": ""}, "body and body_b64 exclude each other"),
        ({"body": None, "body_b64": "!"}, "body_b64 is not base64"),
        ({"body": 1}, "body is a string"),
        ({"now": "today"}, "now is a number of seconds since 1970"),
        ({"now": True}, "now is a number of seconds since 1970"),
        ({"options": {"max_body_bytes": "x"}}, "max_body_bytes is a number of bytes"),
        ({"recipe": None, "check": "length(body"}, "syntax error at end of input"),
        ({"recipe": None, "check": "body = SECRET t"}, 'secret "t" does not exist'),
        ({"recipe": None, "check": "length(body)", "options": {"a": "b"}},
         "options are a recipe's; a check has none"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_run_says_why(changes: dict[str, Any], error: str | None) -> None:
    answer = one(**changes)
    if error is None:
        assert answer == ACCEPTED
        return
    assert answer["error"] == error
    assert answer["line"] == 1
    assert SECRET not in json.dumps(answer)


def test_an_unknown_key_is_an_error() -> None:
    assert one(secret="x")["error"].startswith("unknown key 'secret'; keys are body, ")


def test_lines_that_cannot_be_run_do_not_stop_the_others() -> None:
    code, answers = run(b"{", b"[]", b"", GITHUB, b"\xff", GITHUB | {"secrets": {}})
    assert code == 1
    assert [answer.get("line") for answer in answers] == [1, 2, None, 5, 6]
    assert [answer["id"] for answer in answers] == [None, None, "g", None, "g"]
    assert answers[-1]["sqlstate"] == "22023"
    assert answers[-1]["hint"].startswith("Write VALIDATE GITHUB (SECRET <name>)")


def test_every_provider_vector_through_the_command() -> None:
    """The same answers as in engine/recipes, with the secrets named as the vectors name them."""
    names = {"msgraph": "MICROSOFT_GRAPH", "aws-sns": "SNS", "eventgrid": "EVENT_GRID"}
    names |= {"x-twitter": "X", "bitbucket-server": "BITBUCKET", "basic-auth": "BASIC_AUTH"}
    names |= {"standard-webhooks": "STANDARD_WEBHOOKS"}
    others = {"cloudevents", "convoy", "generic-hmac"}  # they need options: see test_vectors.py
    vectors = [v for v in json.loads(VECTORS.read_text()) if v["provider"] not in others]
    lines = []
    for vector in vectors:
        secret = vector["secret"]
        secrets = secret if isinstance(secret, dict) else {"s": secret}
        line = {key: vector[key] for key in ("id", "method", "url", "headers", "body")}
        recipe = names.get(vector["provider"], vector["provider"])
        now = vector.get("now", 1760000000)
        lines.append(line | {"recipe": recipe, "secrets": secrets, "now": now})
    code, answers = run(*lines)
    assert (code, len(answers)) == (0, 90)
    for vector, answer in zip(vectors, answers, strict=True):
        good = "handshake" if vector["kind"] == "handshake" else "accepted"
        assert answer["outcome"] == (good if vector["valid"] else "rejected"), vector["id"]
        expected = vector.get("expect")
        if vector["valid"] and expected:
            assert answer["status"] == expected["status"]
            assert answer["response_body"] == expected["body"]
            assert expected["headers"].items() <= answer["response_headers"].items()


def test_answers_come_line_by_line(tmp_path: Path) -> None:
    with subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=child_environment(),
        cwd=tmp_path,
    ) as process:
        assert process.stdin and process.stdout
        for _ in range(3):
            process.stdin.write(json.dumps(GITHUB).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"id": "g", **ACCEPTED}
        process.stdin.close()
        assert process.wait() == 0


def test_the_exit_code_tells_of_a_bad_line(tmp_path: Path) -> None:
    text = b"nonsense\n" + json.dumps(GITHUB).encode()
    done = subprocess.run(
        COMMAND, input=text, capture_output=True, env=child_environment(), cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [None, "g"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--replay", "x"], ["--replay", "-1"], ["--replay", str(1 << 63)],
        ["--replay", "1", "--all"], ["--replay", "1", "--source", "s"],
        ["--source", "s"], ["--url", "postgresql://h/d"],
    ],
)  # fmt: skip
def test_arguments_that_do_not_go_together(arguments: list[str]) -> None:
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False,
        env=child_environment(), stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == "" and done.stderr


def test_replay_needs_a_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--all", "--url", "postgresql://hookwire@127.0.0.1:1/hookwire"]) == 1
    assert "cannot connect" in capsys.readouterr().err
