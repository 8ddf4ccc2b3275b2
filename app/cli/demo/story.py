"""The story: its steps, and how it is told at one provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2

from app.cli.demo import answering, handing_over
from app.cli.demo.people import Character
from app.cli.demo.place import Place
from app.cli.demo.scene import Scene
from app.cli.demo.stage import GMAIL, GRAPH, Stage
from app.cli.demo.telling import Teller
from app.cli.practice import ASSISTANT, Loaded
from app.locale.catalogues import N_, Language

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


async def told(
    place: Place, teller: Teller, reader: Language, mail: Path | None, stage: Stage
) -> tuple[dict[str, int], Loaded]:
    """Tell the story at one provider; return what its ledger counts, and the mail that was read for it."""
    base = place.settings.public_url
    teller.turn(stage, reader.gettext(TITLES[stage.name]))
    loaded = await stage.fill(place.sandbox, mail, reader.gettext)
    tongue = {"Accept-Language": reader.code}  # whoever clicks on later finds the pages in it
    async with (
        httpx2.AsyncClient(base_url=place.sandbox.origin, timeout=60) as practice,
        httpx2.AsyncClient(timeout=60, headers=tongue) as hers,
        httpx2.AsyncClient(timeout=60, headers=tongue) as theirs,
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
            await step(scene)
            # Whatever came since the step before: the worker looks into the other mailbox at any time.
            calls = await scene.calls(teller.told)
            teller.told = calls[-1]["n"] if calls else teller.told
            teller.step(number, reader.gettext(name), calls)
        return await _counts(scene), loaded


async def _counts(scene: Scene) -> dict[str, int]:
    """Count by the provider's ledger, not by our own tables."""
    entries = await scene.ledger()
    kinds = [(entry["n"], entry["effect"]["kind"]) for entry in entries if entry["effect"]]
    counts = {kind: sum(each == kind for _, each in kinds) for kind in ("label", "draft", "send")}
    revoked_at = int(scene.found["revoked_at"])
    return {**counts, "after_revoke": sum(kind == "send" for n, kind in kinds if n > revoked_at)}
