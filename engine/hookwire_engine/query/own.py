"""Our own statements: what each does to its session."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hookwire_catalog import statements as st
from hookwire_catalog.ddl import parse_statement
from hookwire_catalog.errors import (
    ActiveSqlTransaction,
    FeatureNotSupported,
    InsufficientPrivilege,
    SqlSyntaxError,
)
from hookwire_catalog.notices import warning
from hookwire_catalog.objects import View
from hookwire_catalog.role_statements import AlterOwner
from hookwire_catalog.split import Statement, split_statements
from hookwire_catalog.statements import OurStatement, command_tag
from hookwire_catalog.types import ResultColumn
from hookwire_engine.query import changes, show
from hookwire_engine.safety import rules as safety
from hookwire_engine.system_settings import SystemSettings

if TYPE_CHECKING:
    from hookwire_engine.query.session import Session

Answer = tuple[str, pa.Table | None]
"""A command tag and, for a statement that returns rows, the rows."""

_SHOWS = (st.Show, st.ShowColumns, st.ShowCreate, st.ShowSetting)


def meant(session: Session, statement: Statement) -> OurStatement | None:
    """What ALTER VIEW can do, ALTER TABLE does to a view, too; None for any other statement."""
    if statement.words(2) != ("alter", "table"):
        return None
    parts = safety.target(statement)
    catalog, path = session.work.current().catalog, session.work.search_path
    if parts is None or not isinstance(catalog.lookup(parts, path), View):
        return None
    word = statement.tokens[1]
    # As long as it was: positions stay right.
    text = statement.text[: word.start] + "VIEW " + statement.text[word.end :]
    (altered,) = split_statements(text)
    with contextlib.suppress(SqlSyntaxError, FeatureNotSupported):
        found = parse_statement(altered)
        if isinstance(found, st.RenameRelation | st.SetRelationSchema | AlterOwner):
            return dataclasses.replace(found, kind="table")
        return found
    return None


def columns(session: Session, statement: OurStatement) -> tuple[ResultColumn, ...] | None:
    """The result columns, before it runs."""
    if isinstance(statement, st.ShowSetting) and statement.name != "all":
        session.setting(statement.name)
    return show.columns(statement) if isinstance(statement, _SHOWS) else None


async def execute(session: Session, statement: OurStatement) -> Answer:
    """Raises SqlError."""
    if isinstance(statement, _SHOWS):
        return command_tag(statement), await _show(session, statement)
    simple = _SIMPLE.get(type(statement))
    if simple is not None:
        return await simple(session, statement) or command_tag(statement), None
    return await changes.apply(session, statement), None  # type: ignore[arg-type]


# SHOW.


async def _show(session: Session, statement: show.AnyShow) -> pa.Table:
    shape = show.columns(statement)
    if isinstance(statement, st.ShowSetting):
        if statement.name == "all":
            return show.table(shape, show.all_settings(session.work.settings.all()))
        return show.table(shape, [(session.setting(statement.name),)])
    return show.table(shape, await session.work.do(_rows, session, statement))


def _rows(session: Session, statement: show.AnyShow) -> list[show.Row]:
    """Worker."""
    transaction = session.work.current()
    session.work.cursor.free()
    names = session.executor.names(transaction)
    if isinstance(statement, st.ShowColumns):
        return show.columns_of(names.require(statement.name))
    if isinstance(statement, st.ShowCreate):
        return show.created(statement, names)
    assert isinstance(statement, st.Show)
    schema = statement.schema or names.current_schema
    return show.listed(statement.what, names.catalog, session.executor.plain(transaction), schema)


# Transactions.


async def _begin(session: Session, statement: st.Begin) -> None:
    transaction = session.work.current()
    if transaction.block:
        session.notify(warning("there is already a transaction in progress", "25001"))
    transaction.block = True
    for name, value in statement.modes:
        session.work.settings.set(name, value, local=True)


async def _commit(session: Session, statement: st.Commit) -> str | None:
    transaction = session.work.current()
    if not transaction.block:
        session.notify(warning("there is no transaction in progress", "25P01"))
    failed = transaction.failed
    await session.work.end(commit=not failed)
    return "ROLLBACK" if failed else None


async def _rollback(session: Session, statement: st.Rollback) -> None:
    if not session.work.current().block:
        session.notify(warning("there is no transaction in progress", "25P01"))
    await session.work.end(commit=False)


async def _savepoint(session: Session, statement: st.Savepoint) -> None:
    work = session.work
    locks = session.host.shared.locks.of_transaction(work.owner)
    work.current().savepoint(statement.name, work.settings.mark(), locks)


async def _release(session: Session, statement: st.ReleaseSavepoint) -> None:
    session.work.current().release(statement.name)


async def _roll_back_to(session: Session, statement: st.RollbackToSavepoint) -> None:
    await session.work.roll_back_to(statement.name)


async def _set_transaction(session: Session, statement: st.SetTransaction) -> None:
    transaction = session.work.current()
    if not statement.session and not (transaction.block or transaction.script):
        session.notify(warning("SET TRANSACTION can only be used in transaction blocks", "25P01"))
        return
    for name, value in statement.modes:
        session.work.settings.set(name, value, local=not statement.session)


# Settings.


async def _set(session: Session, statement: st.SetSetting) -> None:
    transaction = session.work.current()
    if statement.local and not (transaction.block or transaction.script):
        session.notify(warning("SET LOCAL can only be used in transaction blocks", "25P01"))
    session.work.settings.set(statement.name, statement.value, local=statement.local)


async def _reset(session: Session, statement: st.ResetSetting) -> None:
    if statement.name == "all":
        session.work.settings.reset_all()
    else:
        session.work.settings.set(statement.name, None, local=False)


async def _alter_system(session: Session, statement: st.AlterSystem) -> None:
    """In a transaction of its own, as in PostgreSQL: nobody sees it and then sees it undone."""
    work = session.work
    transaction = work.current()
    if transaction.block or transaction.script:
        raise ActiveSqlTransaction("ALTER SYSTEM cannot run inside a transaction block")
    await work.lock(transaction)
    if not work.rights.superuser:
        what = (
            "perform ALTER SYSTEM RESET ALL"
            if statement.name == "all"
            else f'set parameter "{statement.name}"'
        )
        raise InsufficientPrivilege(f"permission denied to {what}")
    changed = session.host.system_settings.altered(statement.name, statement.value)
    await work.begin(transaction)
    await work.do(_persist_settings, session, changed)
    transaction.system_settings = changed


def _persist_settings(session: Session, changed: SystemSettings) -> None:
    """Worker."""
    session.work.cursor.free()
    session.host.persist_settings(session.work.cursor.duckdb, changed)


async def _discard(session: Session, statement: st.Discard) -> None:
    if statement.what == "all":
        session.work.require_no_block("DISCARD ALL")
        session.work.settings.set("session_authorization", None, local=False)
        session.work.settings.reset_all()


async def _nothing(session: Session, statement: OurStatement) -> None:
    """The door keeps prepared statements; there is nothing to do here."""


async def _maintain(session: Session, statement: st.Maintain) -> None:
    if statement.what == "vacuum":
        session.work.require_no_block("VACUUM")


_SIMPLE: dict[type, Callable[[Session, Any], Awaitable[str | None]]] = {
    st.Begin: _begin,
    st.Commit: _commit,
    st.Rollback: _rollback,
    st.Savepoint: _savepoint,
    st.ReleaseSavepoint: _release,
    st.RollbackToSavepoint: _roll_back_to,
    st.SetTransaction: _set_transaction,
    st.SetSetting: _set,
    st.ResetSetting: _reset,
    st.AlterSystem: _alter_system,
    st.Discard: _discard,
    st.Deallocate: _nothing,
    st.Maintain: _maintain,
}
