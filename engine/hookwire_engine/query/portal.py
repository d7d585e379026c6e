"""Bound statements, as the SQL door runs them: `next_batch` until it returns None."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from hookwire_catalog.types import ResultColumn
from hookwire_engine.query.plan import Plan
from hookwire_engine.query.result import Result

if TYPE_CHECKING:
    from hookwire_engine.query.executor import Executor


class Portal(Protocol):
    """See hookwire_pgwire.backend.Portal."""

    @property
    def columns(self) -> tuple[ResultColumn, ...] | None: ...
    @property
    def command_tag(self) -> str: ...
    async def next_batch(self, max_rows: int) -> pa.RecordBatch | None: ...
    async def close(self) -> None: ...


class QueryPortal:
    """A statement that DuckDB runs and that returns rows."""

    def __init__(self, executor: Executor, plan: Plan, parameters: Sequence[object | None]) -> None:
        self.columns = plan.columns
        self._plan = plan
        self._parameters = parameters
        self._executor = executor
        self._result: Result | None = None
        self._rows = 0
        self._done = False

    @property
    def command_tag(self) -> str:
        return self._plan.command_tag(self._rows)

    async def next_batch(self, max_rows: int) -> pa.RecordBatch | None:
        if self._done:
            return None
        if self._result is None:
            self._result, batch = await self._executor.start(self._plan, self._parameters, max_rows)
        else:
            batch = await self._executor.fetch(self._plan, self._result, max_rows)
        # A short batch is the last, and so is what comes without a result.
        self._done = self._result is None or batch is None or batch.num_rows < max_rows
        if batch is None:
            return None
        self._rows += batch.num_rows
        # Rows without columns are still counted.
        return batch if self.columns else batch.select([])

    async def close(self) -> None:
        if self._result is not None and not self._done:
            self._done = True
            await self._executor.give_up(self._result)


class CommandPortal:
    """A statement that DuckDB runs and that returns no rows."""

    columns = None

    def __init__(self, executor: Executor, plan: Plan, parameters: Sequence[object | None]) -> None:
        self._plan = plan
        self._parameters = parameters
        self.command_tag = ""
        self._executor = executor

    async def next_batch(self, max_rows: int) -> pa.RecordBatch | None:
        if not self.command_tag:
            count = await self._executor.command(self._plan, self._parameters)
            self.command_tag = self._plan.command_tag(count)
        return None

    async def close(self) -> None:
        pass


class OwnPortal:
    """One of our own statements: `execute` does it and gives the command tag and perhaps rows."""

    def __init__(
        self,
        columns: tuple[ResultColumn, ...] | None,
        execute: Callable[[], Awaitable[tuple[str, pa.Table | None]]],
    ) -> None:
        self.columns = columns
        self.command_tag = ""
        self._execute = execute
        self._rows: Result | None = None

    async def next_batch(self, max_rows: int) -> pa.RecordBatch | None:
        if not self.command_tag:
            self.command_tag, table = await self._execute()
            if table is not None:
                self._rows = Result.of(table)
        return None if self._rows is None else self._rows.take(max_rows)

    async def close(self) -> None:
        self._rows = None
