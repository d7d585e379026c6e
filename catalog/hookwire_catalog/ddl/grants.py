"""GRANT and REVOKE, of privileges and of roles; OWNER TO."""

from __future__ import annotations

from hookwire_catalog import acl
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.roles import one_role, role_name
from hookwire_catalog.errors import InvalidGrantOperation
from hookwire_catalog.names import QualifiedName
from hookwire_catalog.role_statements import AlterOwner, Grant, GrantRole, RoleName

_KINDS = {
    "table": "table", "source": "table", "view": "table", "sequence": "sequence",
    "schema": "schema", "database": "database", "secret": "secret",
}  # fmt: skip
_MANY = {"tables": "table", "sources": "table", "views": "table", "sequences": "sequence"}
_OTHER = (
    "domain", "foreign", "function", "functions", "language", "large", "parameter", "procedure",
    "procedures", "routine", "routines", "tablespace", "type",
)  # fmt: skip
_OPTIONS = ("admin", "inherit", "set")


def grant(cursor: TokenCursor) -> Grant | GrantRole:
    cursor.next()
    return _Reader(cursor, revoke=False).read()


def revoke(cursor: TokenCursor) -> Grant | GrantRole:
    cursor.next()
    return _Reader(cursor, revoke=True).read()


class _Reader:
    def __init__(self, cursor: TokenCursor, *, revoke: bool) -> None:
        self._cursor = cursor
        self._revoke = revoke
        self._option = False

    def read(self) -> Grant | GrantRole:
        cursor = self._cursor
        if self._revoke:
            self._option = cursor.accept_words("grant", "option", "for")
            for word in _OPTIONS:
                if not self._option and cursor.accept_words(word, "option", "for"):
                    return self._roles(cursor.separated(lambda: one_role(cursor)), word)
        if cursor.accept_word("all"):
            cursor.accept_word("privileges")
            if cursor.accept_mark("("):
                self._no_columns()
            cursor.expect_word("on")
            return self._privileges(())
        start = cursor.position
        found = cursor.separated(self._word)
        if cursor.accept_word("on"):
            return self._privileges(tuple(name.upper() for name, _ in found), start)
        if self._option:
            cursor.fail()
        return self._roles(tuple(RoleName(name, "", at) for name, at in found), None)

    def _word(self) -> tuple[str, int]:
        """A privilege or a role: only ON tells which."""
        cursor = self._cursor
        at = cursor.position
        reserved = cursor.accept_word("select", "create", "references")
        name = cursor.identifier() if reserved is None else reserved
        if cursor.accept_mark("("):
            self._no_columns()
        return name, at

    def _no_columns(self) -> None:
        self._cursor.unsupported(
            "privileges on columns are not supported",
            "Make a view of the columns, and grant SELECT on that.",
        )

    # Privileges.

    def _privileges(self, words: tuple[str, ...], start: int = 0) -> Grant:
        cursor = self._cursor
        if cursor.at_word(*_OTHER):
            word = cursor.next().text.lower()
            cursor.unsupported(f"privileges on a {word} are not supported")
        kind, whole = "table", False
        if cursor.accept_word("all"):
            word = cursor.expect_word(*_MANY, *_OTHER)
            if word not in _MANY:
                cursor.unsupported(f"privileges on {word} are not supported")
            kind, whole = _MANY[word], True
            cursor.expect_words("in", "schema")
        elif (kind_word := self._kind()) is not None:
            kind = _KINDS[kind_word]
        _check(words, kind, start)
        single = kind in ("schema", "database") or whole
        names = cursor.separated(cursor.simple_name if single else cursor.qualified_name)
        return self._grantees(Grant(kind, names, words, (), whole))

    def _kind(self) -> str | None:
        """The word for the kind, unless it is the name of a table itself."""
        following = self._cursor.peek(1)
        if following is None or following.text in (",", ".") or following.is_word("to", "from"):
            return None
        return self._cursor.accept_word(*_KINDS)

    def _grantees(self, made: Grant) -> Grant:
        cursor = self._cursor
        cursor.expect_word("from" if self._revoke else "to")
        grantees = cursor.separated(self._grantee)
        option = self._option
        if not self._revoke and cursor.accept_words("with", "grant", "option"):
            option = True
        granted_by = self._granted_by()
        cascade = cursor.cascade() if self._revoke else False
        return Grant(
            made.kind, made.names, made.privileges, grantees, made.whole_schema, option,
            self._revoke, granted_by, cascade,
        )  # fmt: skip

    def _grantee(self) -> RoleName:
        self._cursor.accept_word("group")
        return role_name(self._cursor)

    def _granted_by(self) -> RoleName | None:
        cursor = self._cursor
        return one_role(cursor) if cursor.accept_words("granted", "by") else None

    # Roles.

    def _roles(self, roles: tuple[RoleName, ...], option_for: str | None) -> GrantRole:
        cursor = self._cursor
        cursor.expect_word("from" if self._revoke else "to")
        members = cursor.separated(lambda: one_role(cursor))
        options: tuple[tuple[str, bool], ...] = ()
        if not self._revoke and cursor.accept_word("with"):
            options = cursor.separated(self._role_option)
        granted_by = self._granted_by()
        cascade = cursor.cascade() if self._revoke else False
        return GrantRole(roles, members, options, self._revoke, option_for, granted_by, cascade)

    def _role_option(self) -> tuple[str, bool]:
        cursor = self._cursor
        name = cursor.expect_word(*_OPTIONS)
        return name, cursor.expect_word("option", "true", "false") != "false"


def _check(words: tuple[str, ...], kind: str, start: int) -> None:
    for word in words:
        letter = acl.LETTERS.get(word)
        if letter is None:
            raise UnknownPrivilege(f'unrecognized privilege type "{word.lower()}"', position=start)
        if letter not in acl.ALL[kind]:
            shown = "relation" if kind == "table" else kind
            raise InvalidGrantOperation(f"invalid privilege type {word} for {shown}")


class UnknownPrivilege(InvalidGrantOperation):
    sqlstate = "42601"


def owner_to(
    cursor: TokenCursor, kind: str, name: QualifiedName, if_exists: bool = False
) -> AlterOwner | None:
    """OWNER TO role, if that comes next."""
    if not cursor.accept_words("owner", "to"):
        return None
    return AlterOwner(kind, name, one_role(cursor), if_exists)
