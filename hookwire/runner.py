"""One server in this process: the lock, the loop, the signals, the exit code.

`run(config, work)` brings the app up, runs `work(app)` until it returns or a signal comes, and
drains. The first SIGTERM or SIGINT asks; the second ends the process at once, which loses nothing
that was acknowledged.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from hookwire.access import check_reach
from hookwire.app import App
from hookwire.config import Config
from hookwire.datadir import held
from hookwire.exits import OK, ExitError
from hookwire.files import allow_open_files

log = logging.getLogger("hookwire.runner")

Work: TypeAlias = Callable[[App], Awaitable[None]]

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(config: Config, work: Work) -> int:
    """Serve; returns the exit code. Logging must be set up."""
    os.umask(0o077)  # DuckDB makes its log anew after each checkpoint, with the process's mask
    try:
        check_reach(config)
        allow_open_files(config.max_connections)
        with held(config.data_dir), asyncio.Runner(loop_factory=_loop_factory()) as runner:
            if not runner.run(_serve(config, work)):
                os._exit(OK)  # a thread is still applying; the interpreter would wait for it
    except ExitError as error:
        log.error("%s", error)
        return error.exit_code
    return OK


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # no wheel for this platform
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def _serve(config: Config, work: Work) -> bool:
    """True when everything was closed in order."""
    app = App(config)
    asked = _catch_signals(app)
    try:
        await app.start()
        _collect_rarely()
        await _until(asked, asyncio.ensure_future(work(app)))
    except BaseException:
        await app.stop()
        raise
    return await app.stop()


def _collect_rarely() -> None:
    """What is there after the start stays; and a long statement is made of millions of small
    objects, which Python would look at again after every 700, for half of the statement's time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


async def _until(asked: asyncio.Event, work: asyncio.Future[None]) -> None:
    """Until `work` has ended or a signal asks; raises what `work` raised."""
    waiting = asyncio.ensure_future(asked.wait())
    await asyncio.wait((work, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not work.done():
        work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work


def _catch_signals(app: App) -> asyncio.Event:
    asked = asyncio.Event()

    def caught(number: signal.Signals) -> None:
        if asked.is_set():
            os._exit(128 + number)
        log.info("draining", extra={"signal": number.name})
        asked.set()

    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, caught, number)
    loop.add_signal_handler(signal.SIGHUP, app.reload)
    return asked
