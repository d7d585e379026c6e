"""Catalog changes: from a parsed statement to a changed catalog, inside the transaction."""

from __future__ import annotations

import os
import re
import time
import uuid
from typing import TYPE_CHECKING

from hookwire_catalog import scram
from hookwire_catalog.catalog import Change
from hookwire_catalog.errors import (
    DependentObjectsStillExist,
    DuplicateTable,
    FeatureNotSupported,
    ReadOnlySqlTransaction,
)
from hookwire_catalog.names import quote_identifier, quote_literal, webhook_path
from hookwire_catalog.notices import notice
from hookwire_catalog.objects import Schema, View, WebhookSource
from hookwire_catalog.split import Statement, split_statements
from hookwire_catalog.statements import (
    CatalogStatement,
    CommentOn,
    CreateView,
    CreateWebhookSource,
    SetValidation,
    command_tag,
)
from hookwire_catalog.types import Column
from hookwire_engine.append.validation import check_written
from hookwire_engine.query import materialized
from hookwire_engine.query.owning import plain_keys
from hookwire_engine.query.replay import Write
from hookwire_engine.storage.tables import quoted, relation

if TYPE_CHECKING:
    from hookwire_engine.query.cursor import SessionCursor
    from hookwire_engine.query.session import Session
    from hookwire_engine.query.transaction import Transaction


async def apply(session: Session, statement: CatalogStatement) -> str:
    """The command tag. Raises SqlError, and then nothing has changed."""
    if session.setting("transaction_read_only") == "on":
        tag = command_tag(statement)
        raise ReadOnlySqlTransaction(f"cannot execute {tag} in a read-only transaction")
    transaction = session.work.current()
    await session.work.lock(transaction)
    await materialized.ready(session, transaction, statement)
    await session.work.begin(transaction)
    change, rows = await session.work.do(_change, session, transaction, statement)
    if change is None:
        return command_tag(statement)
    if change.catalog is not transaction.catalog:
        transaction.catalog = change.catalog
        transaction.catalog_changed = True
    session.notify(*change.notices)
    if isinstance(statement, CreateWebhookSource):
        for thing in change.added:
            assert isinstance(thing, WebhookSource)
            url = session.host.public_url + webhook_path(thing.name)
            session.notify(notice(f"URL to POST data is '{url}'"))
    return command_tag(statement) if rows is None else f"SELECT {rows}"


def _change(
    session: Session, transaction: Transaction, statement: CatalogStatement
) -> tuple[Change | None, int | None]:
    """Worker: what changes, written into the open DuckDB transaction, and how many rows a new
    materialized view has. No Change for one of what only DuckDB knows."""
    session.work.cursor.free()
    if isinstance(statement, CommentOn) and (
        comment := _on_plain_table(session, transaction, statement)
    ):
        session.work.cursor.run(comment)
        transaction.log.add(Write(lambda cursor: cursor.run(comment)))
        transaction.tables_changed = True
        transaction.plain = None
        return None, None
    columns, depends_on = _of_view(session, transaction, statement)
    change = transaction.catalog.apply(
        statement,
        new_external_id=lambda: uuid.uuid4().hex,
        search_path=session.executor.names(transaction).search_path,
        columns=columns,
        depends_on=depends_on,
        find_table=session.executor.names(transaction).table,
        seal=session.host.seal,
        now_us=time.time_ns() // 1000,
        role=session.work.role,
        session_role=session.work.identity.session_role,
        verifier=_verifier,
        plain=lambda: plain_keys(session.executor.plain(transaction)),
    )
    _check_validation(statement, change)
    _check_plain(session, transaction, change)
    for dropped, name in change.dropped:
        what = "MACRO" if dropped == "function" else dropped.upper()
        target = relation(name.schema, name.name)
        session.work.cursor.run(f"DROP {what} IF EXISTS {target}")
    rows = materialized.write(session, transaction, statement, change)
    if change.catalog is not transaction.catalog:
        transaction.log.torn = True  # until all of it is written
        session.host.persist(session.work.cursor.duckdb, change)
        transaction.log.torn = False
        if materialized.fills(statement):
            transaction.log.add(Write(reason="it filled a materialized view"))
        transaction.log.add(Write(lambda cursor: _persist(session, cursor, change)))
    return change, rows


def _verifier(password: str) -> str:
    """What SCRAM checks the password with; one that is made already is taken as it is."""
    if scram.parse_verifier(password) is not None:
        return password
    if _MD5.fullmatch(password):
        raise FeatureNotSupported(
            "MD5 passwords are not supported", hint="Give the password, or a SCRAM verifier."
        )
    return scram.build_verifier(password, os.urandom(16))


_MD5 = re.compile("md5[0-9a-f]{32}")


def _persist(session: Session, cursor: SessionCursor, change: Change) -> int:
    session.host.persist(cursor.duckdb, change)
    return 0


def _check_validation(statement: CatalogStatement, change: Change) -> None:
    """What is wrong with a check or a recipe is told when it is written, not to senders."""
    if not isinstance(statement, CreateWebhookSource | SetValidation) or not statement.validation:
        return
    for thing in (*change.added, *(new for _, new in change.replaced)):
        if isinstance(thing, WebhookSource) and thing.validation is not None:
            check_written(thing.validation, statement.validation)


def _of_view(
    session: Session, transaction: Transaction, statement: CatalogStatement
) -> tuple[tuple[Column, ...], frozenset[int]]:
    """The columns of a new view's query, and the ids of what it reads."""
    if not isinstance(statement, CreateView):
        return (), frozenset()
    query = _query(statement)
    made = session.executor.plan_of(transaction, query, of_view=True)
    if made.writes:
        raise FeatureNotSupported(
            "materialized views must not use data-modifying statements in WITH"
            if statement.materialized
            else "views must not contain data-modifying statements in WITH"
        )
    columns = tuple(Column(c.name, c.type) for c in made.columns or ())
    return columns, made.objects


def _query(statement: CreateView) -> Statement:
    (query,) = split_statements(statement.query)
    return query


# Plain tables, which the catalog does not hold.


def _check_plain(session: Session, transaction: Transaction, change: Change) -> None:
    plain = session.executor.plain(transaction)
    taken = {(table.schema, table.name.lower()) for table in plain.tables}
    new = [*change.added, *(new for old, new in change.replaced if old.name != new.name)]
    for thing in new:
        if not isinstance(thing, WebhookSource | View):
            continue
        if (thing.name.schema, thing.name.name.lower()) in taken:
            raise DuplicateTable(f'relation "{thing.name.name}" already exists')
    for thing in change.removed:
        inside = isinstance(thing, Schema) and [t for t in plain.tables if t.schema == thing.name]
        if inside and not change.cascade:
            name = quote_identifier(str(thing.name))
            raise DependentObjectsStillExist(
                f"cannot drop schema {name} because other objects depend on it",
                detail="\n".join(
                    f"table {quote_identifier(t.schema)}.{quote_identifier(t.name)}"
                    f" depends on schema {name}"
                    for t in inside
                ),
                hint="Use DROP ... CASCADE to drop the dependent objects too.",
            )


def _on_plain_table(session: Session, transaction: Transaction, statement: CommentOn) -> str:
    """COMMENT ON TABLE or COLUMN of a plain table is DuckDB's to keep: its SQL; else nothing."""
    if statement.kind not in ("table", "column"):
        return ""
    if transaction.catalog.lookup(statement.name.parts, session.work.search_path) is not None:
        return ""
    names = session.executor.names(transaction)
    found = names.relation(statement.name.parts, "o")
    if found is None or found.system:
        return ""
    names.access.check()
    target = found.target
    if statement.column is not None:
        if statement.column not in {c.name for c in found.columns}:
            return ""
        target += f".{quoted(statement.column)}"
    text = "NULL" if statement.comment is None else quote_literal(statement.comment)
    return f"COMMENT ON {statement.kind.upper()} {target} IS {text}"
