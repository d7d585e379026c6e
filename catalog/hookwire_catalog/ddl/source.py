"""CREATE SOURCE ... FROM WEBHOOK.

Clauses after BODY FORMAT come in any order; each is one entry of _CLAUSES, which is where the next
clause goes. A clause adds to a SourceClauses, and `finish` checks what only the whole can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.ddl.options import Options, parse_options
from hookwire_catalog.ddl.validation import validation
from hookwire_catalog.errors import (
    AmbiguousColumn,
    FeatureNotSupported,
    InvalidParameterValue,
    SqlSyntaxError,
    TooManyColumns,
)
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    HeaderFilter,
    MappedHeader,
    RequestAttribute,
)
from hookwire_catalog.statements import CreateWebhookSource, ValidationText

MAX_COLUMNS = 1600
"""PostgreSQL's limit for a table, which clients may rely on."""

_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ATTRIBUTES = tuple(attribute.value.lower() for attribute in RequestAttribute)


@dataclass(slots=True)
class SourceClauses:
    """What has been read so far; `columns` are names with the positions that gave them."""

    include_headers: tuple[HeaderFilter, ...] | None = None
    mapped_headers: list[MappedHeader] = field(default_factory=list)
    attributes: list[AttributeColumn] = field(default_factory=list)
    options: Options | None = None
    validation: ValidationText | None = None
    columns: list[tuple[str, int]] = field(default_factory=list)


def create_source(cursor: TokenCursor) -> CreateWebhookSource:
    """CREATE SOURCE has been read."""
    if_not_exists = cursor.if_not_exists()
    name = cursor.qualified_name()
    cluster = None
    if cursor.accept_word("in"):
        cursor.expect_word("cluster")
        cluster = cursor.identifier()
    cursor.expect_word("from")
    if not cursor.at_word("webhook"):
        _refuse_other_source(cursor)
    cursor.next()
    cursor.expect_words("body", "format")
    body_format = _body_format(cursor)
    clauses = _clauses(cursor)
    _check_columns(body_format, clauses)
    options = clauses.options or Options()
    return CreateWebhookSource(
        name=name,
        body_format=body_format,
        if_not_exists=if_not_exists,
        cluster=cluster,
        include_headers=clauses.include_headers,
        mapped_headers=tuple(clauses.mapped_headers),
        attributes=tuple(clauses.attributes),
        options=options.source,
        external_id=options.external_id,
        validation=clauses.validation,
    )


def _refuse_other_source(cursor: TokenCursor) -> None:
    if cursor.at_word("kafka", "postgres", "mysql", "load", "sql"):
        cursor.unsupported("only webhook sources are supported", "Use FROM WEBHOOK.")
    cursor.fail()


def _body_format(cursor: TokenCursor) -> BodyFormat:
    word = cursor.accept_word("text", "bytes", "json", "form", "cloudevents")
    if word == "json" and cursor.accept_word("array"):
        return BodyFormat.JSON_ARRAY
    if word is not None:
        return BodyFormat[word.upper()]
    position, shown = cursor.position, cursor.identifier().upper()
    raise FeatureNotSupported(
        f"{shown} is not a valid BODY FORMAT for a WEBHOOK source",
        hint="Valid formats are TEXT, BYTES, JSON, JSON ARRAY, FORM and CLOUDEVENTS.",
        position=position,
    )


def _clauses(cursor: TokenCursor) -> SourceClauses:
    """Clauses until the end; a comma may stand before each."""
    clauses = SourceClauses()
    while cursor.peek() is not None:
        cursor.accept_mark(",")
        if cursor.at_word("check", "validate"):
            _validation(cursor, clauses)
            continue
        word = cursor.accept_word(*_CLAUSES)
        if word is None:
            _refuse_later_clause(cursor)
        else:
            _CLAUSES[word](cursor, clauses)
    return clauses


_CLAUSES_LATER = {
    "as": "AS ( SELECT ... ) of a source is not supported yet",
    "subsource": "SUBSOURCE is not supported yet",
    "deduplicate": "DEDUPLICATE is not supported yet",
}


def _refuse_later_clause(cursor: TokenCursor) -> None:
    token = cursor.peek()
    if token is not None and (message := _CLAUSES_LATER.get(token.text.lower())):
        cursor.unsupported(message)
    cursor.fail()


def _validation(cursor: TokenCursor, clauses: SourceClauses) -> None:
    if clauses.validation is not None:
        raise SqlSyntaxError("conflicting or redundant options", position=cursor.position)
    clauses.validation = validation(cursor)


# INCLUDE


def _include(cursor: TokenCursor, clauses: SourceClauses) -> None:
    word = cursor.expect_word("headers", "header", *_ATTRIBUTES)
    if word == "headers":
        _include_headers(cursor, clauses)
    elif word == "header":
        _include_header(cursor, clauses)
    else:
        _include_attribute(cursor, clauses, RequestAttribute(word.upper()))


def _include_headers(cursor: TokenCursor, clauses: SourceClauses) -> None:
    if clauses.include_headers is not None:
        raise SqlSyntaxError("conflicting or redundant options", position=_previous(cursor))
    clauses.columns.append(("headers", _previous(cursor)))
    clauses.include_headers = ()
    if cursor.accept_mark("("):
        clauses.include_headers = cursor.separated(lambda: _header_filter(cursor))
        cursor.expect_mark(")")


def _previous(cursor: TokenCursor) -> int:
    """Position of the token just read."""
    token = cursor.peek(-1)
    assert token is not None
    return token.start + 1


def _header_filter(cursor: TokenCursor) -> HeaderFilter:
    block = cursor.accept_word("not") is not None
    return HeaderFilter(_header_name(cursor), block)


def _include_header(cursor: TokenCursor, clauses: SourceClauses) -> None:
    header = _header_name(cursor)
    cursor.expect_word("as")
    clauses.columns.append(("", cursor.position))
    column = cursor.label()
    clauses.columns[-1] = (column, clauses.columns[-1][1])
    as_bytes = cursor.accept_word("bytes") is not None
    clauses.mapped_headers.append(MappedHeader(header, column, as_bytes))


def _include_attribute(
    cursor: TokenCursor, clauses: SourceClauses, attribute: RequestAttribute
) -> None:
    position, column = _previous(cursor), attribute.default_column
    following = cursor.peek(1)
    if cursor.at_word("as") and (following is None or following.text != "("):  # not AS (SELECT ...)
        cursor.next()
        position = cursor.position
        column = cursor.label()
    clauses.columns.append((column, position))
    clauses.attributes.append(AttributeColumn(attribute, column))


def _header_name(cursor: TokenCursor) -> str:
    """A header's name in lower case; it must be a token of RFC 9110 (5.6.2) to ever match."""
    position = cursor.position
    name = cursor.string()
    if _HEADER_NAME.fullmatch(name) is None:
        raise InvalidParameterValue(
            f'invalid header name "{name}"',
            hint="A header's name is made of letters, digits and !#$%&'*+-.^_`|~.",
            position=position,
        )
    return name.lower()


def _with(cursor: TokenCursor, clauses: SourceClauses) -> None:
    if clauses.options is not None:
        raise SqlSyntaxError("conflicting or redundant options", position=_previous(cursor))
    clauses.options = parse_options(cursor)


_CLAUSES: dict[str, Callable[[TokenCursor, SourceClauses], None]] = {
    "include": _include,
    "with": _with,
}


def _check_columns(body_format: BodyFormat, clauses: SourceClauses) -> None:
    """No two columns of one name, nor of names that differ only in the case of their letters."""
    seen = {column.name: column.name for column in body_format.columns}
    most = MAX_COLUMNS - len(seen)
    if len(clauses.columns) > most:
        raise TooManyColumns(
            f"sources can have at most {MAX_COLUMNS} columns",
            position=clauses.columns[most][1],
        )
    for column, position in clauses.columns:
        other = seen.get(column.lower())
        if other == column:
            raise AmbiguousColumn(f'column reference "{column}" is ambiguous', position=position)
        if other is not None:
            raise FeatureNotSupported(
                f'columns "{other}" and "{column}" differ only in the case of their letters',
                position=position,
            )
        seen[column.lower()] = column
