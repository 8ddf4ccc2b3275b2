"""`sandbox`: the practice providers alone."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from app import clock
from app.cli.given import given_settings
from app.cli.practice import filled, filled_graph
from app.errors import UnreadableInput
from app.sandbox.faults import Fault
from app.sandbox.sandbox import Sandbox
from app.sandbox.server import serve
from app.web import logs

PORT = 8026


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    mail: Annotated[
        Path | None, typer.Option(help="An mbox, Maildir, .eml folder or Takeout to fill the mailbox with.")
    ] = None,
    faults: Annotated[Path | None, typer.Option(help="A JSON file with the faults to begin with.")] = None,
) -> None:
    """Run the practice Gmail and Outlook alone."""
    plan = _faults(faults) if faults else []
    settings = given_settings()
    logs.setup(settings)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock.practise(offset=settings.offset, offset_file=settings.clock_file)
    asyncio.run(_run(Sandbox(f"http://{host}:{port}"), host, port, mail, plan))


async def _run(practice: Sandbox, host: str, port: int, mail: Path | None, plan: list[Fault]) -> None:
    await filled(practice, mail)
    await filled_graph(practice, mail)
    practice.faults.replace(plan)

    def ready() -> None:
        for name, path, boxes in (("Gmail", "", practice.mailboxes), ("Graph", "/v1.0", practice.graph_mailboxes)):
            said = f"Practice {name} is at {practice.origin}{path} with {', '.join(boxes)}."
            print(said, file=sys.stderr, flush=True)

    try:
        await serve(practice, host, port, ready=ready)
    finally:
        practice.close()


def _faults(path: Path) -> list[Fault]:
    try:
        return TypeAdapter(list[Fault]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as trouble:
        why = trouble.strerror if isinstance(trouble, OSError) else trouble.errors()[0]["msg"]
        raise UnreadableInput("The faults in {path} cannot be read: {why}", path=path, why=why) from None
