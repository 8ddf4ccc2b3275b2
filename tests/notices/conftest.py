"""Alice's service as it is with mail set up: a real SMTP server on this machine, and workers' steps by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from app import clock
from app.actions.post import PAUSES, post
from app.actions.resources import Resources
from app.models.notice import Notice
from app.models.person import Person
from tests.actions.situations import World
from tests.notices.server import MailServer, mail_server

SENDER = "deskhand@service.example"


def with_mail(resources: Resources, url: str, **more: Any) -> Resources:
    """Return the same resources with mail set up."""
    given = {"mail_url": SecretStr(url), "mail_from": f"Deskhand <{SENDER}>", **more}
    return replace(resources, settings=resources.settings.model_copy(update=given))


async def notices_of(resources: Resources, person: Person) -> list[Notice]:
    """Return a person's notices as the table has them, oldest first."""
    async with resources.db.transaction(person=person.id) as session:
        rows = await session.execute(select(Notice).order_by(col(Notice.created_at)))
        return list(rows.scalars())


async def post_all(resources: Resources, person: Person) -> list[Notice]:
    """Do what a worker does with each of a person's notices."""
    return [await post(resources, person.id, each.id) for each in await notices_of(resources, person)]


async def reload(resources: Resources, person: Person, notice_id: UUID) -> Notice:
    """Return one notice as it stands."""
    return next(each for each in await notices_of(resources, person) if each.id == notice_id)


def pause_is_over(tries: int) -> None:
    """Move the clock past the pause after so many tries."""
    clock.move(PAUSES[tries - 1])


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """A mail server."""
    async with mail_server() as made:
        yield made


@pytest.fixture
def posting(world: World, server: MailServer) -> World:
    """Alice's world, with mail."""
    return replace(world, resources=with_mail(world.resources, f"smtp://127.0.0.1:{server.port}"))
