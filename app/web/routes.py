"""Every router of the service, in the order in which they are asked."""

from __future__ import annotations

from fastapi import APIRouter

from app.web import api, console, oauth, public, sign_in
from app.web.deps import FOR_EVERYBODY

anybody = APIRouter(dependencies=FOR_EVERYBODY)
anybody.include_router(public.router)

ROUTERS: tuple[APIRouter, ...] = (anybody, sign_in.router, oauth.router, api.router, console.router)
