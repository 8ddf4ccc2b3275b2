"""`erase`: a person's data gone, the receipt of it, and the list that a restored backup has to go through."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from app.actions import erase as erasing
from app.actions import erasure_list
from app.actions.consequences import Consequences, consequences
from app.actions.erasing import still_on_its_way
from app.actions.opening import open_resources
from app.actions.receipt import check_receipt, receipt_of, token_for
from app.actions.resources import Resources
from app.cli.given import given_database, given_settings
from app.cli.somebody import somebody
from app.errors import BadRequest
from app.models.erasure import Erasure, ErasureState
from app.models.person import Person

Work = Callable[[Resources], Awaitable[bool]]


def erase(
    person: Annotated[str, typer.Argument(help="An address or an id.")] = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    receipt: Annotated[str, typer.Option(metavar="FILE", help="Where to write the receipt.")] = "",
    check: Annotated[str, typer.Option(metavar="RECEIPT", help="Check that a receipt still holds.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Erase whoever a restored backup has brought back.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Print the list of erasures; it names nobody.")] = False,
    file: Annotated[str, typer.Option(metavar="FILE", help="For --again: a list kept elsewhere.")] = "",
) -> None:
    """Erase a person, or check a receipt of it, or apply the list of erasures again after a restore."""
    if sum(map(bool, (person, check, again, list_))) != 1:
        print("Name one person, or give one of --check RECEIPT, --again and --list.", file=sys.stderr)
        raise typer.Exit(2)
    if check:
        work = _checking(_read(check))
    elif again:
        work = _applying(Path(file) if file else None)
    else:
        work = _print_list if list_ else _erasing(person, receipt, yes=yes)
    if not _run(work):
        raise typer.Exit(1)


def _run(work: Work) -> bool:
    settings = given_settings()

    async def run(url: str) -> bool:
        async with open_resources(settings, url, pool_size=3) as resources:
            return await work(resources)

    with given_database(settings) as url:
        return asyncio.run(run(url))


def _erasing(named: str, receipt: str, *, yes: bool) -> Work:
    async def work(resources: Resources) -> bool:
        person = await somebody(resources, named)
        if not person.erased and not yes:
            _ask(person, await consequences(resources, person.id))
        row = await erasing.erase(resources, person.id, asked_by=erasing.OPERATOR)
        await erasure_list.keep_list(resources, erasure_list.file_of(resources.settings))
        return await _said(resources, row, receipt)

    return work


def _ask(person: Person, ends: Consequences) -> None:
    print(f"{person.label} is erased for good, with {len(ends.own)} mailboxes ({_named(ends)}).")
    print(f"{ends.assistants} assistants lose access; {ends.waiting} replies that wait do not leave.")
    print(f"{len(ends.assists)} accesses at other mailboxes end; {ends.scheduled_elsewhere} replies are held there.")
    if not sys.stdin.isatty():
        print("Nobody is there to be asked: give --yes.", file=sys.stderr)
        raise typer.Exit(2)
    typer.confirm("Erase this person?", abort=True)


def _named(ends: Consequences) -> str:
    return ", ".join(mailbox.address for mailbox in ends.own) or "none"


async def _said(resources: Resources, row: Erasure, receipt: str) -> bool:
    print(f"The page of this erasure: {resources.settings.public_url}/erasures/{token_for(resources.secret, row.id)}")
    if row.state != ErasureState.DONE:
        waits = await still_on_its_way(resources, row)
        print(f"Begun. On their way: {', '.join(map(str, waits)) or 'none'}. A worker goes on; or give this again:")
        print(f"deskhand erase {row.person_id}")
        return False
    text = json.dumps(receipt_of(resources, row), indent=2)
    if receipt:
        _write(receipt, text)
        print(f"Done. The receipt is in {receipt}.")
    else:
        print(text)
    return True


def _checking(receipt: object) -> Work:
    async def work(resources: Resources) -> bool:
        checks = await check_receipt(resources, receipt)
        for each in checks:
            print(f"{'✓' if each.good else '✗'} {each.told}")
        return all(each.good for each in checks)

    return work


def _write(path: str, text: str) -> None:
    Path(path).write_text(f"{text}\n", encoding="utf-8")


def _read(path: str) -> object:
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        raise BadRequest("This is no receipt: {path}", path=path) from None


def _applying(path: Path | None) -> Work:
    async def work(resources: Resources) -> bool:
        own = erasure_list.file_of(resources.settings)
        lines = erasure_list.read_list(own) | (erasure_list.read_list(path) if path else set())
        found = await erasure_list.apply_again(resources, lines)
        await erasure_list.keep_list(resources, own)
        print(f"{len(lines)} erasures on the list; {len(found)} people were back and are erased again.")
        return all([await _said(resources, row, "") for row in found])

    return work


async def _print_list(resources: Resources) -> bool:
    for each in sorted(await erasure_list.listed(resources)):
        print(each.line())
    return True
