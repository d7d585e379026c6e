"""The way from the client: wakes the connection's task, pauses reading, ends by request.

Whatever ends a connection from outside (a timeout, the server's drain) is noted as a farewell and
acted on between statements, so that the client is told and no statement is cut in half.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hookwire_catalog.errors import SqlError
from hookwire_pgwire.faults import ClientGoneError, FatalError
from hookwire_pgwire.idle import IdleLimit
from hookwire_pgwire.messages import Message
from hookwire_pgwire.protocol import ServerProtocol, State
from hookwire_pgwire.startup import StartupPacket


class Input:
    def __init__(
        self,
        transport: asyncio.Transport,
        protocol: ServerProtocol,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._transport = transport
        self._protocol = protocol
        self._loop = loop
        self._reading = True
        self._ended = False
        self._farewell: SqlError | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> bool:
        """Whether the task waits for the client; otherwise it is busy with a message."""
        return self._waiter is not None

    async def next(
        self, limit: IdleLimit | None = None, interrupted: Callable[[], None] | None = None
    ) -> Message | StartupPacket:
        """The next message. Raises SqlError, FatalError or ClientGoneError.

        `limit` holds while nothing has arrived of it; `interrupted` is called before each wait,
        and raises if it is not to be.
        """
        while True:
            if self._farewell is not None and self._protocol.state is State.READY:
                raise FatalError(self._farewell)
            message = self._protocol.next_message()
            if message is not None:
                return message
            if self._farewell is not None:
                raise FatalError(self._farewell)
            if self._ended:
                raise ClientGoneError
            if interrupted is not None:
                interrupted()
            await self._wait(limit)

    async def _wait(self, limit: IdleLimit | None) -> None:
        self._waiter = self._loop.create_future()
        timer = None
        if limit is not None:
            timer = self._loop.call_later(limit.seconds, self.say_farewell, limit.error)
        if not self._reading and self._protocol.wants_data:
            self._reading = True
            self._transport.resume_reading()
        try:
            await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        if self._reading and not self._protocol.wants_data:
            self._reading = False
            self._transport.pause_reading()
        self.wake()

    def end(self) -> None:
        """No more will come; what has come is still carried out."""
        self._ended = True
        self.wake()

    def say_farewell(self, error: SqlError) -> None:
        """End between statements: at once if the client is being waited for."""
        self._farewell = error
        self.wake()

    def wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
