"""A small site of our own to visit: the front door, the public pages, and a few routes that go wrong on purpose."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx2
from fastapi import APIRouter, Depends, FastAPI, Form
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import Conflict, DatabaseTrouble, Denied, NotSignedIn, ProviderBusy
from app.settings import Settings, load
from app.web import csrf, front, operators, public
from app.web.cookies import SESSION, read_cookie
from app.web.flash import Flash
from app.web.render import go
from app.web.visitor import Visitor

PUBLIC_URL = "http://localhost:8025"
CSRF_KEY = b"k" * 32
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ALICE = Visitor(
    person_id=UUID(int=1),
    name="Alice <b>Fernández</b>",
    email="alice@example.cl",
    language="es",
    zone="America/Santiago",
)
BOB = Visitor(person_id=UUID(int=2), name="", email="bob@example.fr", language="fr", zone="Europe/Paris")
PEOPLE = {"alices-secret": ALICE, "bobs-secret": BOB}
# What must never come back in an answer or stand in a log.
CANARY = "canary-4f1d9c7e"

router = APIRouter()


class LabelChange(BaseModel):
    """What `PUT /api/v1/labels` takes."""

    model_config = ConfigDict(extra="forbid")
    add: list[int]
    color: str = ""


class KnownPeople:
    """Stands for the session check: whoever shows a secret of ours is that person."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            secret = read_cookie(Request(scope), SESSION, self.settings)
            if secret in PEOPLE:
                state = scope.setdefault("state", {})
                state.update(visitor=PEOPLE[secret], session_hash=sha256(secret.encode()).digest())
        await self.app(scope, receive, send)


@router.get("/crash")
async def crash() -> None:
    raise RuntimeError(f"the subject was {CANARY}")


@router.get("/crash-midway")
async def crash_midway() -> Response:
    async def parts():  # type: ignore[no-untyped-def]
        yield b"half an answer"
        raise RuntimeError(CANARY)

    return StreamingResponse(parts())


@router.get("/refuse/{how}")
@router.get("/api/v1/refuse/{how}")
async def refuse(how: str) -> None:
    raise {
        "sign-in": NotSignedIn(),
        "conflict": Conflict(),
        "denied": Denied("You may not do this here.", reason="not_in_scopes"),
        "busy": ProviderBusy(retry_after=12.2),
        "database": DatabaseTrouble(f"the server at {CANARY} has gone"),
    }[how]


@router.get("/invitations/{token}")
async def invitation(token: str) -> PlainTextResponse:
    return PlainTextResponse("ok")


@router.put("/api/v1/labels")
async def put_labels(change: LabelChange) -> JSONResponse:
    return JSONResponse({"add": change.add})


@router.get("/api/v1/labels")
async def get_labels(count: int = 1) -> JSONResponse:
    return JSONResponse({"count": count})


@router.post("/form", dependencies=[Depends(csrf.guard)])
async def form(request: Request, text: Annotated[str, Form()] = "") -> Response:
    return go(request, "/", Flash.REVOKED)


@router.post("/api/v1/body", dependencies=[Depends(csrf.guard)])
async def body(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


@router.post("/swallow")
async def swallow(request: Request) -> JSONResponse:
    return JSONResponse({"bytes": len(await request.body())})


@router.get("/own-policy")
async def own_policy() -> PlainTextResponse:
    return PlainTextResponse(
        "framed", headers={"content-security-policy": "frame-ancestors https://outlook.office.com"}
    )


def make_settings(**given: object) -> Settings:
    """Return settings that no `.env` of the developer's touches."""
    return load(_env_file=None, data_dir=Path("/nowhere"), **({"public_url": PUBLIC_URL} | given))


def make_site(**given: object) -> FastAPI:
    """Return the small site, with settings by keyword."""
    settings = make_settings(**given)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    front.install(app, settings)
    app.state.csrf_key = CSRF_KEY
    for each in (router, operators.router, public.router):
        app.include_router(each)
    app.add_middleware(KnownPeople, settings=settings)
    return app


def visit(app: FastAPI, *, as_: str = "", base_url: str = PUBLIC_URL, **headers: str) -> httpx2.AsyncClient:
    """Return a client of the site: a browser unless `accept` says otherwise, signed in with the secret `as_`."""
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app, raise_app_exceptions=False),
        base_url=base_url,
        headers=BROWSER | {name.replace("_", "-"): value for name, value in headers.items()},
    )
    if as_:
        client.cookies.set("deskhand", as_)
    return client


def token_of(secret: str) -> str:
    """Return the form token of the person with this secret."""
    return csrf.token_for(sha256(secret.encode()).digest(), CSRF_KEY)
