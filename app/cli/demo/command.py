"""`demo`: the main job on a practice mailbox, told step by step."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from socket import socket
from typing import Annotated, Literal

import httpx2
import typer

from app.cli.demo import answering, handing_over
from app.cli.demo.people import Character
from app.cli.demo.place import Place, chosen_port, fresh_database, furnished, story_settings
from app.cli.demo.scene import Scene
from app.cli.demo.stage import GMAIL, GRAPH, Stage
from app.cli.demo.telling import Spoken, Teller, Written
from app.cli.given import given_settings
from app.cli.practice import ASSISTANT, OWNER, Loaded
from app.locale.catalogues import N_, Language, language
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.web import logs

Step = tuple[str, Callable[[Scene], Awaitable[None]]]
STEPS: tuple[Step, ...] = (
    (N_("the owner connects her mailbox"), handing_over.connect),
    (N_("what an assistant would and would not see"), handing_over.preview),
    (N_("the invitation"), handing_over.invite),
    (N_("accepted and confirmed"), handing_over.accept),
    (N_("a client writes at 22:40"), answering.client_writes),
    (N_("a label"), answering.label),
    (N_("a draft with its hour"), answering.draft),
    (N_("the owner approves"), answering.approve),
    (N_("it leaves once"), answering.leave_once),
    (N_("revoked at 8:59"), answering.revoke),
    (N_("the log"), answering.log),
)


TITLES: dict[str, str] = {
    GMAIL.name: N_("On Gmail:"),
    GRAPH.name: N_("The same on Microsoft 365, step by step:"),
}


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the story.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a step.")] = False,
    mail: Annotated[Path | None, typer.Option(help="Your own mail: mbox, Maildir, .eml folder or Takeout.")] = None,
    lang: Annotated[Literal["es", "fr", "en"], typer.Option(help="The language of the story.")] = "en",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port of the pages.")] = None,
) -> None:
    """Watch the main job on a practice mailbox, then click around in it."""
    reader = language(lang)
    teller: Teller = Written() if as_json else Spoken(reader.gettext)
    if mail:
        _look_at(mail)
    settings = given_settings()
    logs.setup(settings)
    if "--debug" not in sys.argv:
        logging.root.setLevel(logging.CRITICAL)  # what goes wrong in a step is told by the story itself
    with chosen_port(port) as sock, tempfile.TemporaryDirectory(prefix="deskhand-demo-") as folder:
        teller.begin(reader.gettext("Deskhand: hand your inbox to an assistant without handing over the keys."))
        teller.says(reader.gettext("PostgreSQL is started; making its database takes some seconds the first time."))
        practice = story_settings(Path(folder), sock.getsockname()[1])
        with fresh_database(settings.data_dir / "demo") as database_url:
            asyncio.run(_story(practice, database_url, sock, teller, reader, mail=mail, stay=not once))


def _look_at(mail: Path) -> None:
    """Raise OSError for a path that cannot be read, before anything is started for it."""
    os.close(os.open(mail, os.O_RDONLY | os.O_NONBLOCK))


async def _story(
    settings: Settings,
    database_url: str,
    sock: socket,
    teller: Teller,
    reader: Language,
    *,
    mail: Path | None,
    stay: bool,
) -> None:
    sandbox = Sandbox("http://localhost")
    try:
        async with furnished(settings, database_url, sandbox, sock) as place:
            ends = [await _told(place, teller, reader, mail, stage) for stage in (GMAIL, GRAPH)]
            counts = {stage.name: count for stage, (count, _) in zip((GMAIL, GRAPH), ends, strict=True)}
            teller.end(counts | {"unreadable": sum(loaded.unreadable for _, loaded in ends)})
            if stay:
                await _stay(place, teller, reader.gettext)
    finally:
        sandbox.close()


async def _told(
    place: Place, teller: Teller, reader: Language, mail: Path | None, stage: Stage
) -> tuple[dict[str, int], Loaded]:
    """Tell the story at one provider; return what its ledger counts, and the mail that was read for it."""
    base = place.settings.public_url
    teller.turn(stage, reader.gettext(TITLES[stage.name]))
    loaded = await stage.fill(place.sandbox, mail, reader.gettext)
    async with (
        httpx2.AsyncClient(base_url=place.sandbox.origin, timeout=60) as practice,
        httpx2.AsyncClient(timeout=60) as hers,
        httpx2.AsyncClient(timeout=60) as theirs,
    ):
        owner, assistant = (
            Character(*stage.owner, stage.way, base, hers),
            Character(*ASSISTANT, stage.way, base, theirs),
        )
        scene = Scene(place, teller, reader, stage, practice, owner, assistant)
        if loaded.read or loaded.unreadable:
            said = N_("{read} of your own mails are in the practice mailbox; {unreadable} could not be read.")
            scene.says(said, read=loaded.read, unreadable=loaded.unreadable)
        for number, (name, step) in enumerate(STEPS, 1):
            seen = await scene.ledger()
            await step(scene)
            teller.step(number, reader.gettext(name), await scene.ledger(seen[-1]["n"] if seen else 0))
        return await _counts(scene), loaded


async def _counts(scene: Scene) -> dict[str, int]:
    """Count by the provider's ledger, not by our own tables."""
    entries = await scene.ledger()
    kinds = [(entry["n"], entry["effect"]["kind"]) for entry in entries if entry["effect"]]
    counts = {kind: sum(each == kind for _, each in kinds) for kind in ("label", "draft", "send")}
    revoked_at = int(scene.found["revoked_at"])
    return {**counts, "after_revoke": sum(kind == "send" for n, kind in kinds if n > revoked_at)}


async def _stay(place: Place, teller: Teller, translate: Callable[[str], str]) -> None:
    """Leave everything running until Ctrl-C."""
    said = translate(
        "Now it is yours: open {url} and sign in with Google or Microsoft; the practice accounts let you be {owner} "
        "or {assistant}. Ctrl-C ends it."
    )
    teller.says(said.format(url=place.settings.public_url, owner=OWNER[0], assistant=ASSISTANT[0]))
    await asyncio.Event().wait()
