"""Errors that leave a function of ours: how one gets through DuckDB and out again.

DuckDB passes on only the text of an exception. So the text carries the SQLSTATE, between marks
that no message of DuckDB holds, and `read_fault` finds it again.
"""

from __future__ import annotations

from hookwire_catalog import errors
from hookwire_catalog.errors import SqlError

_MARK = "\x1e"
_HINT = "\x1f"


class Fault(Exception):
    """Raised by a Python function that DuckDB calls."""

    def __init__(self, sqlstate: str, message: str, hint: str | None = None) -> None:
        super().__init__(marked(sqlstate, message, hint))


def marked(sqlstate: str, message: str, hint: str | None = None) -> str:
    """`message` with its SQLSTATE, as `read_fault` understands it."""
    tail = "" if hint is None else _HINT + hint
    return f"{_MARK}{sqlstate}{message}{tail}{_MARK}"


def error_sql(sqlstate: str, message: str) -> str:
    """A DuckDB expression that raises; `message` is an SQL expression of type text."""
    return f"error('{_MARK}{sqlstate}' || {message} || '{_MARK}')"


def read_fault(text: str) -> SqlError | None:
    """The error inside an exception text of DuckDB; None when no function of ours raised it."""
    start = text.find(_MARK)
    end = text.find(_MARK, start + 1)
    if start < 0 or end < 0:
        return None
    sqlstate, rest = text[start + 1 : start + 6], text[start + 6 : end]
    message, _, hint = rest.partition(_HINT)
    return _class_of(sqlstate)(message, hint=hint or None)


def _class_of(sqlstate: str) -> type[SqlError]:
    known = _CLASSES.get(sqlstate)
    if known is not None:
        return known
    return type("FunctionError", (SqlError,), {"sqlstate": sqlstate})


_KNOWN = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, SqlError) and value is not SqlError
]
_CLASSES: dict[str, type[SqlError]] = {
    # Of a class and its subclasses, which may have words of their own, the class.
    known.sqlstate: known
    for known in sorted(_KNOWN, key=lambda known: -len(known.__mro__))
}
