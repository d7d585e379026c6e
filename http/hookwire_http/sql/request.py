"""The body of a request: which statements are asked for. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import orjson

from hookwire_http.outcomes import Outcome
from hookwire_http.responses import Refusal, RefusedError


@dataclass(frozen=True, slots=True)
class Script:
    """Any number of statements in one text."""

    sql: str


@dataclass(frozen=True, slots=True)
class Query:
    """One statement and its parameters, as text; None is NULL."""

    sql: str
    parameters: tuple[str | None, ...]


Asked: TypeAlias = Script | tuple[Query, ...]


def read_request(body: bytes) -> Asked:
    """Raises RefusedError: 400 for what is not JSON, 422 for JSON of another shape."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _refused(400, "the request body is not a JSON document") from None
    match document:
        case {"query": str() as sql, **rest} if not rest:
            return Script(_text(sql))
        case {"queries": list() as queries, **rest} if not rest:
            return tuple(map(_query, queries))
    raise _refused(
        422, 'the request body must be {"query": "..."} or {"queries": [{"query": "..."}]}'
    )


def _query(item: object) -> Query:
    match item:
        case {"query": str() as sql, "params": list() as parameters, **rest} if not rest:
            return Query(_text(sql), tuple(map(_parameter, parameters)))
        case {"query": str() as sql, **rest} if not rest:
            return Query(_text(sql), ())
    raise _refused(422, 'each of queries must be {"query": "...", "params": ["...", null]}')


def _parameter(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else _text(value)
    raise _refused(422, "each of params must be a string, which is read as its type is, or null")


def _text(text: str) -> str:
    if "\0" in text:
        raise _refused(422, "a zero character cannot be in a query or in a parameter")
    return text


def _refused(status: int, sentence: str) -> RefusedError:
    return RefusedError(Refusal(status, sentence, Outcome.UNPARSABLE_BODY))
