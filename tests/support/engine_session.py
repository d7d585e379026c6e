"""A whole engine without doors: sessions used as the SQL door uses them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from prometheus_client import CollectorRegistry

from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.engine import Engine, EngineConfig
from hookwire_engine.query.session import Session


@contextlib.asynccontextmanager
async def running(data_dir: Path | None = None) -> AsyncIterator[Engine]:
    """An open engine; in memory without `data_dir`."""
    engine = await Engine.open(EngineConfig(data_dir, "http://localhost", CollectorRegistry()))
    try:
        yield engine
    finally:
        await engine.close()


def session(engine: Engine, user: str = "hookwire", **settings: str) -> Session:
    return engine.session(user=user, database="hookwire", settings=settings, peer="test:1")


async def post(engine: Engine, source: str, body: str, schema: str = "public") -> None:
    """A webhook, until it is durable."""
    intake = engine.find_webhook("hookwire", schema, source)
    assert intake is not None
    request = WebhookRequest((), body.encode(), time.time_ns() // 1000)
    await engine.append_webhook(intake, request)


async def run(session: Session, sql: str, *parameters: object, sync: bool = True) -> list[Any]:
    """One statement as one simple Query: its rows as tuples, or its command tag."""
    (statement,) = session.statements(sql)
    try:
        prepared = await session.prepare(statement)
        portal = await session.bind(prepared, parameters)
        rows = await fetch(portal, None)
        tag = portal.command_tag
        if sync:
            await session.sync()
    except Exception:
        session.fail()
        await session.sync()
        raise
    return rows if portal.columns is not None else [tag]


async def fetch(portal: Any, count: int | None) -> list[Any]:
    """The next `count` rows, or all that are left."""
    rows: list[Any] = []
    while count is None or len(rows) < count:
        batch: pa.RecordBatch | None = await portal.next_batch(count or 1000)
        if batch is None:
            break
        columns = [column.to_pylist() for column in batch.columns]
        rows += [tuple(row) for row in zip(*columns, strict=True)]
    return rows


async def portal_of(session: Session, sql: str, parameters: Sequence[object | None] = ()) -> Any:
    (statement,) = session.statements(sql)
    return await session.bind(await session.prepare(statement), parameters)
