"""The first half of the story: the owner connects, sees what would be seen, invites, and confirms who came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import clock
from app.access.scopes import SCOPES, Scope
from app.cli.demo.scene import SANTIAGO, Scene, expect
from app.cli.practice import CODE_SUBJECT, MOTHER
from app.locale.catalogues import N_

SCOPES_GIVEN = ("mail.read", "label", "draft", "schedule")
AWAY = timedelta(days=21)


async def connect(scene: Scene) -> None:
    """The owner lets Deskhand into her mailbox."""
    await scene.owner.sign_in()
    await scene.owner.connect(SANTIAGO)
    mailboxes = (await scene.owner.call("GET", "/mailboxes"))["mailboxes"]
    expect(len(mailboxes) == 1 and mailboxes[0]["state"] == "active", "the mailbox is not connected")
    expect(mailboxes[0]["address"] == scene.owner.email, "another mailbox was connected")
    scene.mailbox = mailboxes[0]["id"]
    said = N_("{name} signs in with {company} and lets Deskhand into {address}; her password stays with {company}.")
    scene.says(said, name=scene.owner.name, address=scene.owner.email, company=scene.stage.company)


async def preview(scene: Scene) -> None:
    """She marks her mother as private and sees, counted, what an assistant would and would not see."""
    await scene.owner.call("POST", f"{scene.at}/senders", {"sender": MOTHER, "private": True})
    seen = await scene.owner.call("GET", f"{scene.at}/preview")
    hidden = [each for reason, group in seen["examples"].items() if reason != "seen" for each in group]
    senders = {author["email"] for each in hidden for author in each["authors"]}
    subjects = {each["subject"] for each in hidden}
    expect(MOTHER in senders, "her mother's mail is not named as private")
    expect(CODE_SUBJECT in subjects, "the sign-in code is not named as private")
    expect(seen["seen"], "an assistant would see nothing at all")
    total = sum(seen["private"].values())
    scene.says(N_("An assistant would see {seen} messages, not these {hidden}:"), seen=seen["seen"], hidden=total)
    for each in hidden:
        author = each["authors"][0] if each["authors"] else {"name": "", "email": ""}
        scene.says("   · {sender}: {subject}", sender=author["name"] or author["email"], subject=each["subject"])


async def invite(scene: Scene) -> None:
    """She ticks four sentences and an end date, and sends the link."""
    until = clock.now() + AWAY
    body = {"scopes": list(SCOPES_GIVEN), "until": until.isoformat(), "needs_approval": "always"}
    made = await scene.owner.call("POST", f"{scene.at}/invitations", body)
    scene.found["invitation"], scene.found["link"] = made["id"], made["link"]
    scene.says(N_("{name} is away for three weeks. She ticks what {assistant} may do until {day}:"),
               name=scene.owner.name, assistant=scene.assistant.name, day=scene.day(until, SANTIAGO))  # fmt: skip
    for scope in SCOPES_GIVEN:
        scene.says("   ☑ {sentence}", sentence=scene.translate(SCOPES[Scope(scope)].says))
    scene.says(N_("Whatever leaves needs her yes first."))


async def accept(scene: Scene) -> None:
    """The assistant, anywhere in the world, accepts with her own account; the owner confirms that it is she."""
    await scene.assistant.sign_in()
    await scene.assistant.accept(scene.found["link"])
    early = await scene.assistant.ask("GET", f"{scene.at}/messages")
    expect(early.status_code == 404, "the assistant got in before the owner confirmed her")
    who = (await scene.owner.call("GET", f"{scene.at}/invitations"))["invitations"][0]["accepted_by"]
    expect(who["email"] == scene.assistant.email, "somebody else has accepted")
    scene.says(N_("{name} accepts from Lyon with an account of her own; until she is confirmed she sees nothing."),
               name=scene.assistant.name)  # fmt: skip
    scene.says(N_("{owner} confirms: yes, that is {who}."), owner=scene.owner.name, who=who["email"])
    grant = await scene.owner.call("PUT", f"{scene.at}/invitations/{scene.found['invitation']}/confirmation")
    scene.found["grant"] = grant["id"]
    expect(set(SCOPES_GIVEN) <= set(grant["scopes"]), "the grant lacks what she ticked")
    expect(grant["needs_approval"] == "always", "what leaves would not need her yes")
    both = [(await person.call("GET", f"{scene.at}/grants"))["grants"] for person in (scene.owner, scene.assistant)]
    expect(all(_has(each, grant["id"]) for each in both), "the two do not see the same grant")


def _has(grants: list[dict[str, Any]], grant_id: str) -> bool:
    return any(grant["id"] == grant_id for grant in grants)
