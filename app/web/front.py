"""The front door: what surrounds every request, and `install`, which puts it around an app."""

from __future__ import annotations

import asyncio
import logging
import time

from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import AppError
from app.settings import Settings
from app.web.errors import answer, install_errors
from app.web.headers import SafeHeaders
from app.web.limits import BodyLimit
from app.web.metrics import Requests
from app.web.paths import written_path
from app.web.render import STATIC

logger = logging.getLogger("deskhand.web")
access = logging.getLogger("deskhand.access")

CLIENT_LEFT = 499  # nginx's code for it; nobody receives it
CRASHED = 500
QUIET = ("/healthz", "/readyz", "/metrics", "/static")


class FrontDoor:
    """ASGI middleware: answers HEAD wherever GET is answered, logs and counts, turns a crash into an answer."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self.app, self.requests = app, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = Visit(scope, send)
        try:
            await self.app(visit.scope, receive, visit.send)
        except ClientDisconnect:
            visit.status = CLIENT_LEFT
        except asyncio.CancelledError:
            visit.status = visit.status or CLIENT_LEFT
            raise
        except Exception as crash:
            logger.error("crashed", exc_info=crash, extra={"fields": visit.fields()})
            if visit.status:
                raise  # half an answer is out: only the server can break it off
            await sorry(visit, receive)
        finally:
            visit.log()
            self.requests.count(visit.method, written_path(visit.scope), visit.status, seconds=visit.seconds())


class Visit:
    """One request on its way: `status` is 0 until the answer begins."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.begun = time.perf_counter()
        self.method = scope["method"]
        self.scope = {**scope, "method": "GET"} if self.method == "HEAD" else scope
        self.status = 0
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on, for HEAD without its body."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif self.method == "HEAD" and message["type"] == "http.response.body":
            if message.get("more_body", False):
                return
            message = {"type": "http.response.body"}
        await self._send(message)

    def seconds(self) -> float:
        """Return how long it has taken until now."""
        return time.perf_counter() - self.begun

    def fields(self) -> dict[str, object]:
        """Return what the log may know of it."""
        return {
            "method": self.method,
            "path": written_path(self.scope),
            "status": self.status,
            "ms": round(self.seconds() * 1000, 1),
            "request_id": self.scope.get("state", {}).get("request_id", ""),
        }

    def log(self) -> None:
        """Write the access log's line."""
        level = logging.DEBUG if self.scope["path"].startswith(QUIET) else logging.INFO
        if access.isEnabledFor(level):
            access.log(level, "request", extra={"fields": self.fields()})


async def sorry(visit: Visit, receive: Receive) -> None:
    """Answer a crash; should the page itself be what crashed, in plain words."""
    try:
        response = answer(Request(visit.scope), AppError())
    except Exception as crash:
        logger.error("crashed while saying so", exc_info=crash, extra={"fields": visit.fields()})
        response = PlainTextResponse(AppError().sentence(), CRASHED)
    await response(visit.scope, receive, visit.send)


def install(app: FastAPI, settings: Settings) -> None:
    """Put the front door around `app`: headers, log, figures, limits, errors, static files.

    Redirects for slashes are off, as Starlette builds them from the Host header.
    """
    app.state.settings, app.state.requests = settings, Requests()
    app.router.redirect_slashes = False
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    install_errors(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(FrontDoor, requests=app.state.requests)
    app.add_middleware(SafeHeaders, settings=settings)
