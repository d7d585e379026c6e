"""What `/api/sql` needs of others: a session of the engine, and what the program lends.

How values read as text and who may come in is the SQL door's knowledge, and doors do not import
each other: the program hands it over as callables.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from hookwire_catalog.notices import Notice
from hookwire_catalog.roles import LoginRole
from hookwire_catalog.split import Statement
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_engine.system.values import CursorState, Encryption, PreparedState

RowBatch: TypeAlias = Any
"""A `pyarrow.RecordBatch`; only `SqlServices.rows` looks into it."""

Setting: TypeAlias = Callable[[str], str]
"""A session's settings by name, as SHOW prints them."""


class Authenticate(Protocol):
    def __call__(
        self, user: str | None, password: str | None, peer: str
    ) -> Awaitable[LoginRole | None]:
        """Who it is; None for who may not come in, told late after a wrong password.

        `peer` is the sender's address. Without `user` it is somebody on this machine who names
        nobody.
        """
        ...


@dataclass(frozen=True, slots=True)
class SqlServices:
    """`rows` gives each row of a batch as the text of a JSON array, `parameter` what the engine
    takes for the text of the parameter with this number; `notify` tells who listens to a channel.
    """

    authenticate: Authenticate
    rows: Callable[[RowBatch, Sequence[ResultColumn], Setting], list[bytes]]
    parameter: Callable[[PgType, str | None, Setting, int], object | None]
    notify: Callable[[str, str], None]


class Prepared(Protocol):
    @property
    def parameter_types(self) -> tuple[PgType, ...]: ...


class Portal(Protocol):
    """See hookwire_engine.query.portal."""

    @property
    def columns(self) -> tuple[ResultColumn, ...] | None: ...
    @property
    def command_tag(self) -> str: ...
    async def next_batch(self, max_rows: int) -> RowBatch | None: ...
    async def close(self) -> None: ...


class Client(Protocol):
    """Who is told when another session wants to cancel or end this one."""

    def cancel(self) -> None: ...
    def terminate(self) -> None: ...
    def prepared(self) -> Sequence[PreparedState]: ...
    def cursors(self) -> Sequence[CursorState]: ...
    @property
    def encryption(self) -> Encryption | None: ...


class Session(Protocol):
    """See hookwire_engine.query.session."""

    @property
    def transaction_status(self) -> Literal["I", "T", "E"]: ...
    @property
    def savepoint(self) -> int: ...
    def setting(self, name: str) -> str: ...
    def drain_notices(self) -> list[Notice]: ...
    def drain_notifications(self) -> list[tuple[str, str]]: ...
    def statements(self, sql: str) -> list[Statement]: ...
    async def check_syntax(self, statements: Sequence[Statement]) -> None: ...
    async def prepare(
        self, statement: Statement, parameter_oids: Sequence[int] = ()
    ) -> Prepared: ...
    async def bind(self, prepared: Any, parameters: Sequence[object | None]) -> Portal: ...
    def begin_implicit(self) -> None: ...
    async def end_implicit(self) -> None: ...
    async def sync(self) -> None: ...
    def fail(self) -> None: ...
    def cancel(self) -> None: ...
    def attach(self, client: Client) -> None: ...
    async def close(self) -> None: ...
