"""The peer: what one writes by hand today. FastAPI, asyncpg, one INSERT a request.

Run by `uvicorn peers.fastapi_app:app --loop uvloop --http httptools` from this folder. The body is
stored as jsonb with the time of receipt, and 200 is answered after the row is committed with
synchronous_commit on. No check of a signature: neither is there one on Hookwire's side.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, Request, Response

POOL_SIZE = int(os.environ["PEER_POOL_SIZE"])


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    dsn = os.environ["PEER_DSN"]
    async with asyncpg.create_pool(dsn, min_size=POOL_SIZE, max_size=POOL_SIZE) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.post("/events")
async def receive(request: Request) -> Response:
    body = (await request.body()).decode()
    await app.state.pool.execute("INSERT INTO events (body) VALUES ($1)", body)
    return Response()
