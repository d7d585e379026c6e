"""What a statement handler holds of its connection: the session and the way to the client."""

from __future__ import annotations

import logging
from time import perf_counter

from hookwire_catalog.errors import QueryCanceled, SqlError
from hookwire_catalog.split import Statement
from hookwire_pgwire import replies
from hookwire_pgwire.backend import Session
from hookwire_pgwire.charset import Conversion, conversion
from hookwire_pgwire.faults import ClientGoneError, FatalError
from hookwire_pgwire.input import Input
from hookwire_pgwire.messages import CopyData, CopyDone, CopyFail
from hookwire_pgwire.metrics import SqlMetrics, kind_of
from hookwire_pgwire.notifications import Hub, Notification, Notifications
from hookwire_pgwire.output import Output
from hookwire_pgwire.protocol import ServerProtocol, State

log = logging.getLogger("hookwire.pgwire")


class Channel:
    """`send`, `output` and `protocol` speak to the client; `session` executes."""

    def __init__(
        self,
        session: Session,
        protocol: ServerProtocol,
        input: Input,
        output: Output,
        metrics: SqlMetrics,
        hub: Hub,
    ) -> None:
        self.session = session
        self.protocol = protocol
        self._input = input
        self.output = output
        self.metrics = metrics
        protocol.conversion = lambda: self.conversion
        self.notifications = Notifications(hub, self.tell)
        self.in_script = False
        self.farewell: SqlError | None = None
        self._cancel_requested = False

    @property
    def in_block(self) -> bool:
        """Whether the next statement is in the transaction of this one: BEGIN, or one Query of
        several statements."""
        return self.in_script or self.session.transaction_status != "I"

    @property
    def conversion(self) -> Conversion | None:
        """Between UTF8 and the client's encoding; None for UTF8."""
        name = self.session.setting("client_encoding")
        return None if name == "UTF8" else conversion(name)

    def send(self, data: bytes) -> None:
        """Messages other than rows: see Output.send."""
        known = self.conversion
        self.output.send(data if known is None else known.messages_out(data))

    # Cancel.

    def cancel(self) -> None:
        """Interrupt the statement that runs now, be it in the engine or in our hands."""
        self._cancel_requested = True
        self.session.cancel()

    def check_cancel(self) -> None:
        if self._cancel_requested:
            self._cancel_requested = False
            raise QueryCanceled("canceling statement due to user request")

    def forget_cancel(self) -> None:
        """A request that came too late must not hit the next statement."""
        self._cancel_requested = False

    # Notifications.

    def tell(self) -> None:
        """Tell an idle client at once; any other is told before its next ReadyForQuery."""
        idle = self.protocol.state is State.READY and self.session.transaction_status == "I"
        if idle and self._input.waiting and not self.output.paused:
            self._send_notifications()
            self.output.flush()

    def _send_notifications(self) -> None:
        for notification in self.notifications.take():
            self.send(replies.notification(*notification))

    def ended(self, tag: str) -> None:
        """A statement with this tag has run: it may have ended the transaction."""
        self._take_sent()
        if tag == "COMMIT":
            self.notifications.commit()
        elif tag == "ROLLBACK":
            self.notifications.roll_back(self.session.savepoint)
        elif tag == "DISCARD ALL":
            self.notifications.unlisten(None)

    def _take_sent(self) -> None:
        """What pg_notify() has sent."""
        for sent in self.session.drain_notifications():
            notification = Notification(self.session.id, *sent)
            self.notifications.notify(notification, self.session.savepoint)

    # COPY FROM STDIN.

    async def next_copy_data(self) -> bytes | None:
        """The next piece of the data, None at its end. Raises QueryCanceled if it is given up."""
        message = await self._input.next(interrupted=self.check_cancel)
        self.check_cancel()
        if isinstance(message, CopyData):
            return message.data
        if isinstance(message, CopyDone):
            return None
        if isinstance(message, CopyFail):
            raise QueryCanceled(f"COPY from stdin failed: {message.reason}")
        raise ClientGoneError

    # Replies that need the session's state.

    def send_notices(self) -> None:
        for notice in self.session.drain_notices():
            self.send(replies.notice_response(notice))

    def complete(self, tag: str) -> None:
        """CommandComplete, after what the statement had to say."""
        self.send_notices()
        self.send(replies.command_complete(tag))

    def ready(self) -> None:
        """Notices, changed parameters, ReadyForQuery; and off it goes."""
        self.send_notices()
        for name, value in self.session.drain_parameter_changes():
            self.send(replies.parameter_status(name, value))
        self._take_sent()
        if self.session.transaction_status == "I":
            self.notifications.commit()
            self._send_notifications()
        self.send(self.protocol.ready(self.session.transaction_status))
        self.output.flush()

    def error(self, error: SqlError) -> None:
        """ErrorResponse; the transaction, if any, has failed. Raises FatalError if the session is
        to end."""
        if self.farewell is not None:
            raise FatalError(self.farewell)
        self.session.fail()
        self.notifications.roll_back(self.session.savepoint)
        self.send_notices()
        self.send(self.protocol.error(error))
        self.output.flush()


class Stopwatch:
    """Times one statement over all the messages that it takes, and counts it once."""

    __slots__ = ("_done", "_kind", "_metrics", "_seconds")

    def __init__(self, metrics: SqlMetrics, statement: Statement | None) -> None:
        self._metrics = metrics
        self._seconds = 0.0
        self._done = False
        self._kind = kind_of(statement)

    def add(self, started: float) -> None:
        self._seconds += perf_counter() - started

    def done(self, sqlstate: str = "00000") -> None:
        if not self._done:
            self._done = True
            self._metrics.observe(self._kind, sqlstate, self._seconds)
