"""How DuckDB's messages spell types and calls, and how PostgreSQL would."""

from __future__ import annotations

import re

from hookwire_catalog import types
from hookwire_catalog.names import quote_identifier

_NUMERIC = types.NUMERIC.display
_SPELLINGS = {
    "BOOL": "boolean", "BOOLEAN": "boolean", "INT8": "smallint", "INT16": "smallint",
    "INT32": "integer", "INT64": "bigint", "INT128": _NUMERIC, "UINT8": "smallint",
    "UINT16": "integer", "UINT32": "bigint", "UINT64": _NUMERIC, "UINT128": _NUMERIC,
    "TINYINT": "smallint", "SMALLINT": "smallint", "INTEGER": "integer", "BIGINT": "bigint",
    "HUGEINT": _NUMERIC, "UTINYINT": "smallint", "USMALLINT": "integer", "UINTEGER": "bigint",
    "UBIGINT": _NUMERIC, "UHUGEINT": _NUMERIC, "BIGNUM": _NUMERIC, "DECIMAL": _NUMERIC,
    "INTEGER_LITERAL": "integer", "STRING_LITERAL": "unknown", '"NULL"': "unknown",
    "NULL": "unknown", "UNKNOWN": "unknown", "FLOAT": "real", "DOUBLE": "double precision",
    "VARCHAR": "text", "ENUM": "text", "BLOB": "bytea", "BIT": "bit varying", "UUID": "uuid",
    "DATE": "date", "TIME": "time without time zone", "TIME WITH TIME ZONE": "time with time zone",
    "TIMESTAMP": "timestamp without time zone", "TIMESTAMP_S": "timestamp without time zone",
    "TIMESTAMP_MS": "timestamp without time zone", "TIMESTAMP_NS": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone", "INTERVAL": "interval",
    "JSON": "jsonb", "STRUCT": "jsonb", "VARIANT": "jsonb", "UNION": "jsonb", "TUPLE": "record",
    "MAP": "hstore",
}  # fmt: skip
_CALL = re.compile(r"(?P<name>.*?)\((?P<arguments>.*)\)", re.DOTALL)
_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
_BRACKETS = re.compile(r"(\[\d*\])+\Z")


def type_name(spelled: str) -> str:
    """A type of a DuckDB message as format_type() would print it, without modifiers."""
    spelled = spelled.strip()
    brackets = _BRACKETS.search(spelled)
    if brackets is not None:
        return type_name(spelled[: brackets.start()]) + "[]"
    return _SPELLINGS.get(spelled.partition("(")[0].strip(), "text")


def function_name(name: str) -> str:
    """Without the schemas that only we know of."""
    return quote_identifier(name.replace('"', "").rpartition(".")[2])


def missing_call(call: str) -> tuple[str, str]:
    """PostgreSQL's message and hint for a call (`lower(INTEGER_LITERAL)`) that nothing matches."""
    found = _CALL.fullmatch(call)
    name = call if found is None else found["name"].replace('"', "").replace("//", "/")
    arguments = [] if found is None else [type_name(a) for a in split_arguments(found["arguments"])]
    if not _OPERATOR.fullmatch(name):
        message = f"function {function_name(name)}({', '.join(arguments)}) does not exist"
        return message, _hint("function", 2)
    shown = f" {name} ".join(arguments) if len(arguments) > 1 else f"{name} {arguments[0]}"
    return f"operator does not exist: {shown}", _hint("operator", len(arguments))


def _hint(what: str, arguments: int) -> str:
    types_, casts = ("types", "explicit type casts")
    if arguments == 1:
        types_, casts = ("type", "an explicit type cast")
    return (
        f"No {what} matches the given name and argument {types_}. You might need to add {casts}."
    )


def literal_arguments(call: str) -> list[str] | None:
    """The types of a call's arguments as it is written; None unless all are literals."""
    found = _CALL.fullmatch(call.strip())
    if found is None:
        return None
    names = [_literal_type(argument.strip()) for argument in split_arguments(found["arguments"])]
    return None if None in names else [name for name in names if name is not None]


def _literal_type(text: str) -> str | None:
    if re.fullmatch(r"\d{1,9}", text):
        return "integer"
    if re.fullmatch(r"\d*\.\d*|\d+e\d+", text):
        return _NUMERIC
    if re.fullmatch(r"'[^']*'", text) or text.lower() == "null":
        return "unknown"
    return "boolean" if text.lower() in ("true", "false") else None


def split_arguments(text: str) -> list[str]:
    """At the commas outside of parentheses."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]] if text.strip() else []


def decimal_sizes(spelled: str) -> tuple[int, int]:
    """Precision and scale of `DECIMAL(5,2)`."""
    precision, scale = re.findall(r"\d+", spelled)[:2]
    return int(precision), int(scale)
