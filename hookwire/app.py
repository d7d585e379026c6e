"""Composition: the engine and its two doors, put together in order and taken apart in order.

Up: both doors take their ports (so that a port in use is found before data is touched, and a client
is told "starting" instead of being refused), the engine opens and replays, the doors get it.
Down: both doors stop accepting and finish what has begun, then the engine makes everything durable,
applies it, checkpoints and closes.
"""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import time

from prometheus_client import CollectorRegistry, Gauge, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

from hookwire import __version__
from hookwire.access import Access, set_password
from hookwire.certificates import Certificates
from hookwire.config import DATABASE, MEMORY, USER, Config
from hookwire.exits import DataDirectoryError, ExitError
from hookwire.sql_over_http import sql_services
from hookwire_catalog.errors import SqlError
from hookwire_engine.engine import Engine, EngineConfig
from hookwire_http import HttpConfig, HttpServer, create_server
from hookwire_pgwire.config import SqlServerConfig
from hookwire_pgwire.server import SqlServer

log = logging.getLogger("hookwire.app")

CLOSE_SECONDS = 30.0
"""How long the engine may apply and checkpoint after the grace period, which is for clients. When
it is over the process ends all the same: what was acknowledged is in the journal."""


class App:
    """Use once: `await start()`, later `await stop()`, which may follow a start that failed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.registry = _registry()
        self._access = Access(config)
        self._certificates = Certificates(config)
        self._http: HttpServer | None = None
        self._sql: SqlServer | None = None
        self._engine: Engine | None = None
        self._sql_port = 0
        self._http_port = 0

    @property
    def sql_url(self) -> str:
        return f"postgresql://{USER}@{self._host}:{self._sql_port}/{DATABASE}"

    @property
    def password(self) -> str:
        """The superuser's, as it was given at start; empty when it was not."""
        return self._access.password

    @property
    def http_url(self) -> str:
        return f"http://{self._host}:{self._http_port}"

    @property
    def sql_address(self) -> tuple[str, int]:
        return self._config.host, self._sql_port

    @property
    def http_address(self) -> tuple[str, int]:
        return self._config.host, self._http_port

    @property
    def public_url(self) -> str:
        return self._config.public_url or self.http_url

    @property
    def _host(self) -> str:
        """As it is written in a URL (RFC 3986, 3.2.2)."""
        host = self._config.host
        return f"[{host}]" if ":" in host else host

    async def start(self) -> None:
        """Raises ExitError."""
        config = self._config
        log.info(
            "starting",
            extra={
                "version": __version__,
                "pid": os.getpid(),
                "python": platform.python_version(),
                "data_dir": str(config.data_dir or MEMORY),
            },
        )
        self._access.load()
        self._certificates.load()
        sql, http = await self._listen()
        self._engine = await self._open_engine()
        if self._access.password:
            await set_password(self._engine, self._access.password)
        sql.serve(self._engine)
        self._engine.attach_hba_rules(self._access.file_rules)
        self._engine.arrivals.attach(sql.is_listened_to, sql.arrived)
        http.attach(self._engine)
        log.info("ready", extra={"sql": self.sql_url, "http": self.http_url})

    async def _listen(self) -> tuple[SqlServer, HttpServer]:
        config = self._config
        self._sql = SqlServer(
            SqlServerConfig(
                config.host,
                config.sql_port,
                max_sessions=config.max_connections,
                reserved_sessions=min(
                    config.superuser_reserved_connections, config.max_connections - 1
                ),
                startup_timeout_s=config.authentication_timeout,
                failure_delay_s=config.auth_delay,
                authenticator=self._access,
                tls=self._certificates.current,
            ),
            self.registry,
        )
        try:
            _, self._sql_port = await self._sql.start()
        except OSError as error:
            raise _cannot_listen("--sql-port", config.host, config.sql_port, error) from None
        try:
            self._http = create_server(
                None,
                HttpConfig(
                    config.host,
                    config.http_port,
                    registry=self.registry,
                    sql=sql_services(
                        self._access, lambda: self._engine, self._sql.notify, config.auth_delay
                    ),
                ),
            )
            await self._http.start()
        except OSError as error:
            raise _cannot_listen("--http-port", config.host, config.http_port, error) from None
        self._http_port = self._http.port
        return self._sql, self._http

    async def _open_engine(self) -> Engine:
        data_dir = self._config.data_dir
        config = EngineConfig(
            data_dir,
            self.public_url,
            self.registry,
            secret_key=self._config.secret_key,
            secret_key_file=self._config.secret_key_file,
            ssl=self._certificates.current() is not None,
        )
        try:
            return await Engine.open(config)
        except SqlError as error:
            raise DataDirectoryError(f"data directory {data_dir}: {error.message}") from error
        except OSError as error:
            raise DataDirectoryError(
                f"data directory {data_dir} cannot be used: {error}"
            ) from error

    def reload(self) -> None:
        """Read the files again that may change while the program runs (SIGHUP)."""
        self._access.reload()
        self._certificates.reload()

    async def stop(self) -> bool:
        """Drain and close what has been started; False when the engine did not close in time."""
        began = time.monotonic()
        grace = self._config.grace_period
        doors = [door.drain(grace) for door in (self._http, self._sql) if door is not None]
        await asyncio.gather(*doors)
        closed = self._engine is None or await _closed(self._engine)
        log.info("stopped", extra={"seconds": round(time.monotonic() - began, 3)})
        return closed


async def _closed(engine: Engine) -> bool:
    try:
        await asyncio.wait_for(engine.close(), CLOSE_SECONDS)
    except TimeoutError:
        log.warning("the store did not close in time; the journal has what it lacks")
        return False
    return True


def _cannot_listen(flag: str, host: str, port: int, error: OSError) -> ExitError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return ExitError(
        f"cannot listen on {host} port {port}: {reason}; choose another with {flag}"
        " (0 takes a free one)"
    )


def _registry() -> CollectorRegistry:
    """With what is about the process; each part adds its own. The client library's `_created`
    gauges, one for every counter and histogram, are left out: nobody asked for them."""
    disable_created_metrics()
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    build = Gauge("hookwire_build_info", "Version that runs.", ["version"], registry=registry)
    build.labels(__version__).set(1)
    return registry
