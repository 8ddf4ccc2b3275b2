"""Teams at a mailbox, for its owner: offered under a ceiling, confirmed, narrowed, ended; and the review of accesses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.access.ceiling import Terms
from app.actions import review, team
from app.actions.locked import ceiling_of
from app.models.conditions import Conditions
from app.models.grant import GrantStatus
from app.models.team import AccessState
from app.web.api.grants import Narrower, Wanted
from app.web.api.grants import Terms as TermsShape
from app.web.api.links import link_of
from app.web.api.shapes import Person, Shape
from app.web.deps import Fresh, OwnerDesk
from app.web.downloads import as_download
from app.web.languages import choose
from app.web.repeats import Key, same_id
