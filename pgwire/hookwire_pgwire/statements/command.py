"""A statement of the door in the shape that the query protocols run (see backend.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.backend import Portal, RowBatch

Columns: TypeAlias = tuple[ResultColumn, ...] | None


def _no_rows() -> Columns:
    return None


@dataclass(frozen=True, slots=True)
class Command:
    """`open` binds it; `describe` is asked anew each time, as a cursor may come and go."""

    open: Callable[[Sequence[object | None]], Awaitable[Portal]]
    parameter_types: tuple[PgType, ...] = ()
    describe: Callable[[], Columns] = _no_rows

    @property
    def columns(self) -> Columns:
        return self.describe()


class CommandPortal:
    """A portal without rows: `run` does the work and gives the tag."""

    columns: Columns = None

    def __init__(self, run: Callable[[], Awaitable[str]]) -> None:
        self.command_tag = ""
        self._run = run

    async def next_batch(self, max_rows: int) -> RowBatch | None:
        if not self.command_tag:
            self.command_tag = await self._run()
        return None

    async def close(self) -> None:
        pass


def command(run: Callable[[], Awaitable[str]]) -> Command:
    """A statement without parameters and rows."""

    async def open_(parameters: Sequence[object | None]) -> Portal:
        return CommandPortal(run)

    return Command(open_)
