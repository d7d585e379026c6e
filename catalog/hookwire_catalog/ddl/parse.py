"""Which parser a statement goes to, by its first words; what no parser knows is not ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hookwire_catalog.ddl import (
    altering,
    grants,
    materialized,
    relations,
    roles,
    schemas,
    secrets,
    session,
    show,
    source,
    transactions,
)
from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import SqlError
from hookwire_catalog.masking import mask_error
from hookwire_catalog.split import Statement
from hookwire_catalog.statements import OurStatement

Parser = Callable[[TokenCursor], OurStatement | None]


def parse_statement(statement: Statement) -> OurStatement | None:
    """The statement as a value, or None when it is not ours and goes to DuckDB.

    Raises SqlError (mostly SqlSyntaxError 42601 and FeatureNotSupported 0A000). `position` counts
    from the start of `statement.text`; whoever splits a script adds `statement.start`.
    """
    words = statement.words(1)
    parser = _PARSERS.get(words[0]) if words else None
    if parser is None:
        return None
    cursor = TokenCursor(statement)
    try:
        parsed = parser(cursor)
        if parsed is not None:
            cursor.end()
    except SqlError as error:
        raise mask_error(error, statement.text) from None
    return parsed


# What has no meaning here yet, but must not reach DuckDB, which would read it in its own way.
_LATER = {
    "cluster": "clusters are not supported",
    "database": "only one database is supported",
    "recursive": "recursive views are not supported",
    "sink": "sinks are not supported",
    "connection": "connections are not supported",
    "publication": "publications are not supported",
    "subscription": "subscriptions are not supported",
}


def _second_word(cursor: TokenCursor, ours: Mapping[str, Parser]) -> OurStatement | None:
    """The parser of what is created, altered or dropped."""
    token = cursor.peek()
    word = token.text.lower() if token is not None else ""
    if word in _LATER:
        cursor.unsupported(_LATER[word])
    parser = ours.get(word)
    if parser is None:
        return None
    cursor.next()
    return parser(cursor)


def _create(cursor: TokenCursor) -> OurStatement | None:
    cursor.next()
    or_replace = cursor.accept_words("or", "replace")
    if cursor.at_word("temp", "temporary", "local", "persistent"):
        _refuse_temporary(cursor)
    if cursor.at_word("view"):
        return relations.create_view(cursor, or_replace=or_replace)
    if or_replace and cursor.at_word("source", "schema", "secret", "materialized"):
        cursor.fail()
    return _second_word(cursor, _CREATE)


def _refuse_temporary(cursor: TokenCursor) -> None:
    what = cursor.peek(1)
    if what is not None and what.is_word("view"):
        cursor.unsupported("temporary views are not supported")
    if what is not None and what.is_word("secret"):
        cursor.unsupported("temporary secrets are not supported")


def _create_table(cursor: TokenCursor) -> OurStatement | None:
    """Ours only as CREATE TABLE name FROM WEBHOOK, another spelling of CREATE SOURCE elsewhere."""
    for ahead in range(12):
        token, following = cursor.peek(ahead), cursor.peek(ahead + 1)
        if token is None or following is None or token.text == "(" or token.is_word("as"):
            return None
        if token.is_word("from") and following.is_word("webhook"):
            cursor.unsupported(
                "CREATE TABLE ... FROM WEBHOOK is not supported",
                "Use CREATE SOURCE ... FROM WEBHOOK.",
            )
    return None


def _drop(cursor: TokenCursor) -> OurStatement | None:
    cursor.next()
    return _second_word(cursor, _DROP)


def _alter(cursor: TokenCursor) -> OurStatement | None:
    cursor.next()
    return _second_word(cursor, _ALTER)


def _refuse(message: str, hint: str | None = None) -> Parser:
    def refuse(cursor: TokenCursor) -> OurStatement | None:
        cursor.unsupported(message, hint)

    return refuse


def _alter_plain(kind: str) -> Parser:
    """ALTER TABLE and ALTER SEQUENCE are ours where they end in OWNER TO role."""

    def alter(cursor: TokenCursor) -> OurStatement | None:
        if not cursor.ends_in("owner", "to"):
            return None
        if_exists = cursor.if_exists()
        cursor.accept_word("only")
        name = cursor.qualified_name()
        return grants.owner_to(cursor, kind, name, if_exists)

    return alter


_CREATE: dict[str, Parser] = {
    "source": source.create_source,
    "schema": schemas.create_schema,
    "secret": secrets.create_secret,
    "materialized": materialized.create,
    "table": _create_table,
    "role": roles.create_role,
    "user": roles.create_user,
    "group": roles.create_role,
}
_DROP: dict[str, Parser] = {
    "source": relations.drop_source,
    "view": relations.drop_view,
    "materialized": materialized.drop,
    "schema": schemas.drop_schema,
    "secret": secrets.drop_secret,
    "role": roles.drop_role,
    "user": roles.drop_role,
    "group": roles.drop_role,
    "owned": roles.drop_owned,
}
_ALTER: dict[str, Parser] = {
    "source": relations.alter_source,
    "view": relations.alter_view,
    "materialized": materialized.alter,
    "schema": schemas.alter_schema,
    "secret": secrets.alter_secret,
    "system": altering.alter_system,
    "role": roles.alter_role,
    "user": roles.alter_role,
    "group": roles.alter_group,
    "default": _refuse("ALTER DEFAULT PRIVILEGES is not supported"),
    "table": _alter_plain("table"),
    "sequence": _alter_plain("sequence"),
}
_PARSERS: dict[str, Parser] = {
    "create": _create,
    "drop": _drop,
    "alter": _alter,
    "comment": relations.comment_on,
    "show": show.show,
    "set": session.set_,
    "reset": session.reset,
    "discard": session.discard,
    "deallocate": session.deallocate,
    "vacuum": session.maintain,
    "analyze": session.maintain,
    "analyse": session.maintain,
    "begin": transactions.begin,
    "start": transactions.start,
    "commit": transactions.commit,
    "end": transactions.commit,
    "rollback": transactions.rollback,
    "abort": transactions.abort,
    "savepoint": transactions.savepoint,
    "release": transactions.release,
    "grant": grants.grant,
    "revoke": grants.revoke,
    "reassign": roles.reassign,
    "refresh": materialized.refresh,
}
