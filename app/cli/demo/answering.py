"""The second half: a client writes at night, a reply is drafted, approved, leaves once; revoking stops the next."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from app import clock
from app.access.reasons import HELD
from app.cli.demo.scene import LYON, SANTIAGO, Scene, expect, next_time, wall
from app.cli.practice import CLIENT, MOTHER, client_at_night
from app.locale.catalogues import N_

LABEL = "Por responder"
TEXT = (
    "Estimado Ignacio:\n\nLe escribe Camille, asistente de Valentina. Mejor a las 11, entonces, cuando ya pasó el "
    "camión del gas. Y sí: el presupuesto incluye el riego.\n\nMuchos saludos, y a Gladys también,\nCamille"
)
SECOND_TEXT = "Estimado Ignacio:\n\nUna cosa más: ¿hay llave de agua en la terraza, o llevamos manguera?\n\nCamille"
AFTER_LEASE = timedelta(minutes=2)
WATCHED = 1.1  # seconds, two looks of the dispatcher, for which a letter that may not leave is waited for in vain


async def client_writes(scene: Scene) -> None:
    """At 22:40 in Santiago a client writes; the assistant, in her morning, sees it and nothing that is private."""
    await scene.move_clock(next_time(SANTIAGO, 22, 40))
    letter = client_at_night(clock.now(), scene.owner.email)
    delivered = await scene.practice.post("/_deliver", params={"mailbox": scene.owner.email}, content=letter)
    delivered.raise_for_status()
    scene.found["delivered"] = delivered.json()["id"]
    await scene.assistant.sign_in()
    inbox = (await scene.assistant.call("GET", f"{scene.at}/messages?folder=inbox"))["messages"]
    senders = {author["email"] for each in inbox for author in each["authors"]}
    expect(
        inbox and [author["email"] for author in inbox[0]["authors"]] == [CLIENT],
        "the assistant does not see the client's mail on top",
    )
    expect(MOTHER not in senders, "her mother's mail is shown to the assistant")
    scene.found["message"] = inbox[0]["id"]
    scene.says(N_("It is 22:40 in Santiago. {client} writes: “{subject}”"),
               client=inbox[0]["authors"][0]["name"], subject=inbox[0]["subject"])  # fmt: skip
    scene.says(N_("{name} in Lyon sees it on top of {number} messages; those of {owner}'s mother are not there."),
               name=scene.assistant.name, number=len(inbox), owner=scene.owner.name)  # fmt: skip
    await scene.assistant.call("GET", f"{scene.at}/messages/{scene.found['message']}")


async def label(scene: Scene) -> None:
    """The assistant puts a label on it, in the owner's own mailbox."""
    path = f"{scene.at}/messages/{scene.found['message']}/labels"
    await scene.assistant.call("PATCH", path, {"add": [LABEL], "remove": []})
    labelled = [entry["effect"]["message"] for entry in await scene.effects("label")]
    expect(scene.found["delivered"] in labelled, "the provider has no label on the client's mail")
    scene.says(N_("{name} puts the label “{label}” on it: {owner} sees it in her {product}."),
               name=scene.assistant.name, label=LABEL, owner=scene.owner.name, product=scene.stage.product)  # fmt: skip


async def draft(scene: Scene) -> None:
    """She writes a reply as a draft into the owner's mailbox, and asks for nine in the morning, Santiago time."""
    made = await scene.assistant.call(
        "POST", f"{scene.at}/drafts", {"message_id": scene.found["message"], "text": TEXT}
    )
    scene.found["draft"] = made["id"]
    drafts = await scene.effects("draft")
    thread = (await scene.effects("label"))[-1]["effect"]["thread"]
    expect([entry["effect"]["thread"] for entry in drafts] == [thread], "the draft is not in the client's thread")
    nine = next_time(SANTIAGO, 9, 0)
    await _schedule(scene, made["id"], nine)
    scene.says(N_("{name} drafts a reply: a draft in {owner}'s own {product}, within the client's conversation."),
               name=scene.assistant.name, owner=scene.owner.name, product=scene.stage.product)  # fmt: skip
    scene.says(N_("It is to leave at 9:00 in Santiago, which is {hour:%H:%M} in Lyon."),
               hour=nine.astimezone(next_time(LYON, 0, 0).tzinfo))  # fmt: skip


async def approve(scene: Scene) -> None:
    """The owner reads exactly this text and says yes; it then waits for its hour."""
    await scene.owner.sign_in()
    await _approve(scene, scene.found["draft"])
    expect(await scene.sends() == 0, "something left before its hour")
    scene.says(N_("{owner} reads it and approves exactly this text for this recipient at this hour. Nothing has left."),
               owner=scene.owner.name)  # fmt: skip


async def leave_once(scene: Scene) -> None:
    """At nine it leaves; the worker is killed before it hears the answer, another one takes over: one letter."""
    named = {"provider": scene.stage.name, "method": "POST", "path": scene.stage.send}
    hang = {**named, "fault": "hang", "seconds": 20}
    (await scene.practice.put("/_faults", json=[hang])).raise_for_status()
    await scene.move_clock(next_time(SANTIAGO, 9, 0))

    async def sent_once() -> bool:
        return await scene.sends() == 1

    await scene.until(sent_once, "nothing left at nine")
    scene.place.kill_worker()
    scene.says(N_("9:00 in Santiago. {product} has the letter; before it can answer, the worker is killed (kill -9)."),
               product=scene.stage.product)  # fmt: skip
    (await scene.practice.put("/_faults", json=[])).raise_for_status()
    scene.place.start_worker()
    await scene.move_clock(clock.now() + AFTER_LEASE)

    async def known_as_sent() -> bool:
        ended = (await scene.owner.call("GET", f"{scene.at}/scheduled?ended=true"))["scheduled"]
        return any(send["draft_id"] == scene.found["draft"] and send["state"] == "sent" for send in ended)

    await scene.until(known_as_sent, "the second worker did not find out that the letter had left")
    expect(await scene.sends() == 1, "the letter left more than once")
    scene.says(N_("A second worker looks before it acts, finds the sent copy, and sends nothing again: one letter."))


async def revoke(scene: Scene) -> None:
    """A second reply is approved for the next morning; at 8:59 the owner revokes; nine o'clock passes and it stays."""
    await scene.assistant.sign_in()
    made = await scene.assistant.call(
        "POST", f"{scene.at}/drafts", {"message_id": scene.found["message"], "text": SECOND_TEXT}
    )
    nine = next_time(SANTIAGO, 9, 0)
    await _schedule(scene, made["id"], nine)
    await _approve(scene, made["id"])
    await scene.move_clock(nine - timedelta(minutes=1))
    await scene.owner.sign_in()
    revoked = await scene.owner.call("DELETE", f"{scene.at}/grants/{scene.found['grant']}")
    expect(revoked["done"], "revoking was not done at once")
    scene.found["revoked_at"] = str((await scene.ledger())[-1]["n"])
    scene.says(N_("Next morning a second approved reply waits for 9:00. At 8:59 {owner} revokes {name}'s access."),
               owner=scene.owner.name, name=scene.assistant.name)  # fmt: skip
    await scene.move_clock(nine + timedelta(minutes=5))
    await asyncio.sleep(WATCHED)
    await scene.assistant.sign_in()
    late = await scene.assistant.ask("GET", f"{scene.at}/messages")
    expect(late.status_code == 404, "the assistant still gets in")
    expect(await scene.sends() == 1, "a letter left after revoking")
    held = (await scene.owner.call("GET", f"{scene.at}/scheduled"))["scheduled"]
    expect([send["state"] for send in held] == ["held"], "the second reply is not held")
    scene.says(
        N_("9:05: it has not left, and it will not. “{reason}”"), reason=scene.translate(HELD[held[0]["reason"]])
    )


async def log(scene: Scene) -> None:
    """The owner reads the log as sentences; its chain is verified."""
    entries = (await scene.owner.call("GET", f"{scene.at}/audit?lang={scene.language.code}"))["entries"]
    for entry in [entry for entry in reversed(entries) if entry["phase"] != "begin"][-12:]:
        scene.says("   {sentence}", sentence=entry["sentence"])
    verified = await scene.owner.call("GET", f"{scene.at}/audit/verification")
    expect(verified["whole"], "the audit chain is broken")
    scene.says(N_("{number} entries; the chain is whole."), number=entries[0]["seq"])


async def _schedule(scene: Scene, draft_id: str, at: object) -> None:
    body = {"draft_id": draft_id, "wall_time": wall(at), "zone": SANTIAGO}  # type: ignore[arg-type]
    await scene.assistant.call("POST", f"{scene.at}/scheduled", body)


async def _approve(scene: Scene, draft_id: str) -> None:
    shown = await scene.owner.call("GET", f"{scene.at}/drafts/{draft_id}")
    await scene.owner.call("PUT", f"{scene.at}/drafts/{draft_id}/approval", {"sha256": shown["sha256"]})
