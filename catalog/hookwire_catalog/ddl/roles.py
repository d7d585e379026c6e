"""CREATE, ALTER and DROP ROLE | USER | GROUP; OWNED BY; roles where statements name them."""

from __future__ import annotations

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.session import assigned
from hookwire_catalog.ddl.show import setting_name
from hookwire_catalog.errors import InvalidParameterValue, ReservedName, SqlSyntaxError
from hookwire_catalog.lexer import Kind, Token
from hookwire_catalog.role_statements import (
    AlterRole,
    AlterRoleSetting,
    CreateRole,
    DropOwned,
    DropRoles,
    GrantRole,
    ReassignOwned,
    RenameRole,
    RoleName,
    RoleOptions,
)

_FLAGS = {
    "superuser": "superuser",
    "login": "login",
    "createrole": "create_role",
    "createdb": "create_db",
    "inherit": "inherit",
    "replication": "replication",
    "bypassrls": "bypass_rls",
}
_MOST_CONNECTIONS = 2**31 - 1


def role_name(cursor: TokenCursor) -> RoleName:
    """A name, CURRENT_USER, CURRENT_ROLE, SESSION_USER or PUBLIC (PostgreSQL's RoleSpec)."""
    position = cursor.position
    word = cursor.accept_word("current_user", "current_role", "session_user")
    if word is not None:
        return RoleName(word, word.replace("role", "user"), position)
    name = cursor.identifier()
    if name == "public":
        return RoleName(name, name, position)
    if name == "none":
        raise ReservedName('role name "none" is reserved', position=position)
    return RoleName(name, "", position)


def one_role(cursor: TokenCursor) -> RoleName:
    """As `role_name`, where PUBLIC is none."""
    found = role_name(cursor)
    if found.word == "public":
        raise _NoSuchRole('role "public" does not exist', position=found.position)
    return found


class _NoSuchRole(SqlSyntaxError):
    sqlstate = "42704"


def new_name(cursor: TokenCursor) -> RoleName:
    """A name that a role may get; the words that stand for roles are none."""
    found = role_name(cursor)
    if found.word == "public":
        raise ReservedName('role name "public" is reserved', position=found.position)
    if found.word:
        raise InvalidParameterRole(
            f"{found.name.upper()} cannot be used as a role name here", position=found.position
        )
    return found


class InvalidParameterRole(ReservedName):
    """PostgreSQL has the same SQLSTATE for both."""


# CREATE and ALTER.


def create_role(cursor: TokenCursor) -> CreateRole:
    return _create(cursor, login=False)


def create_user(cursor: TokenCursor) -> CreateRole | None:
    if cursor.at_word("mapping"):
        cursor.unsupported("user mappings are not supported")
    return _create(cursor, login=True)


def _create(cursor: TokenCursor, *, login: bool) -> CreateRole:
    name = new_name(cursor)
    cursor.accept_word("with")
    return CreateRole(name, _Options(cursor, creating=True, login=login).read())


def alter_role(
    cursor: TokenCursor,
) -> AlterRole | AlterRoleSetting | RenameRole | None:
    if cursor.at_word("all"):
        cursor.unsupported("settings of all roles are not supported", "Use ALTER SYSTEM SET.")
    if cursor.at_word("mapping"):
        cursor.unsupported("user mappings are not supported")
    name = one_role(cursor)
    if cursor.accept_words("rename", "to"):
        return RenameRole(name, new_name(cursor))
    if cursor.accept_words("in", "database"):
        if (database := cursor.identifier()) != "hookwire":
            raise SqlSyntaxError(f'database "{database}" does not exist')
        cursor.unsupported(
            "settings of a role in one database are not supported",
            "There is one database: leave IN DATABASE out.",
        )
    if cursor.accept_word("set"):
        if cursor.words_follow("time", "zone"):
            cursor.expect_words("time", "zone")
            return AlterRoleSetting(name, "TimeZone", cursor.string())
        setting, value = assigned(cursor)
        return AlterRoleSetting(name, setting, value)
    if cursor.accept_word("reset"):
        return AlterRoleSetting(name, "all" if cursor.accept_word("all") else setting_name(cursor))
    cursor.accept_word("with")
    return AlterRole(name, _Options(cursor, creating=False).read())


def alter_group(cursor: TokenCursor) -> RenameRole | GrantRole:
    """ALTER GROUP role ADD | DROP USER role, ...: an older spelling of GRANT and REVOKE."""
    name = one_role(cursor)
    if cursor.accept_words("rename", "to"):
        return RenameRole(name, new_name(cursor))
    revoke = cursor.expect_word("add", "drop") == "drop"
    cursor.expect_word("user")
    members = cursor.separated(lambda: one_role(cursor))
    return GrantRole((name,), members, revoke=revoke)


class _Options:
    """The options of a role, each at most once."""

    def __init__(self, cursor: TokenCursor, *, creating: bool, login: bool = False) -> None:
        self._cursor = cursor
        self._creating = creating
        self._flags: dict[str, bool] = {}
        self._login = login
        self._seen: set[str] = set()
        self._connections: int | None = None
        self._password: str | None = None
        self._until: str | None = None
        self._lists: dict[str, tuple[RoleName, ...]] = {}

    def read(self) -> RoleOptions:
        while (token := self._cursor.peek()) is not None:
            self._option(token)
        flags = dict(self._flags)
        if self._login:
            flags.setdefault("login", True)
        lists = self._lists
        return RoleOptions(
            tuple(sorted(flags.items())),
            self._connections,
            self._password,
            self._until,
            lists.get("in", ()),
            lists.get("role", ()),
            lists.get("admin", ()),
        )

    def _option(self, token: Token) -> None:
        cursor = self._cursor
        word = token.text.lower() if token.kind is Kind.IDENT else ""
        bare = word.removeprefix("no")
        if word in _FLAGS or (word.startswith("no") and bare in _FLAGS):
            self._once(_FLAGS.get(word) or _FLAGS[bare], token)
            cursor.next()
            self._flags[_FLAGS.get(word) or _FLAGS[bare]] = word in _FLAGS
        elif word == "connection":
            self._once(word, token)
            cursor.expect_words("connection", "limit")
            self._connections = self._limit()
        elif word in ("encrypted", "unencrypted", "password"):
            self._once("password", token)
            self._read_password(word)
        elif word == "valid":
            self._once(word, token)
            cursor.expect_words("valid", "until")
            self._until = "infinity" if cursor.accept_word("null") else cursor.string()
        elif word == "sysid" and self._creating:
            cursor.next()
            cursor.accept_number()
        else:
            self._list(word, token)

    def _once(self, what: str, token: Token) -> None:
        if what in self._seen:
            raise SqlSyntaxError("conflicting or redundant options", position=token.start + 1)
        self._seen.add(what)

    def _limit(self) -> int:
        number = self._cursor.accept_number()
        if number is None or not number.lstrip("-").isdigit():
            self._cursor.fail()
        if not -1 <= int(number) <= _MOST_CONNECTIONS:
            raise InvalidParameterValue(f"invalid connection limit: {number}")
        return int(number)

    def _read_password(self, word: str) -> None:
        cursor = self._cursor
        if word == "unencrypted":
            raise InvalidPasswordForm(
                "UNENCRYPTED PASSWORD is no longer supported",
                hint="Remove UNENCRYPTED to store the password in encrypted form instead.",
                position=cursor.position,
            )
        cursor.accept_word("encrypted")
        cursor.expect_word("password")
        if word == "password" and cursor.accept_word("null"):
            self._password = ""
        else:
            self._password = cursor.string()

    def _list(self, word: str, token: Token) -> None:
        cursor = self._cursor
        what = {"in": "in", "role": "role", "user": "role", "admin": "admin"}.get(word)
        if what is None:
            if token.kind is Kind.IDENT:
                raise SqlSyntaxError(
                    f'unrecognized role option "{word}"', position=token.start + 1
                )
            cursor.fail()
        if not self._creating and what != "role":
            cursor.fail()
        if not self._creating:
            cursor.unsupported(f"ALTER ROLE ... {word.upper()} is not supported", "Use GRANT.")
        self._once(what, token)
        cursor.next()
        if what == "in":
            cursor.expect_word("role", "group")
        self._lists[what] = cursor.separated(lambda: one_role(cursor))


class InvalidPasswordForm(SqlSyntaxError):
    sqlstate = "0A000"


# DROP and OWNED BY.


def drop_role(cursor: TokenCursor) -> DropRoles | None:
    if cursor.at_word("mapping"):
        cursor.unsupported("user mappings are not supported")
    if_exists = cursor.if_exists()
    return DropRoles(cursor.separated(lambda: _dropped(cursor)), if_exists)


def _dropped(cursor: TokenCursor) -> RoleName:
    found = role_name(cursor)
    if found.word:
        raise SpecialRole("cannot use special role specifier in DROP ROLE",
                          position=found.position)  # fmt: skip
    return found


class SpecialRole(SqlSyntaxError):
    sqlstate = "22023"


def drop_owned(cursor: TokenCursor) -> DropOwned:
    cursor.expect_word("by")
    return DropOwned(cursor.separated(lambda: one_role(cursor)), cursor.cascade())


def reassign(cursor: TokenCursor) -> ReassignOwned:
    cursor.expect_words("reassign", "owned", "by")
    roles = cursor.separated(lambda: one_role(cursor))
    cursor.expect_word("to")
    return ReassignOwned(roles, one_role(cursor))
