"""LISTEN, UNLISTEN and NOTIFY."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.split import Statement
from hookwire_pgwire.channel import Channel
from hookwire_pgwire.notifications import Notification
from hookwire_pgwire.statements.command import Command, command


class Listening(NamedTuple):
    """`channel` None is UNLISTEN *; `payload` is NOTIFY's."""

    verb: str
    channel: str | None
    payload: str = ""


def parse_listening(statement: Statement) -> Listening:
    cursor = TokenCursor(statement)
    verb = cursor.expect_word("listen", "unlisten", "notify")
    if verb == "unlisten" and cursor.accept_mark("*"):
        cursor.end()
        return Listening(verb, None)
    channel = cursor.identifier()
    payload = cursor.string() if verb == "notify" and cursor.accept_mark(",") else ""
    cursor.end()
    return Listening(verb, channel, payload)


class Channels:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def listening(self, statement: Statement, oids: Sequence[int]) -> Command:
        asked = parse_listening(statement)
        return command(lambda: self._run(asked))

    async def _run(self, asked: Listening) -> str:
        notifications, savepoint = self._channel.notifications, self._channel.session.savepoint
        if asked.channel is None or asked.verb == "unlisten":
            notifications.unlisten(asked.channel, savepoint)
        elif asked.verb == "listen":
            notifications.listen(asked.channel, savepoint)
        else:
            sender = self._channel.session.id
            notification = Notification(sender, asked.channel, asked.payload)
            notifications.notify(notification, savepoint)
        return asked.verb.upper()
