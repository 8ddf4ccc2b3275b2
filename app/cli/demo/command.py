"""`demo`: the main job on a practice mailbox, told step by step."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from socket import socket
from typing import Annotated, Literal

import typer

from app.cli import signals
from app.cli.demo.place import Place, chosen_port, fresh_database, furnished, story_settings
from app.cli.demo.stage import GMAIL, GRAPH
from app.cli.demo.story import told
from app.cli.demo.telling import Spoken, Teller, Written
from app.cli.given import given_settings
from app.cli.practice import ASSISTANT
from app.locale.catalogues import Language, language
from app.sandbox.sandbox import Sandbox
from app.settings import Settings
from app.web import logs


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
            signals.run(_story(practice, database_url, sock, teller, reader, mail=mail, stay=not once))


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
            ends = [await told(place, teller, reader, mail, stage) for stage in (GMAIL, GRAPH)]
            counts = {stage.name: count for stage, (count, _) in zip((GMAIL, GRAPH), ends, strict=True)}
            teller.end(counts | {"unreadable": sum(loaded.unreadable for _, loaded in ends)})
            if stay:
                await _stay(place, teller, reader.gettext)
    finally:
        sandbox.close()


async def _stay(place: Place, teller: Teller, translate: Callable[[str], str]) -> None:
    """Leave everything running until Ctrl-C."""
    said = translate(
        "Now it is yours: open {url} and sign in as the owner, with Google ({gmail_owner}) or Microsoft ({graph_owner}"
        "), or as the assistant with either ({assistant}). Ctrl-C ends it."
    )
    owners = {"gmail_owner": GMAIL.owner[0], "graph_owner": GRAPH.owner[0]}
    teller.says(said.format(url=place.settings.public_url, assistant=ASSISTANT[0], **owners))
    await asyncio.Event().wait()
