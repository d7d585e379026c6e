"""What this door needs of whatever is behind it, as protocols.

`hookwire_engine.engine.Engine` is the one behind it in the program; tests put a scripted one
there. Everything is called on the event loop. Rows travel as Arrow record batches, which only
`values` looks into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

from hookwire_catalog.notices import Notice
from hookwire_catalog.roles import LoginRole as LoginRole
from hookwire_catalog.split import Statement
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_engine.system.values import CursorState, Encryption, PreparedState

TransactionStatus: TypeAlias = Literal["I", "T", "E"]

RowBatch: TypeAlias = Any
"""A `pyarrow.RecordBatch`; pyarrow itself is imported in `values` only."""


class Prepared(Protocol):
    @property
    def parameter_types(self) -> tuple[PgType, ...]: ...

    @property
    def columns(self) -> tuple[ResultColumn, ...] | None:
        """None for a statement that returns no rows at all (NoData)."""
        ...


class Portal(Protocol):
    @property
    def columns(self) -> tuple[ResultColumn, ...] | None: ...

    @property
    def command_tag(self) -> str:
        """Valid once `next_batch` has returned None."""
        ...

    async def next_batch(self, max_rows: int) -> RowBatch | None:
        """At most `max_rows` rows, None at the end. The first call executes."""
        ...

    async def close(self) -> None: ...


class Session(Protocol):
    @property
    def id(self) -> int: ...

    @property
    def parameters(self) -> Mapping[str, str]:
        """Every setting that is reported to clients (ParameterStatus)."""
        ...

    @property
    def transaction_status(self) -> TransactionStatus: ...

    @property
    def savepoint(self) -> int:
        """The serial number of the innermost savepoint, 0 without one; later ones have more."""
        ...

    def setting(self, name: str) -> str:
        """The current value of a setting, as SHOW prints it."""
        ...

    def drain_notices(self) -> list[Notice]: ...

    def drain_notifications(self) -> list[tuple[str, str]]:
        """Channel and payload of what the transaction has sent with pg_notify()."""
        ...

    def drain_parameter_changes(self) -> list[tuple[str, str]]: ...

    def statements(self, sql: str) -> list[Statement]: ...

    async def check_syntax(self, statements: Sequence[Statement]) -> None:
        """Raises SqlError for the first that is no SQL; its position is in the whole text."""
        ...

    async def prepare(
        self, statement: Statement, parameter_oids: Sequence[int] = ()
    ) -> Prepared: ...

    async def bind(self, prepared: Any, parameters: Sequence[object | None]) -> Portal: ...

    def begin_implicit(self) -> None:
        """The statements up to `end_implicit` are one transaction (PostgreSQL 55.2.2.1)."""
        ...

    async def end_implicit(self) -> None:
        """Commit what `begin_implicit` began; after `fail` roll it back."""
        ...

    async def sync(self) -> None:
        """End the transaction of a single statement or of an extended batch, in the same way."""
        ...

    def fail(self) -> None: ...

    def cancel(self) -> None:
        """Interrupt the running statement. May be called from any thread."""
        ...

    def attach(self, client: Client) -> None:
        """Who is told when another session wants to cancel or end this one."""
        ...

    async def close(self) -> None: ...


class Client(Protocol):
    """`cancel` and `terminate` are called on the loop; the others on any thread."""

    def cancel(self) -> None:
        """Cancel the running statement, if one runs."""

    def terminate(self) -> None:
        """Cancel it and end the session."""

    def prepared(self) -> Sequence[PreparedState]: ...

    def cursors(self) -> Sequence[CursorState]: ...

    @property
    def encryption(self) -> Encryption | None: ...


class Backend(Protocol):
    def role(self, name: str) -> LoginRole | None:
        """The role as it is now; None when there is none."""
        ...

    def session(
        self, *, user: str, database: str, settings: Mapping[str, str], peer: str
    ) -> Session:
        """Raises SqlError for a setting that cannot be, and InvalidAuthorization (28000) for a
        role that does not exist."""
        ...
