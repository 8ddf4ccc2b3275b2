"""Every router of the service, in the order in which they are asked."""

from __future__ import annotations

from fastapi import APIRouter

from app.web import administrator, api, console, erasures, named, oauth, public, sign_in
from app.web.deps import FOR_EVERYBODY

anybody = APIRouter(dependencies=FOR_EVERYBODY)
anybody.include_router(public.router)

ROUTERS: tuple[APIRouter, ...] = (
    anybody, sign_in.router, oauth.router, named.router, administrator.router, erasures.router, api.router,
    console.router,
)  # fmt: skip
