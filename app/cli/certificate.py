"""`certificate FILE`: was it made here, and do the chains still hold what it rests on?"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app.actions.certificate import Checked, check
from app.actions.opening import open_resources
from app.cli.given import given_database, given_settings
from app.settings import Settings


def certificate(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The signed document as it was saved.")],
) -> None:
    """Check the certificate of a removal; exit 1 if it is not genuine, or a chain does not hold its entries."""
    settings = given_settings()
    text = file.read_text(encoding="utf-8", errors="replace")
    with given_database(settings) as url:
        checked = asyncio.run(_checked(settings, url, text))
    if checked.said is None:
        print("This was not certified here, or it was changed since.")
        raise typer.Exit(1)
    print(f"Genuine: {checked.said['assistant']['email']} was removed on {checked.said['removed_at']}.")
    for address, held in checked.holds:
        print(f"{address}: {'the chain holds its entries' if held else 'the chain does not hold its entries'}")
    if not checked.good:
        raise typer.Exit(1)


async def _checked(settings: Settings, url: str, text: str) -> Checked:
    async with open_resources(settings, url, pool_size=2) as resources:
        return await check(resources, text)
