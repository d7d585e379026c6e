"""The rows of materialized views: made and refreshed in the transaction of the statement.

Nobody but the holder of `ddl_lock` writes them, and DuckDB shows readers the rows of their own
snapshot, so they see all of the old or all of the new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookwire_catalog.catalog import Change
from hookwire_catalog.objects import View
from hookwire_catalog.statements import CatalogStatement, CreateView, RefreshView
from hookwire_engine.storage.tables import (
    create_materialized_table,
    insert_materialized,
    materialized_table,
)

if TYPE_CHECKING:
    from hookwire_engine.query.session import Session
    from hookwire_engine.query.transaction import Transaction


async def ready(session: Session, transaction: Transaction, statement: CatalogStatement) -> None:
    """Wait for the rows of sources that the statement is going to read."""
    if not isinstance(statement, CreateView | RefreshView) or not reads(statement):
        return
    work = session.work
    work.interrupts.begin(work.seconds("statement_timeout"))
    if not transaction.begun:
        await work.interrupts.wait(session.host.wait_applied(None))


def reads(statement: CreateView | RefreshView) -> bool:
    materialized = isinstance(statement, RefreshView) or statement.materialized
    return materialized and statement.with_data


def fills(statement: CatalogStatement) -> bool:
    """Whether rows are brought in: what a savepoint cannot do again."""
    return isinstance(statement, RefreshView) or (
        isinstance(statement, CreateView) and statement.materialized
    )


def write(
    session: Session, transaction: Transaction, statement: CatalogStatement, change: Change
) -> int | None:
    """Worker: bring the rows to what the statement says; how many CREATE has put in."""
    if isinstance(statement, CreateView) and statement.materialized:
        made = [thing for thing in change.added if isinstance(thing, View)]
        return _create(session, transaction, made[0]) if made else None
    if isinstance(statement, RefreshView):
        path = session.executor.names(transaction).search_path
        view = change.catalog.lookup(statement.name.parts, path)
        assert isinstance(view, View)
        _refresh(session, transaction, view)
    return None


def _create(session: Session, transaction: Transaction, view: View) -> int | None:
    sql = session.executor.rows_of(transaction, view, judged=view.populated)
    made = create_materialized_table(view, sql)
    cursor = session.work.cursor
    cursor.run(made if view.populated else f"{made} WITH NO DATA")
    if not view.populated:
        return None
    # Of a PIVOT, which DuckDB runs as several statements, run() would tell nothing.
    counted = cursor.duckdb.execute(f"SELECT count(*) FROM {materialized_table(view.id)}")
    ((rows,),) = counted.fetchall()
    return int(rows)


def _refresh(session: Session, transaction: Transaction, view: View) -> None:
    cursor = session.work.cursor
    sql = session.executor.rows_of(transaction, view, judged=view.populated)
    cursor.run(f"DELETE FROM {materialized_table(view.id)}")
    if view.populated:
        cursor.run(insert_materialized(view, sql))
