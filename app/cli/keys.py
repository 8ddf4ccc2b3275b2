"""`keys rewrap`: the step of a change of the master key that needs a command."""

from __future__ import annotations

import asyncio

import typer

from app.actions.opening import open_resources
from app.actions.rewrap import left_behind, rewrap
from app.cli.given import given_database, given_settings
from app.settings import Settings

commands = typer.Typer(help="Change the master key.", no_args_is_help=True)


@commands.callback()
def only_subcommands() -> None:
    """Change the master key."""


@commands.command(name="rewrap")
def rewrap_all() -> None:
    """Wrap every key by the first of DESKHAND_MASTER_KEY; run it when all processes have that key."""
    settings = given_settings()
    with given_database(settings) as url:
        moved, left = asyncio.run(_rewrapped(settings, url))
    print(f"{moved} keys were wrapped anew; {left} are still wrapped by an older master key.")
    if left:
        raise typer.Exit(1)
    print("The newest master key opens everything. Older ones can be taken out of DESKHAND_MASTER_KEY.")


async def _rewrapped(settings: Settings, url: str) -> tuple[int, int]:
    async with open_resources(settings, url, pool_size=2) as resources:
        return await rewrap(resources), await left_behind(resources)
