"""`audit verify`: the chain is recomputed; what was changed behind Deskhand's back is named."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from app.actions.label import label
from app.db.cluster_server import ADMIN
from tests.actions.situations import message_id
from tests.people import ALICE, desk_of


@pytest.fixture
async def worked(settings, database_url, resources, alice, mailbox) -> dict[str, str]:
    """The settings of a database in which Alice has put a label on a message."""
    desk = await desk_of(resources, alice, mailbox)
    await label(desk, await message_id(desk), add=["Seen"])
    return {"DESKHAND_DATABASE_URL": database_url}


def forged(cluster, worked: dict[str, str], change: str) -> None:
    """Change the log as somebody could who has the whole server in his hands."""
    name = worked["DESKHAND_DATABASE_URL"].rpartition("dbname=")[2]
    with psycopg.connect(cluster.url(ADMIN, name), autocommit=True) as admin:
        admin.execute("alter table audit_entry disable trigger all")
        assert admin.execute(change).rowcount == 1  # type: ignore[call-overload]
        admin.execute("alter table audit_entry enable trigger all")


@pytest.mark.parametrize("wanted", [(), (ALICE[0],)])
def test_a_whole_chain_is_said_to_be_whole(deskhand, worked, wanted):
    said = deskhand("audit", "verify", *wanted, **worked)
    assert said.code == 0
    assert said.out.startswith(f"{ALICE[0]}: ")
    assert said.out.endswith("the chain is whole\n")
    assert int(said.out.split()[1]) >= 2


@pytest.mark.parametrize(
    "change",
    [
        "update audit_entry set action = 'archive' where seq = 2",
        "update audit_entry set at = at - interval '1 day' where seq = 2",
        "delete from audit_entry where seq = 2",
    ],
)
def test_an_entry_that_was_changed_is_named(deskhand, cluster, worked, change):
    forged(cluster, worked, change)
    said = deskhand("audit", "verify", **worked)
    assert said.code == 1
    assert "broken at entry " in said.out
    assert int(said.out.rpartition(" ")[2]) in (2, 3)
    assert said.err == ""


def test_a_log_that_was_cut_off_at_its_end_is_noticed(deskhand, cluster, worked):
    forged(cluster, worked, "delete from audit_entry where seq = (select max(seq) from audit_entry)")
    said = deskhand("audit", "verify", ALICE[0], **worked)
    assert said.code == 1
    assert "broken at entry " in said.out


@pytest.mark.parametrize("wanted", ["nobody@practice.example", str(UUID(int=7)), "'; drop table audit_entry"])
def test_a_mailbox_that_is_not_there_is_one_sentence(deskhand, worked, wanted):
    said = deskhand("audit", "verify", wanted, **worked)
    assert said.code == 1
    assert wanted in said.sentence
