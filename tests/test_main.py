"""The service as a whole: what it is made of, that it is ready when its database is, and that it cleans up."""

from __future__ import annotations

import tomllib
from pathlib import Path

import httpx2
from fastapi import FastAPI
from googleapiclient.http import HttpRequest
from sqlmodel import SQLModel

from app.main import build
from app.models.mailbox import Mailbox
from app.providers.gmail.builder import builder
from app.settings import Settings
from tests.actions.situations import World, message_id

ROOT = Path(__file__).parents[1]


def client_of(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost:8025")


def test_C1_a_fastapi_service_with_sqlmodel_tables_asks_gmail_through_googles_own_library(settings: Settings) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {line.split(">")[0].split("[")[0].split("=")[0] for line in project["dependencies"]}
    assert {"fastapi", "google-api-python-client", "msgraph-sdk", "sqlmodel", "uvicorn"} <= named
    assert all((ROOT / name).exists() for name in ("app", "migrations", "pyproject.toml", "tests"))
    assert isinstance(build(settings), FastAPI)
    assert issubclass(Mailbox, SQLModel)
    request = builder(settings.gmail_api_url).messages.list(userId="me")
    assert isinstance(request, HttpRequest)


async def test_every_process_makes_the_same_csrf_key_out_of_the_installations_secret(world: World) -> None:
    apps = [build(world.resources.settings, resources=world.resources) for _ in range(2)]
    one, other = (app.state.csrf_key for app in apps)
    assert one == other
    assert len(one) == 32
    assert world.resources.secret not in one


async def test_it_opens_what_it_needs_when_it_starts_and_lets_it_go_when_it_ends(
    settings: Settings, tmp_path: Path
) -> None:
    """With an embedded database of its own, and a job worker in the same process."""
    app = build(settings.model_copy(update={"data_dir": tmp_path / "data"}), with_worker=True)
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/readyz")).json() == {"ready": True}
        resources = app.state.resources
    assert resources.db.pool.closed


async def test_C1_the_whole_of_it_lists_a_mailbox(world: World) -> None:
    owner = await world.owner()
    assert await message_id(owner)
    operations = {entry.operation for entry in world.sandbox.ledger.entries}
    assert "gmail.users.messages.list" in operations
