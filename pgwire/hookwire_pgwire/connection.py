"""One socket: moves bytes between it and a `ServerProtocol`, and does what the messages ask.

The transport's callbacks only note what happened and wake the connection's one task, which pulls
messages and carries them out in order.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any, cast

from hookwire_catalog.errors import (
    AdminShutdown,
    FeatureNotSupported,
    InvalidCatalogName,
    InvalidPassword,
    SqlError,
)
from hookwire_engine.system.values import CursorState, Encryption, PreparedState
from hookwire_pgwire.auth import Challenge, Login, check_role
from hookwire_pgwire.backend import Backend, Session
from hookwire_pgwire.channel import Channel
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.extended import ExtendedQuery
from hookwire_pgwire.faults import ClientGoneError, FatalError, as_sql_error
from hookwire_pgwire.idle import idle_limit
from hookwire_pgwire.input import Input
from hookwire_pgwire.keepalive import Keepalive
from hookwire_pgwire.messages import (
    Bind,
    Close,
    Describe,
    Execute,
    Flush,
    FunctionCall,
    Parse,
    PasswordMessage,
    Query,
    Sync,
    Terminate,
)
from hookwire_pgwire.metrics import SqlMetrics
from hookwire_pgwire.namespace import Namespace
from hookwire_pgwire.output import Output
from hookwire_pgwire.protocol import ServerProtocol, State
from hookwire_pgwire.registry import Registry
from hookwire_pgwire.simple import SimpleQuery
from hookwire_pgwire.startup import (
    TLS_HANDSHAKE,
    CancelRequest,
    SessionRequest,
    SslRequest,
    StartupMessage,
    session_request,
)
from hookwire_pgwire.tls import TlsLayer, TlsRefusedError

log = logging.getLogger("hookwire.pgwire")

Handler = Callable[[Any], Awaitable[None]]


class Connection(asyncio.Protocol):
    """`on_made` is called when the task has begun, `on_end` once when it is over."""

    def __init__(
        self,
        config: SqlServerConfig,
        registry: Registry,
        metrics: SqlMetrics,
        on_made: Callable[[Connection], None],
        on_end: Callable[[Connection], None],
    ) -> None:
        self._config = config
        self._registry = registry
        self._metrics = metrics
        self._on_made = on_made
        self._on_end = on_end
        self._protocol = ServerProtocol(max_message_bytes=config.max_message_bytes)
        self._names = Namespace()
        self._session: Session | None = None
        self._channel: Channel | None = None
        self._layer: TlsLayer | None = None
        self._heard = False

    # The transport's callbacks.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        loop = asyncio.get_running_loop()
        self._loop = loop
        # uvloop's transports have the methods and not the base class.
        self._transport = cast(asyncio.Transport, transport)
        self._output = Output(self._transport, loop)
        self._input = Input(self._transport, self._protocol, loop)
        address = transport.get_extra_info("peername")
        self._peer_host: str | None = address[0] if isinstance(address, tuple) else None
        self._peer = f"{address[0]}:{address[1]}" if isinstance(address, tuple) else "local"
        plug = transport.get_extra_info("socket")
        self._keepalive: Keepalive | None = None
        if plug is not None and plug.family in (socket.AF_INET, socket.AF_INET6):
            self._keepalive = Keepalive(plug)
        self.task = loop.create_task(self._run())
        self._on_made(self)

    def data_received(self, data: bytes) -> None:
        if self._layer is None and not self._heard and data[:1] == TLS_HANDSHAKE:
            self._begin_tls(direct=True)
        self._heard = True
        if self._layer is not None:
            try:
                data = self._layer.received(data)
            except TlsRefusedError as error:
                log.debug("TLS with %s failed: %s", self._peer, error)
                self._transport.close()
                return
        if data:
            self._input.received(data)

    def _begin_tls(self, *, direct: bool) -> bool:
        """From now on everything is encrypted; False where there is no certificate."""
        server = self._config.tls()
        if server is None:
            return False
        if direct:
            self._protocol.encrypted()
        else:
            self._output.send(self._protocol.accept_encryption())
            self._output.flush()
        self._layer = TlsLayer(server, self._transport.write, direct=direct)
        self._output.through(self._layer.write)
        return True

    def eof_received(self) -> bool:
        self._client_left()
        # The transport stays open: answers may still be on their way out.
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self._output.lost()
        self._client_left()

    def pause_writing(self) -> None:
        self._output.pause()

    def resume_writing(self) -> None:
        self._output.resume()
        if self._channel is not None:
            self._channel.tell()

    def _client_left(self) -> None:
        """Nobody waits for what runs: PostgreSQL would notice at its next write, we do at once."""
        self.cancel()
        self._input.end()

    # What the server asks of a connection.

    def cancel(self) -> None:
        """Cancel the running statement; nothing happens between statements."""
        copying = self._protocol.state is State.COPY_IN
        if self._channel is not None and (copying or not self._input.waiting):
            self._channel.cancel()
            self._input.wake()

    def say_farewell(self, error: SqlError) -> None:
        """End between statements: at once if the client is being waited for."""
        self._input.say_farewell(error)

    def terminate(self) -> None:
        """End the session now, by another's request (pg_terminate_backend)."""
        error = AdminShutdown("terminating connection due to administrator command")
        if self._channel is not None:
            self._channel.farewell = error
        self.say_farewell(error)
        self.cancel()
        if self._output.paused:
            # It would have to take what it has been sent before it could be told.
            self.abort()

    def abort(self) -> None:
        self._transport.abort()

    # What the catalogs show of a session.

    def prepared(self) -> list[PreparedState]:
        return self._names.prepared()

    def cursors(self) -> list[CursorState]:
        return self._names.cursors()

    @property
    def encryption(self) -> Encryption | None:
        info = None if self._layer is None else self._layer.info
        return None if info is None else info.encryption

    # The task.

    async def _run(self) -> None:
        try:
            channel = await self._start_up()
            if channel is not None:
                await self._serve(channel)
        except ClientGoneError:
            pass
        except FatalError as fatal:
            self._send_fatal(fatal.error)
        except Exception as error:
            self._send_fatal(as_sql_error(error))
        finally:
            await self._clean_up()

    def _send_fatal(self, error: SqlError) -> None:
        log.debug("connection from %s ends: %s", self._peer, error.message)
        self._output.send(self._protocol.fatal(error))

    async def _clean_up(self) -> None:
        session = self._session
        if self._channel is not None:
            self._channel.notifications.close()
        # From here on there is nothing to cancel.
        self._channel = None
        self._registry.leave(self, None if session is None else session.id)
        self._output.flush()
        if self._layer is not None:
            self._layer.farewell()
        self._transport.close()
        try:
            if session is not None:
                self._metrics.sessions.dec()
                await self._names.drop_all_portals()
                await session.close()
        except Exception as error:
            log.warning("session could not be closed: %s", as_sql_error(error))
        finally:
            self._on_end(self)

    # Startup.

    async def _start_up(self) -> Channel | None:
        """From the first byte to the first ReadyForQuery; None if there will be no session."""
        timer = self._loop.call_later(self._config.startup_timeout_s, self.abort)
        try:
            startup = await self._greet()
            if startup is None:
                return None
            self._output.send(self._protocol.negotiate(startup))
            backend = self._registry.admit(self)
            request = session_request(startup)
            await self._authenticate(backend, request)
            return self._open_session(backend, request)
        except SqlError as error:
            raise FatalError(error) from None
        finally:
            timer.cancel()

    async def _greet(self) -> StartupMessage | None:
        while True:
            packet = await self._input.next()
            if isinstance(packet, StartupMessage):
                return packet
            if isinstance(packet, CancelRequest):
                if not self._registry.cancel(packet.process_id, packet.key):
                    log.debug("cancel request for session %d denied", packet.process_id)
                return None
            if isinstance(packet, SslRequest) and self._begin_tls(direct=False):
                continue
            self._output.send(self._protocol.refuse_encryption())
            self._output.flush()

    async def _authenticate(self, backend: Backend, request: SessionRequest) -> None:
        tls = None if self._layer is None else self._layer.info
        login = Login(request, self._peer_host, backend.role(request.user), tls)
        delays, peer = self._registry.delays, self._peer_host
        try:
            await self._exchange(login)
        except InvalidPassword:
            await asyncio.sleep(delays.failed(peer))
            raise
        delays.succeeded(peer)
        check_role(login)
        assert login.role is not None
        self._registry.enter(self, login.role)

    async def _exchange(self, login: Login) -> None:
        exchange = self._config.authenticator.exchange(login)
        step = exchange.begin()
        while isinstance(step, Challenge):
            self._output.send(step.message)
            self._output.flush()
            answer = await self._input.next()
            assert isinstance(answer, PasswordMessage)
            step = exchange.respond(answer.data)
        self._output.send(step.last)

    def _open_session(self, backend: Backend, request: SessionRequest) -> Channel:
        if request.database not in self._config.databases:
            raise InvalidCatalogName(f'database "{request.database}" does not exist')
        session = backend.session(
            user=request.user,
            database=request.database,
            settings=request.settings,
            peer=self._peer,
        )
        self._session = session
        session.attach(self)
        self._metrics.sessions.inc()
        self._channel = Channel(
            session,
            self._protocol,
            self._input,
            self._output,
            self._metrics,
            self._registry.hub,
        )
        key = secrets.token_bytes(self._protocol.cancel_key_bytes)
        self._registry.register(session.id, key, self)
        session.drain_parameter_changes()
        reported, status = session.parameters.items(), session.transaction_status
        self._output.send(self._protocol.authenticated(reported, session.id, key, status))
        self._output.flush()
        log.debug("session %d: %s from %s", session.id, request.user, self._peer)
        return self._channel

    # Statements.

    async def _serve(self, channel: Channel) -> None:
        if self._keepalive is not None:
            self._keepalive.follow(channel.session.setting)
        simple = SimpleQuery(channel, self._names)
        handlers = self._handlers(channel, simple)
        protocol, session = self._protocol, channel.session
        while True:
            try:
                between = protocol.state is State.READY
                message = await self._input.next(idle_limit(session) if between else None)
                if isinstance(message, Terminate):
                    return
                await handlers[type(message)](message)
            except (ClientGoneError, FatalError):
                raise
            except Exception as error:
                channel.error(as_sql_error(error))
                await self._names.drop_portals(session.savepoint)
                if protocol.state is State.QUERY:
                    await simple.roll_back()
                    channel.ready()
            if protocol.state is State.READY:
                channel.forget_cancel()
                if self._keepalive is not None:
                    self._keepalive.follow(session.setting)
            await self._output.drain()

    def _handlers(self, channel: Channel, simple: SimpleQuery) -> dict[type, Handler]:
        extended = ExtendedQuery(channel, self._names)

        async def flush(_: Flush) -> None:
            channel.send_notices()
            self._output.flush()

        async def refuse(_: FunctionCall) -> None:
            raise FeatureNotSupported("function calls over the wire are not supported")

        return {
            Query: simple.run,
            Parse: extended.parse,
            Bind: extended.bind,
            Describe: extended.describe,
            Execute: extended.execute,
            Close: extended.close,
            Sync: extended.sync,
            Flush: flush,
            FunctionCall: refuse,
        }
