"""One session's work: its cursor, its transaction, and how they end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from hookwire_catalog import settings as declared
from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import (
    ActiveSqlTransaction,
    FeatureNotSupported,
    SerializationFailure,
)
from hookwire_catalog.objects import Role
from hookwire_catalog.rights import Rights
from hookwire_engine.query import plan
from hookwire_engine.query.cursor import SessionCursor
from hookwire_engine.query.identity import Identity
from hookwire_engine.query.interrupts import Interrupts
from hookwire_engine.query.settings import SessionSettings
from hookwire_engine.query.transaction import Savepoint, Transaction

if TYPE_CHECKING:
    from hookwire_engine.query.host import Host

T = TypeVar("T")
_MILLISECOND = 0.001
ONE_SNAPSHOT = ("repeatable read", "serializable")

_amount = lru_cache(maxsize=256)(declared.amount)
_search_path = lru_cache(maxsize=256)(declared.search_path)


class Work:
    """Every method is for the loop; `do` takes what blocks to a worker. `owner` is the id of the
    session."""

    def __init__(self, host: Host, owner: int, role: Role, given: Mapping[str, str]) -> None:
        self.host = host
        self.owner = owner
        self.identity = Identity(role, self._seen, lambda name: self.settings.get(name))
        self.settings = SessionSettings(
            {name: value for name, value in given.items() if name != "role"},
            fixed={
                "session_authorization": role.name,
                "is_superuser": "on" if role.superuser else "off",
                "ssl": "on" if host.ssl else "off",
            },
            system=lambda: host.system_settings.values,
            identify=self.identity.changed,
        )
        self.cursor = SessionCursor(host.open_cursor, host.shared.spill_directory)
        self.interrupts = Interrupts(asyncio.get_running_loop(), self._stop)
        self.transaction: Transaction | None = None
        if "role" in given:
            self.settings.set("role", given["role"], local=False)

    def _seen(self) -> Catalog:
        """The catalog as this session sees it. Any thread."""
        transaction = self.transaction
        return self.host.catalog if transaction is None else transaction.catalog

    @property
    def role(self) -> int:
        """The id of the current role."""
        return self.identity.role

    @property
    def user(self) -> str:
        """The name of the current role."""
        return self.identity.name(self.identity.role)

    @property
    def session_user(self) -> str:
        return self.identity.name(self.identity.session_role)

    @property
    def rights(self) -> Rights:
        return self._seen().rights(self.identity.role)

    async def do(
        self,
        call: Callable[..., T],
        *arguments: Any,
        error: plan.Explain = plan.bare_error,
        apart: bool = False,
    ) -> T:
        """A blocking call on a worker, or `apart` from the workers that others need; what DuckDB
        raises becomes a SqlError by `error`."""
        run = self.host.run_apart if apart else self.host.run
        with self.interrupts.working():
            return await run(plan.guarded, error, call, *arguments)

    def _stop(self) -> None:
        self.cursor.interrupt()
        self.host.shared.locks.wake()

    @property
    def search_path(self) -> tuple[str, ...]:
        return _search_path(self.settings.get("search_path"), self.user)

    def seconds(self, timeout: str) -> float:
        """The setting `timeout`; 0 is none."""
        return _amount(timeout, self.settings.get(timeout)) * _MILLISECOND

    # Transactions.

    def current(self) -> Transaction:
        """The transaction; every statement is in one. Until DuckDB has been told of it, it sees
        the newest catalog."""
        transaction = self.transaction
        if transaction is None:
            transaction = Transaction(self.settings.begin(), self.host.catalog)
            self.transaction = transaction
        elif not transaction.begun:
            transaction.catalog = self.host.catalog
        return transaction

    def pin(self, transaction: Transaction) -> None:
        """DuckDB's BEGIN is sent next: from here on this transaction sees one snapshot."""
        transaction.catalog = self.host.catalog
        transaction.moment = self.host.shared.writers.moment()
        transaction.begun = True

    async def begin(self, transaction: Transaction) -> None:
        """Send BEGIN now, if it has not been sent."""
        if transaction.begun:
            return
        if transaction.block:
            await self.interrupts.wait(self.host.wait_applied(None))
        self.pin(transaction)
        await self.do(self._begin)

    def _begin(self) -> None:
        self.cursor.free()
        self.cursor.begin()

    async def lock(self, transaction: Transaction) -> None:
        """Be the one that changes the catalog, until the transaction ends."""
        if transaction.locked:
            return
        await self.interrupts.wait(self.host.ddl_lock.acquire(), self.seconds("lock_timeout"))
        transaction.locked = True
        if transaction.begun and transaction.catalog is not self.host.catalog:
            raise SerializationFailure(
                "could not serialize access due to concurrent update",
                detail="Another transaction has changed the catalog since this one began.",
                hint="Retry the transaction.",
            )

    async def end(self, *, commit: bool) -> None:
        """End the transaction; what fails to commit is rolled back and raises."""
        transaction = self.current()
        done = False
        writers, written = self.host.shared.writers, transaction.written if commit else ()
        writers.begin(written)
        try:
            if transaction.begun:
                await self.host.run(self._finish, commit, transaction.on_commit)
            done = commit
        finally:
            writers.end(written)
            self.transaction = None
            self._publish(transaction, committed=done)
            self.host.shared.locks.release_transaction(self.owner)
            self.settings.end(transaction.settings_before, committed=done)

    async def roll_back_to(self, name: str) -> None:
        """ROLLBACK TO. Raises SqlError; after one of a replay only ROLLBACK is left."""
        transaction = self.current()
        target = transaction.find(name)
        log = transaction.log
        if transaction.broken:
            transaction.check_replay(target)
        if transaction.begun:
            rewritten = log.torn or len(log.writes) != target.writes
            if rewritten or await self.do(self.cursor.aborted):
                await self._replay(transaction, target)
        transaction.gone_back(target)
        self.settings.go_back(target.settings)
        self.host.shared.locks.keep_transaction(self.owner, target.locks)

    async def _replay(self, transaction: Transaction, target: Savepoint) -> None:
        """DuckDB's transaction again, with a snapshot of its own, and what is before `target`."""
        transaction.check_replay(target)
        if self.settings.get("transaction_isolation") in ONE_SNAPSHOT:
            raise FeatureNotSupported(
                f'cannot roll back to savepoint "{target.name}" at this isolation level',
                detail="An error of execution or a write needs another snapshot.",
                hint="Roll back the whole transaction, or use READ COMMITTED.",
            )
        before, transaction.broken = transaction.moment, "it could not be written again"
        writers = self.host.shared.writers
        if not target.catalog_changed:
            transaction.catalog = self.host.catalog
        transaction.moment = writers.moment()
        same = await self.do(self._write_again, transaction, target)
        assert before is not None
        if not same or not writers.unchanged_since(before, transaction.log.tables(target.writes)):
            raise SerializationFailure(
                "could not serialize access due to concurrent update",
                detail="What was written before the savepoint has been changed by others since.",
                hint="Retry the transaction.",
            )
        # What is written again was read at `before`: the next time counts from there too.
        transaction.moment, transaction.broken = before, None

    def _write_again(self, transaction: Transaction, target: Savepoint) -> bool:
        """Worker."""
        cursor, log = self.cursor, transaction.log
        cursor.restart()
        if not log.replay(cursor, target.writes):
            return False
        cursor.set_sequences(log.sequences)
        return True

    def _publish(self, transaction: Transaction, *, committed: bool) -> None:
        if committed and transaction.catalog_changed:
            self.host.publish(transaction.catalog)
        if committed and transaction.system_settings is not None:
            self.host.publish_settings(transaction.system_settings)
        if committed and transaction.tables_changed:
            self.host.shared.tables_changed()
        if transaction.locked:
            self.host.ddl_lock.release()

    def _finish(self, commit: bool, last: Sequence[str]) -> None:
        """Worker."""
        if not commit:
            self.cursor.rollback()
            return
        try:
            for sql in last:
                self.cursor.free()
                self.cursor.run(sql)
            self.cursor.commit()
        except duckdb.Error as error:
            self.cursor.rollback()
            raise plan.bare_error(error) from error

    def require_no_block(self, command: str) -> None:
        if self.current().block:
            raise ActiveSqlTransaction(f"{command} cannot run inside a transaction block")
