"""The list of commands."""

from __future__ import annotations

import typer

from app import __version__
from app.cli.audit import commands as audit
from app.cli.bench import bench
from app.cli.certificate import certificate
from app.cli.demo.command import demo
from app.cli.doctor import doctor
from app.cli.judge import commands as judge
from app.cli.keeping import KEEPING
from app.cli.keys import commands as keys
from app.cli.sandbox import sandbox
from app.cli.service import migrate, serve, worker

commands = typer.Typer(
    name="deskhand",
    help="Hand your inbox to an assistant without handing over the keys.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
commands.command()(demo)
commands.command()(serve)
commands.command()(worker)
commands.command()(migrate)
commands.command()(sandbox)
commands.command()(doctor)
commands.command()(certificate)
commands.command()(bench)
for each in KEEPING:
    commands.command()(each)
commands.add_typer(audit, name="audit")
commands.add_typer(keys, name="keys")
commands.add_typer(judge, name="judge")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"deskhand {__version__}")
        raise typer.Exit


@commands.callback()
def options(
    debug: bool = typer.Option(False, "--debug", help="Show where an error came from."),
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Hand your inbox to an assistant without handing over the keys."""
