"""Response heads as bytes, worded as h11 words them in the full stack."""

from __future__ import annotations

import time
from email.utils import formatdate

from hookwire_http.responses import ACCEPTED, Answer


class Renderer:
    """Renders answers; the Date field and the default success are made once a second."""

    __slots__ = ("_accepted", "_date", "_second")

    def __init__(self) -> None:
        self._second = -1
        self._date = b""
        self._accepted = b""

    def accepted(self) -> bytes:
        """The default success on a connection that stays open."""
        if int(time.time()) != self._second:
            self._tick()
        return self._accepted

    def render(self, answer: Answer, *, close: bool) -> bytes:
        if int(time.time()) != self._second:
            self._tick()
        return self._render(answer, close)

    def _tick(self) -> None:
        self._second = int(time.time())
        self._date = f"date: {formatdate(self._second, usegmt=True)}\r\n".encode()
        self._accepted = self._render(ACCEPTED, False)

    def _render(self, answer: Answer, close: bool) -> bytes:
        lines = [f"HTTP/1.1 {answer.status} \r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in answer.headers]
        if answer.status not in (204, 205):
            lines.append(f"content-length: {len(answer.body)}\r\n")
        if close:
            lines.append("connection: close\r\n")
        return b"".join(("".join(lines).encode(), self._date, b"\r\n", answer.body))
