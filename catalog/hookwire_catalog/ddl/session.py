"""SET, RESET and the other statements about a session's own state."""

from __future__ import annotations

from hookwire_catalog import settings
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.show import setting_name
from hookwire_catalog.ddl.transactions import modes
from hookwire_catalog.errors import InsufficientPrivilege, InvalidParameterValue
from hookwire_catalog.lexer import Kind
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.setting_values import Type
from hookwire_catalog.statements import (
    Deallocate,
    Discard,
    Maintain,
    OurStatement,
    ResetSetting,
    SetSetting,
    SetTransaction,
)


def set_(cursor: TokenCursor) -> OurStatement | None:
    cursor.next()
    if cursor.at_word("variable"):
        return None  # DuckDB's session variables
    if cursor.words_follow("session", "characteristics"):
        return _characteristics(cursor)
    if cursor.accept_words("session", "authorization"):
        return _authorization(cursor, local=False)
    local = _scope(cursor)
    if cursor.accept_words("session", "authorization"):
        return _authorization(cursor, local)
    if not local and cursor.at_word("transaction") and not _assigned(cursor):
        return _transaction(cursor)
    return _special(cursor, local) or _plain(cursor, local)


def _scope(cursor: TokenCursor) -> bool:
    """[SESSION | LOCAL]; True for LOCAL."""
    if _assigned(cursor):
        return False
    if cursor.at_word("global"):
        named = cursor.peek(1)
        shown = named.text if named is not None else "global"
        raise InsufficientPrivilege(f'permission denied to set parameter "{shown}"')
    return cursor.accept_word("session", "local") == "local"


def _assigned(cursor: TokenCursor) -> bool:
    """Whether the next word is a setting that gets a value: `SET role = ...`."""
    following = cursor.peek(1)
    return following is not None and (following.is_word("to") or following.text == "=")


def _characteristics(cursor: TokenCursor) -> SetTransaction:
    cursor.expect_words("session", "characteristics", "as", "transaction")
    found = tuple((f"default_{name}", value) for name, value in modes(cursor))
    return SetTransaction(found, session=True)


def _transaction(cursor: TokenCursor) -> SetTransaction:
    cursor.next()
    if cursor.at_word("snapshot"):
        cursor.unsupported("SET TRANSACTION SNAPSHOT is not supported")
    return SetTransaction(modes(cursor))


def _authorization(cursor: TokenCursor, local: bool) -> SetSetting:
    value = None if cursor.accept_word("default") else _role_value(cursor)
    return SetSetting("session_authorization", value, local)


def _role_value(cursor: TokenCursor) -> str:
    value = cursor.accept_string()
    return cursor.identifier() if value is None else value


def _special(cursor: TokenCursor, local: bool) -> OurStatement | None:
    """The forms that are not `SET name = value`."""
    if cursor.words_follow("time", "zone"):
        cursor.expect_words("time", "zone")
        return SetSetting("TimeZone", _zone(cursor), local)
    if _assigned(cursor):
        return None
    if cursor.accept_word("names"):
        value = None if cursor.accept_word("default") else cursor.accept_string()
        return SetSetting("client_encoding", value, local)
    if cursor.accept_word("schema"):
        return SetSetting("search_path", quote_identifier(cursor.string()), local)
    if cursor.at_word("role"):
        return _role(cursor, local)
    if cursor.at_word("constraints", "seed", "xml"):
        cursor.unsupported(f"SET {cursor.next().text.upper()} is not supported")
    return None


def _role(cursor: TokenCursor, local: bool) -> SetSetting:
    cursor.next()
    if cursor.accept_word("none", "default"):
        return SetSetting("role", None, local)
    return SetSetting("role", _role_value(cursor), local)


def _zone(cursor: TokenCursor) -> str | None:
    """A string, a name, a number of hours, an INTERVAL, LOCAL or DEFAULT."""
    if cursor.accept_word("local", "default"):
        return None
    if cursor.at_word("interval"):
        cursor.unsupported(
            "SET TIME ZONE INTERVAL is not supported", "Name a zone, as in 'Europe/Berlin'."
        )
    number = cursor.accept_number()
    if number is not None:
        return number
    value = cursor.accept_string()
    return cursor.identifier() if value is None else value


def _plain(cursor: TokenCursor, local: bool) -> SetSetting:
    name, value = assigned(cursor)
    return SetSetting(name, value, local)


def assigned(cursor: TokenCursor) -> tuple[str, str | None]:
    """name { TO | = } { value [, ...] | DEFAULT }; None is DEFAULT."""
    name = setting_name(cursor)
    if not cursor.accept_word("to"):
        cursor.expect_mark("=")
    if cursor.accept_word("default"):
        return name, None
    declared = settings.find(name)
    quoting = declared is not None and declared.type is Type.NAMES
    values = cursor.separated(lambda: _value(cursor, quoting))
    if len(values) > 1 and not (declared is not None and declared.is_list):
        raise InvalidParameterValue(f"SET {name} takes only one argument")
    return name, ", ".join(values)


def _value(cursor: TokenCursor, quoting: bool) -> str:
    """One value as text. Where a setting is a list of names each value is one name, whatever is in
    it: SET search_path = 'a, b' names one schema, as in PostgreSQL."""
    number = cursor.accept_number()
    if number is not None:
        return number
    value = cursor.accept_string()
    if value is None:
        token = cursor.peek()
        if token is None or token.kind not in (Kind.IDENT, Kind.QUOTED_IDENT):
            cursor.fail()
        value = cursor.label() if token.is_word("true", "false", "on") else cursor.identifier()
    if not quoting:
        return value
    return quote_identifier(value) if value else '""'


def reset(cursor: TokenCursor) -> ResetSetting | None:
    cursor.next()
    if cursor.at_word("variable"):
        return None
    if cursor.accept_word("all"):
        return ResetSetting("all")
    if cursor.accept_words("time", "zone"):
        return ResetSetting("TimeZone")
    if cursor.accept_words("transaction", "isolation", "level"):
        return ResetSetting("transaction_isolation")
    if cursor.accept_words("session", "authorization"):
        return ResetSetting("session_authorization")
    return ResetSetting(setting_name(cursor))


def discard(cursor: TokenCursor) -> Discard:
    cursor.next()
    what = cursor.expect_word("all", "plans", "sequences", "temp", "temporary")
    return Discard("temp" if what == "temporary" else what)


def deallocate(cursor: TokenCursor) -> Deallocate:
    cursor.next()
    if cursor.peek(1) is not None:
        cursor.accept_word("prepare")
    return Deallocate(None if cursor.accept_word("all") else cursor.identifier())


def maintain(cursor: TokenCursor) -> Maintain:
    """[( option, ... )] [word ...] [relation [( column, ... )], ...]: read for its form only."""
    what = cursor.next().text.lower()
    while cursor.peek() is not None:
        cursor.next()
    return Maintain("analyze" if what == "analyse" else what)
