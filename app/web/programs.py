"""The desk of whoever works at a mailbox: a person, or a program with its key. Wrong keys can be tried a few times."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Security
from fastapi.security import HTTPBearer
from starlette.requests import Request

from app import clock
from app.access.program import place_of
from app.actions.desk import Desk
from app.actions.seats import open_desk_with_key
from app.errors import BadKey, NotFound, TooManyTries
from app.web.csrf import key_in
from app.web.deps import MaybeSignedIn, ResourcesHere, desk_of, signed_in_person
from app.web.errors import request_id

MOST_WRONG = 20
WINDOW = timedelta(minutes=1)
MOST_KNOWN = 10_000  # callers that are remembered at once


@dataclass
class WrongKeys:
    """How many wrong keys came from where lately, as far as this process has seen them."""

    seen: OrderedDict[Hashable, tuple[datetime, int]] = field(default_factory=OrderedDict)

    def check(self, caller: Hashable, now: datetime) -> None:
        """Raise TooManyTries for a caller who has used up the wrong keys of this minute."""
        since, count = self.seen.get(caller, (now, 0))
        left = since + WINDOW - now
        if count >= MOST_WRONG and left > timedelta():
            raise TooManyTries(retry_after=math.ceil(left.total_seconds()))

    def note(self, caller: Hashable, now: datetime) -> None:
        """Count one more; who was not heard of for longest is forgotten first."""
        since, count = self.seen.pop(caller, (now, 0))
        if now >= since + WINDOW:
            since, count = now, 0
        self.seen[caller] = since, count + 1
        if len(self.seen) > MOST_KNOWN:
            self.seen.popitem(last=False)


# It only describes: what a key is worth is found out below, and by the desk.
_DESCRIBED = HTTPBearer(
    scheme_name="programKey",
    description="A key of an assistant's program (`dhk_…`), good at one mailbox.",
    auto_error=False,
)


async def work_desk(
    request: Request,
    mailbox_id: UUID,
    found: MaybeSignedIn,
    resources: ResourcesHere,
    _key: Annotated[object, Security(_DESCRIBED)] = None,
) -> Desk:
    """Seat a person, or a program with its key, at the mailbox of the path.

    Raises NotFound for a mailbox that is not theirs, BadKey for a key that opens nothing, and TooManyTries.
    """
    key = key_in(request)
    if not key:
        return await desk_of(request, mailbox_id, await signed_in_person(request, found), resources)
    wrong: WrongKeys = request.app.state.wrong_keys
    # By the mailbox it names as well: one program's old key must not lock out all that share its address.
    caller = (request.client.host if request.client else "", place_of(key))
    wrong.check(caller, clock.now())
    try:
        desk = await open_desk_with_key(resources, key, request_id=request_id(request))
    except BadKey:
        wrong.note(caller, clock.now())
        raise
    if desk.mailbox.id != mailbox_id:
        raise NotFound
    return desk


WorkDesk = Annotated[Desk, Depends(work_desk)]
