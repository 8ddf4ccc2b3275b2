"""The addresses of whoever runs the service: does a process answer, is it ready, what is to be watched.

They know of no session and read nobody's rows. What is not for the world is answered to those alone who come straight
to this process: to whoever comes through a proxy it is not there.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.errors import AppError, DatabaseTrouble, NotFound
from app.jobs.figures import figures
from app.web.deps import ResourcesHere
from app.web.metrics import Requests, told

# What proxies add: RFC 7239, what came before it, and RFC 9110, 7.6.3.
BY_PROXY = ("forwarded", "x-forwarded-for", "via")


async def for_operators() -> None:
    """Mark a route that is the operator's and says nothing of anybody."""


async def come_straight(request: Request) -> None:
    """Raise NotFound for whoever comes through a proxy."""
    if any(name in request.headers for name in BY_PROXY):
        raise NotFound


def requests_of(request: Request) -> Requests:
    """Return what the front door has counted."""
    requests: Requests = request.app.state.requests
    return requests


router = APIRouter(dependencies=[Depends(for_operators)], include_in_schema=False)


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """Say that this process answers; it may still have to wait for its database."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", dependencies=[Depends(come_straight)])
async def readyz(resources: ResourcesHere) -> JSONResponse:
    """Say whether requests can be answered: the database is there."""
    try:
        async with resources.db.transaction() as session:
            await session.execute(text("select 1"))
    except AppError as trouble:
        return JSONResponse({"ready": False, "why": trouble.code}, 503)
    return JSONResponse({"ready": True})


@router.get("/metrics", dependencies=[Depends(come_straight)])
async def metrics(resources: ResourcesHere, requests: Annotated[Requests, Depends(requests_of)]) -> Response:
    """Tell what is counted and how the work stands, in the format that Prometheus reads."""
    work = None
    with suppress(DatabaseTrouble):
        work = await figures(resources.db)
    return Response(requests.told() + told(work), media_type=CONTENT_TYPE_LATEST)
