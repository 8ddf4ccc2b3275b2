"""A copy of everything that is kept about somebody: whole, hers alone, and without a secret or a word of mail."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlmodel import SQLModel

from app.actions import export as exporting
from app.actions import exported
from app.actions.audit import digest
from app.actions.disconnect import disconnect
from app.actions.export import export
from app.actions.grants import revoke
from app.actions.label import label
from app.actions.log_asked import NOT_THERE
from app.actions.private import mark_sender
from app.actions.read import read
from app.db.embedded import Cluster
from app.errors import NotFound
from app.locale.catalogues import language
from app.models.person import Person
from app.models.register import REGISTER
from tests.actions.situations import REPLY, TERRACE, last, log_of, message_id
from tests.erasing.conftest import TEMPLATE, WORDS, Lives
from tests.erasing.remains import rows, sealed
from tests.people import ALICE, BOB, CHARLIE, CLIENT, MOTHER


class Copy:
    """A copy somebody has taken."""

    def __init__(self, data: bytes) -> None:
        self.zip = ZipFile(io.BytesIO(data))
        self.names = self.zip.namelist()
        assert self.zip.testzip() is None

    def text(self, end: str) -> str:
        """Return the one file whose name ends so."""
        (name,) = [each for each in self.names if each.endswith(end)]
        return self.zip.read(name).decode()

    def rows(self, end: str) -> list[dict[str, Any]]:
        """Return what it lists."""
        found: list[dict[str, Any]] = json.loads(self.text(end))
        return found

    @property
    def everything(self) -> str:
        """Return all files after one another."""
        return "\n".join(self.zip.read(name).decode() for name in self.names)


async def copy_of(lives: Lives, person: Person, *, code: str = "en", **more: Any) -> Copy:
    chunks = await export(lives.resources, person, language(code), surface="test", **more)
    return Copy(b"".join([chunk async for chunk in chunks]))


async def test_T35_an_owner_gets_everything_of_hers(lives: Lives) -> None:
    copy = await copy_of(lives, lives.world.alice)
    folder = f"mailboxes/{ALICE[0]}-{lives.world.mailbox.id.hex[:8]}/"
    inside = {name.removeprefix(folder) for name in copy.names if name.startswith(folder)}
    assert inside == {f"{entry.file}.json" for entry in REGISTER if entry.file and entry.of == "mailbox_id"}
    (profile,) = copy.rows("profile.json")
    assert (profile["name"], profile["email"], profile["subject"]) == (ALICE[1], ALICE[0], f"subject of {ALICE[0]}")
    assert [row["address"] for row in copy.rows("settings.json")] == [ALICE[0]]
    assert [row["agent"] for row in copy.rows("sign_ins.json")] == ["Alice's own browser"]
    assert [row["sender"] for row in copy.rows("sender_rules.json")] == [MOTHER]
    assert [row["message"] for row in copy.rows("proposals.json")] == ["I am Alice Amsel, shall I help?"]
    assert {row["role"] for row in copy.rows("agreements.json")} == {"owner", "assistant"}
    (send,) = copy.rows("scheduled_sends.json")
    assert send["id"] == str(lives.ready.send.id)
    assert len(copy.rows("notices.json")) == 2
    assert len(copy.rows("administrator_requests.json")) == 1
    assert len(copy.rows("invitations.json")) == 2


async def test_texts_of_hers_that_are_sealed_here_are_opened_for_her_and_for_nobody_else(lives: Lives) -> None:
    copy = await copy_of(lives, lives.world.alice)
    (template,) = copy.rows("/templates.json")
    assert (template["name"], template["version"]) == (TEMPLATE, 2)
    texts = {row["number"]: row["words"] for row in copy.rows("template_texts.json")}
    assert texts == {1: "Thank you, says the heron.", 2: WORDS}
    for other in (lives.world.bob, lives.charlie):
        assert "heron" not in (await copy_of(lives, other)).everything


async def test_of_a_mailbox_whose_key_is_destroyed_nothing_sealed_can_be_opened_any_more(lives: Lives) -> None:
    await disconnect(await lives.world.owner())
    copy = await copy_of(lives, lives.world.alice)
    assert [row["words"] for row in copy.rows("template_texts.json")] == [None, None]
    assert len(copy.rows("sender_rules.json")) == 1
    assert copy.rows("connections.json") == []


async def test_the_log_is_whole_and_its_chain_can_be_recomputed_from_the_copy(lives: Lives) -> None:
    copy = await copy_of(lives, lives.world.alice)
    entries = await log_of(await lives.world.owner())
    written = copy.rows("audit.json")
    assert [row["seq"] for row in written] == [entry.seq for entry in entries]
    assert [row["hash"] for row in written] == [digest(entry).hex() for entry in entries]


async def test_there_is_no_secret_and_no_word_of_mail_in_it(lives: Lives, cluster: Cluster, database_url: str) -> None:
    said = (await copy_of(lives, lives.world.alice)).everything
    all_rows = list(rows(cluster, database_url))
    assert not [value for value in sealed(all_rows) if value.hex() in said]
    held = [row[key] for _table, row in all_rows for key in row if "secret" in key or key in ("nonce", "verifier")]
    secrets = [value.hex() if isinstance(value, bytes) else str(value) for value in held if value]
    assert len(secrets) > 5
    assert not [value for value in secrets if value in said]
    assert not [word for word in (TERRACE, "Could you start", REPLY[:20], CLIENT) if word in said]


async def test_other_people_are_in_it_by_name_and_address_only_where_she_knows_them(lives: Lives) -> None:
    copy = await copy_of(lives, lives.world.alice)
    assert copy.rows("people.json") == [{"id": str(lives.world.bob.id), "name": BOB[1], "email": BOB[0]}]
    said = copy.everything
    assert f"subject of {BOB[0]}" not in said
    assert not [word for word in (*CHARLIE, str(lives.charlies.id), str(lives.elsewhere.id)) if word in said]
    assert said.count(BOB[0]) == 1


async def test_an_assistant_gets_her_own_acts_and_nothing_of_what_they_were_done_to(lives: Lives) -> None:
    desk = await lives.world.assistant()
    await label(desk, await message_id(desk), add=["Divorce"])
    copy = await copy_of(lives, lives.world.bob)
    at_alices = f"assisting/{ALICE[0]}-{lives.world.mailbox.id.hex[:8]}"
    acts = copy.rows(f"{at_alices}/acts.json")
    assert {"label", "draft", "schedule"} <= {row["action"] for row in acts}
    entries = [entry for entry in await log_of(await lives.world.owner()) if entry.actor_id == lives.world.bob.id]
    assert [row["seq"] for row in acts] == [entry.seq for entry in entries]
    said = copy.everything
    ids = {entry.provider_message for entry in entries} | {entry.provider_thread for entry in entries} - {""}
    hers = {*ids, "Divorce", MOTHER, *(entry.hash.hex() for entry in entries)} - {""}
    assert len(hers) > 5
    assert not [word for word in hers if word in said]
    assert [row["role"] for row in copy.rows(f"{at_alices}/agreements.json")] == ["assistant"]
    assert [row["id"] for row in copy.rows(f"{at_alices}/access.json")] == [str(lives.grant.id)]
    assert {row["email"] for row in copy.rows("people.json")} == {ALICE[0], CHARLIE[0]}


async def test_what_she_did_and_agreed_to_is_hers_also_when_her_access_is_over(lives: Lives) -> None:
    await revoke(await lives.world.owner(), lives.grant.id)
    copy = await copy_of(lives, lives.world.bob)
    at_alices = f"assisting/{ALICE[0]}-{lives.world.mailbox.id.hex[:8]}"
    assert [row["status"] for row in copy.rows(f"{at_alices}/access.json")] == ["revoked"]
    assert copy.rows(f"{at_alices}/acts.json")
    assert not [name for name in copy.names if name.startswith("mailboxes/")]


async def test_taking_a_copy_stands_in_the_log_and_says_if_the_operator_did(lives: Lives) -> None:
    owner = await lives.world.owner()
    await copy_of(lives, lives.world.alice)
    assert [each[:3] for each in await last(owner)] == [("begin", "export", "allow"), ("end", "export", "allow")]
    await copy_of(lives, lives.world.alice, by_operator=True)
    assert [entry.reason for entry in (await log_of(owner))[-4:]] == ["", "", "operator", "operator"]
    before = len(await log_of(owner))
    await copy_of(lives, lives.world.bob)
    assert len(await log_of(owner)) == before


READ_ME = [("en", "There is no mail in here"), ("es", "Aquí no hay correo"), ("fr", "pas de courrier ici")]


@pytest.mark.parametrize(("code", "words"), READ_ME)
async def test_the_page_that_explains_it_is_in_her_language(lives: Lives, code: str, words: str) -> None:
    copy = await copy_of(lives, lives.world.alice, code=code)
    said = copy.text("README.txt")
    assert words in said
    for name in copy.names:
        if "/" not in name and name != "README.txt":
            assert name in said


async def test_somebody_with_nothing_gets_a_copy_too(lives: Lives, charlie: Person) -> None:
    copy = await copy_of(lives, charlie)
    assert copy.rows("people.json")[0]["email"] == BOB[0]
    assert copy.rows("proposals.json") == []


async def test_long_lists_are_read_in_parts_and_none_is_lost(lives: Lives, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await copy_of(lives, lives.world.alice)
    monkeypatch.setattr(exported, "SIZE", 2)
    parts = await copy_of(lives, lives.world.alice)
    assert len(whole.rows("audit.json")) > 10
    assert parts.rows("audit.json")[: len(whole.rows("audit.json"))] == whole.rows("audit.json")
    assert parts.rows("messages.json") == whole.rows("messages.json")


def test_every_file_of_a_copy_comes_from_a_table_that_is_there() -> None:
    files = [entry.file for entry in REGISTER if entry.file]
    assert len(files) == len(set(files))
    assert {entry.name for entry in REGISTER} == set(SQLModel.metadata.tables)
    assert exporting.file_name().endswith(".zip")


async def test_an_assistants_copy_does_not_tell_what_is_private_from_what_is_not_there(lives: Lives) -> None:
    world, bob = lives.world, await lives.world.assistant()
    known = await message_id(bob)
    await mark_sender(await world.owner(), CLIENT)
    for each in (known, uuid4()):
        with pytest.raises(NotFound):
            await read(bob, each)
    assert "private" in {each.reason for each in await log_of(await world.owner())}
    acts = (await copy_of(lives, world.bob)).rows(f"assisting/{ALICE[0]}-{world.mailbox.id.hex[:8]}/acts.json")
    assert "read" not in {each["action"] for each in acts if each["decision"] == "deny"}
    assert {each["reason"] for each in acts}.isdisjoint(NOT_THERE)
