"""What the HTTP door needs for /api/sql and only the SQL door knows: who may come in, how values
read as text, who listens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from hookwire.access import Access
from hookwire.config import DATABASE, USER
from hookwire_catalog.errors import InvalidAuthorization
from hookwire_catalog.roles import LoginRole
from hookwire_catalog.types import PgType
from hookwire_engine.engine import Engine
from hookwire_http.sql.services import Setting, SqlServices
from hookwire_pgwire.auth import Exchange, Login, TrustExchange
from hookwire_pgwire.delays import Delays
from hookwire_pgwire.startup import SessionRequest
from hookwire_pgwire.values import Rendering, decode_parameter, json_rows


def sql_services(
    access: Access,
    engine: Callable[[], Engine | None],
    notify: Callable[[str, str], None],
    failure_delay_s: float,
) -> SqlServices:
    passwords = _Passwords(access, engine, Delays(failure_delay_s))
    return SqlServices(passwords.authenticate, json_rows, _parameter, notify)


class _Passwords:
    """The rules of the SQL port, for clients whose connection is not encrypted."""

    def __init__(
        self, access: Access, engine: Callable[[], Engine | None], delays: Delays
    ) -> None:
        self._access = access
        self._engine = engine
        self._delays = delays

    async def authenticate(
        self, user: str | None, password: str | None, peer: str
    ) -> LoginRole | None:
        """See hookwire_http.sql.services.Authenticate."""
        engine = self._engine()
        if engine is None:
            return None
        name = USER if user is None else user
        login = Login(SessionRequest(name, DATABASE, {}), peer, engine.role(name))
        exchange = self._exchange(login)
        if user is None:
            trusted = isinstance(exchange, TrustExchange) and _is_private(engine.public_url)
            return _able(login.role) if trusted else None
        knows = await asyncio.to_thread(login.knows, password or "")
        role = _able(login.role)
        if not knows or exchange is None or role is None:
            await asyncio.sleep(self._delays.failed(peer))
            return None
        self._delays.succeeded(peer)
        return role

    def _exchange(self, login: Login) -> Exchange | None:
        """How the role would prove who it is on the SQL port; None if it may not even try."""
        try:
            return self._access.exchange(login)
        except InvalidAuthorization:
            return None


def _able(role: LoginRole | None) -> LoginRole | None:
    return role if role is not None and role.login else None


def _is_private(public_url: str) -> bool:
    """Whether no name is told to the world, which would lead to this port by a proxy."""
    host = urlsplit(public_url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parameter(type: PgType, text: str | None, setting: Setting, number: int) -> object | None:
    data = None if text is None else text.encode()
    return decode_parameter(type, 0, data, Rendering.of(setting), number)
