"""jsonb_path_* and the operators `@?` and `@@` (PostgreSQL 9.16)."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.document import Document, parse, parse_constant, write
from hookwire_engine.functions.jsonb.path import PathError, Variables, run
from hookwire_engine.functions.jsonb.path_syntax import read_path
from hookwire_engine.functions.signatures import Kind

chapter = Chapter(
    "9.16.2",
    "The SQL/JSON path language",
    notes=(
        "The method .datetime() is refused; .keyvalue() gives every id as 0.",
        "A path is text: its syntax is looked at when it is first run.",
    ),
)
_function = chapter.function


def _bound(variables: str | None) -> Variables:
    if variables is None:
        return None
    bound = parse_constant(variables)
    if not isinstance(bound, dict):
        raise Fault("22023", '"vars" argument is not an object')
    return bound


def _items(text: str, path: str, variables: str | None, silent: bool) -> list[Document]:
    bound = _bound(variables)
    found: list[Document] = []
    try:
        for item in run(read_path(path), parse(text), bound):
            found.append(item)
    except PathError:
        if not silent:
            raise
    return found


def _query(text: str, path: str, variables: str = "{}", silent: bool = False) -> list[str]:
    return [write(item) for item in _items(text, path, variables, silent)]


def _query_array(text: str, path: str, variables: str = "{}", silent: bool = False) -> str:
    return write(_items(text, path, variables, silent))


def _query_first(text: str, path: str, variables: str = "{}", silent: bool = False) -> str | None:
    found = _items(text, path, variables, silent)
    return write(found[0]) if found else None


def _exists(
    text: str, path: str, variables: str | None = "{}", silent: bool = False
) -> bool | None:
    read = read_path(path)
    try:
        items = run(read, parse(text), _bound(variables))
        if read.strict:
            return bool(list(items))
        for _ in items:
            return True
    except PathError:
        if not silent:
            raise
        return None
    return False


def _match(text: str, path: str, variables: str | None = "{}", silent: bool = False) -> bool | None:
    found = _items(text, path, variables, silent)
    if len(found) == 1 and (found[0] is None or isinstance(found[0], bool)):
        answer: bool | None = found[0]
        return answer
    if silent:
        return None
    raise Fault("22038", "single boolean result is expected")


def _exists_silently(text: str, path: str) -> bool | None:
    return _exists(text, path, None, True)


def _match_silently(text: str, path: str) -> bool | None:
    return _match(text, path, None, True)


_ARGUMENTS = "(jsonb, jsonpath, jsonb=, bool=)"
_PARAMETERS = ("target", "path", "vars", "silent")
for _suffix in ("", "_tz"):
    for _name, _python, _returns in (
        ("exists", _exists, "bool"),
        ("match", _match, "bool"),
        ("query_array", _query_array, "jsonb"),
        ("query_first", _query_first, "jsonb"),
    ):
        _function(
            f"jsonb_path_{_name}{_suffix}{_ARGUMENTS} {_returns}",
            as_=f"jsonb_path_{_name}",
            python=_python,
            parameters=_PARAMETERS,
        )
    _function(
        f"jsonb_path_query{_suffix}{_ARGUMENTS} jsonb",
        as_="jsonb_path_query",
        kind=Kind.TABLE,
        sql=(
            "CAST(hw_jsonb_path_query(_1, _2, _3, _4) AS JSON[])",
            "CAST(hw_jsonb_path_query(_1, _2, _3) AS JSON[])",
            "CAST(hw_jsonb_path_query(_1, _2) AS JSON[])",
        ),
        parameters=_PARAMETERS,
    )
chapter.udf("jsonb_path_query", _query, None, "VARCHAR[]")
for _symbol, _name, _silent in (
    ("@?", "jsonb_path_exists_opr", _exists_silently),
    ("@@", "jsonb_path_match_opr", _match_silently),
):
    chapter.udf(_name, _silent, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    chapter.operator(f"{_symbol}(jsonb, jsonpath) bool", target=_name, sql=f"hw_{_name}(_1, _2)")
