"""Every router of the service, in the order in which they are asked."""

from __future__ import annotations

from fastapi import APIRouter

from app.web import administrator, api, certificates, console, erasures, named, oauth, operators, public, sign_in
from app.web.deps import FOR_EVERYBODY

anybody = APIRouter(dependencies=FOR_EVERYBODY)
for part in (public, certificates):
    anybody.include_router(part.router)

ROUTERS: tuple[APIRouter, ...] = (
    operators.router, anybody, sign_in.router, oauth.router, named.router, administrator.router, erasures.router,
    api.router, console.router,
)  # fmt: skip
