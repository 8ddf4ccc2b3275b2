"""What an entry says of an act: who from which sign-in, by whose yes, to whom, under which ids, and how it ended."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.actions import audit
from app.actions.addressees import COLUMN, Addressees, shown
from app.actions.disconnect import disconnect
from app.actions.draft import edit_draft
from app.actions.label import label
from app.actions.log import read_log
from app.actions.reply_template import reply_with_template
from app.actions.seats import open_desk
from app.actions.send import deliver
from app.actions.tokens import vault_if_kept
from app.actions.write_template import write_template
from app.db.sealed import Vault
from app.errors import AppError
from app.models.audit import AuditEntry
from app.models.grant import NeedsApproval
from app.sandbox.faults import Kind
from tests.actions.situations import (
    TERRACE,
    World,
    approved,
    edit_by_hand,
    fails,
    in_an_hour,
    its_hour_comes,
    log_of,
    message_id,
)
from tests.people import CLIENT

# The columns an entry had in the first version. They never change, and neither does what is made of them.
FIRST_COLUMNS = (
    *("mailbox_id", "seq", "at", "phase", "begins", "actor_kind", "actor_id", "surface", "action", "decision"),
    *("reason", "outcome", "grant_id", "grant_version", "subject_kind", "subject_id", "provider_message"),
    *("provider_thread", "provider_draft", "content_sha256", "labels_before", "labels_after", "fence", "request_id"),
    "prev_hash",
)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


def first_digest(entry: AuditEntry) -> str:
    """Compute a digest as the first version did, written out: nothing of ours is used."""
    said = {}
    for name in FIRST_COLUMNS:
        value = getattr(entry, name)
        if isinstance(value, bytes):
            value = value.hex()
        elif name == "at":
            value = value.timestamp()
        elif isinstance(value, UUID):
            value = str(value)
        if value not in (None, "", []):
            said[name] = value
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@given(texts, texts, st.lists(texts, max_size=3), st.booleans())
def test_an_entry_of_the_first_version_keeps_its_digest(
    outcome: str, thread: str, labels: list[str], with_actor: bool
) -> None:
    entry = AuditEntry(
        mailbox_id=uuid4(),
        seq=7,
        at=clock.now(),
        phase="end",
        begins=6,
        actor_kind="assistant",
        actor_id=uuid4() if with_actor else None,
        surface="api",
        action="label",
        decision="allow",
        reason="",
        outcome=outcome,
        provider_thread=thread,
        labels_after=labels,
        prev_hash=bytes(32),
        hash=b"",
    )
    assert audit.digest(entry).hex() == first_digest(entry)


async def test_a_chain_of_the_first_version_stays_whole_when_newer_entries_follow(world: World) -> None:
    owner = await world.owner()
    for entry in await log_of(owner):
        assert entry.hash.hex() == first_digest(entry)
    await label(owner, await message_id(owner), add=["A"])
    assert len(await log_of(owner)) == 3


async def test_a_reply_is_told_with_its_approval_its_recipient_its_sent_copy_and_its_fence(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    sent = await ready.deliver()
    page = await read_log(ready.owner)
    by_action = {(entry.action, entry.phase): entry for entry in page.entries}
    approved, opened, closed = by_action["approve", "end"], by_action["send", "begin"], by_action["send", "end"]
    assert approved.approval_id
    assert approved.approval_id == opened.approval_id == closed.approval_id
    assert (opened.provider_sent, closed.provider_sent) == ("", sent.sent_id)
    assert closed.provider_message != closed.provider_sent  # the one that was answered, and the answer
    assert closed.fence == 1
    for action in ("draft", "schedule", "approve", "send"):
        entry = by_action[action, "end"]
        assert page.recipients[entry.seq] == (CLIENT,), action
        assert len(entry.recipient_hashes) == 1
    assert len({tuple(by_action[action, "end"].recipient_hashes) for action in ("draft", "schedule", "send")}) == 1


async def test_recipients_are_neither_readable_nor_guessable_in_the_database(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    (entry,) = [each for each in await log_of(ready.owner) if (each.action, each.phase) == ("schedule", "end")]
    for secret in (CLIENT, CLIENT.encode().hex(), hashlib.sha256(CLIENT.encode()).hexdigest()):
        assert secret not in str(entry.recipients) + str(entry.recipients.hex()) + str(entry.recipient_hashes)
    async with world.resources.db.transaction(mailbox=world.mailbox.id) as session:
        vault = await vault_if_kept(session, world.resources, world.mailbox.id)
    assert vault
    assert entry.recipient_hashes == [vault.keyed_hash(COLUMN, CLIENT)]
    other = Vault(uuid4(), bytes(32))
    assert other.keyed_hash(COLUMN, CLIENT) != vault.keyed_hash(COLUMN, CLIENT)
    # What is sealed for one entry is readable in no other.
    moved = entry.model_copy(update={"seq": entry.seq + 1})
    assert (shown(vault, entry), shown(vault, moved), shown(other, entry)) == ((CLIENT,), (), ())


async def test_an_assistant_is_shown_no_recipients_and_nobody_is_once_the_key_is_destroyed(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    assert (await read_log(ready.owner)).recipients
    assert (await read_log(ready.desk)).recipients == {}
    await disconnect(ready.owner)
    page = await read_log(ready.owner)
    assert any(entry.recipients for entry in page.entries)
    assert page.recipients == {}


def test_addresses_are_kept_once_each_in_any_case_and_sorted() -> None:
    vault = Vault(uuid4(), bytes(32))
    columns = Addressees(vault, ("B@x.example", "a@x.example", "b@X.example")).columns(3)
    entry = AuditEntry.model_construct(seq=3, recipients=columns["recipients"])
    assert shown(vault, entry) == ("a@x.example", "b@x.example")
    assert len(columns["recipient_hashes"]) == 2  # type: ignore[arg-type]


async def test_the_sign_in_and_the_surface_stand_in_both_entries(world: World) -> None:
    login = uuid4()
    desk = await open_desk(
        world.resources, world.alice.id, world.mailbox.id, surface="api", request_id="r1", login_id=login
    )
    await label(desk, await message_id(desk), add=["A"])
    both = (await log_of(desk))[-2:]
    assert [(each.login_id, each.surface, each.request_id) for each in both] == [(login, "api", "r1")] * 2


@pytest.mark.parametrize(
    ("fault", "outcome", "error_code"),
    [(Kind.STATUS_503, "provider_busy", "provider_busy"), (Kind.BEFORE, "no_answer", "no_answer")],
)
async def test_how_it_ended_and_by_which_error(world: World, fault: Kind, outcome: str, error_code: str) -> None:
    owner = await world.owner()
    message = await message_id(owner)
    fails(world.sandbox, fault, "*/modify", times=9)
    with pytest.raises(AppError):
        await label(owner, message, add=["A"])
    newest = (await log_of(owner))[-1]
    assert (newest.outcome, newest.error_code) in {(outcome, error_code), ("provider_busy", "provider_busy")}


async def test_no_entry_holds_a_mails_words(world: World) -> None:
    await world.grant()
    ready = await world.ready()
    its_hour_comes()
    await ready.deliver()
    everything = " ".join(str(audit.said(entry)) for entry in await log_of(ready.owner))
    for word in (TERRACE, "Terrace", "March", "Dear Clara", CLIENT):
        assert word not in everything


async def test_every_entry_of_one_desk_is_told_apart_from_another_sign_in(world: World) -> None:
    owner = await world.owner()
    other = replace(owner, actor=replace(owner.actor, login_id=uuid4()))
    message = await message_id(owner)
    await label(owner, message, add=["A"])
    await label(other, message, add=["B"])
    logins = [entry.login_id for entry in await log_of(owner) if entry.phase == "end"]
    assert logins == [None, other.actor.login_id]


async def test_whose_words_a_reply_is_made_of_is_told_until_somebody_changes_them(world: World) -> None:
    template = await write_template(
        await world.owner(), name="Confirm", language="en", text="Dear {{name}}, Alice will be there."
    )
    await world.grant("reply.template", "reply.free", "schedule", needs_approval=NeedsApproval.FREE_TEXT)
    owner, desk = await world.owner(), await world.assistant()
    seen = await reply_with_template(desk, await message_id(desk), template.row.id, {"name": "Clara"})
    planned = await in_an_hour(desk, seen)
    its_hour_comes()
    await deliver(world.resources, world.mailbox.id, planned.id)
    told = {(each.action, each.phase): each for each in await log_of(owner)}
    for action in ("reply_template", "schedule", "send"):
        for phase in ("begin", "end"):
            entry = told[action, phase]
            assert (entry.template_id, entry.template_version) == (template.row.id, 1), (action, phase)
    other = await reply_with_template(desk, await message_id(desk, "Garden news"), template.row.id, {"name": "Rosa"})
    await edit_draft(desk, other.row.id, "Something else altogether")
    edits = [each for each in await log_of(owner) if each.action == "edit"]
    assert [(each.template_id, each.template_version) for each in edits] == [(None, None)] * 2


async def test_words_changed_by_hand_are_not_told_as_the_templates(world: World) -> None:
    template = await write_template(
        await world.owner(), name="Confirm", language="en", text="Dear {{name}}, Alice will be there."
    )
    await world.grant("reply.template", "schedule")
    owner, desk = await world.owner(), await world.assistant()
    seen = await reply_with_template(desk, await message_id(desk), template.row.id, {"name": "Clara"})
    edit_by_hand(world.sandbox, seen, b"Clara", b"Klara")
    await approved(owner, seen)
    (yes,) = [each for each in await log_of(owner) if (each.action, each.phase) == ("approve", "end")]
    assert (yes.approval_id is not None, yes.template_id, yes.template_version) == (True, None, None)
