"""`audit verify`: the chain is recomputed; what was changed behind Deskhand's back is named."""

from __future__ import annotations

import json
from uuid import UUID

import psycopg
import pytest

from app.actions.export_log import begin_export
from app.actions.label import label
from app.db.cluster_server import ADMIN
from app.locale.catalogues import language
from app.web.log_files import as_file
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


@pytest.fixture
async def exported(resources, alice, mailbox, tmp_path):
    """A file with the chain that Alice has taken out."""
    desk = await desk_of(resources, alice, mailbox)
    answer = as_file(await begin_export(desk, "json"), "json", language("en"))
    file = tmp_path / "log.json"
    file.write_text("".join([part async for part in answer.body_iterator]))
    return file


def test_an_exported_chain_is_verified_without_any_database(deskhand, exported):
    nowhere = {"DESKHAND_DATABASE_URL": "postgresql://nobody@localhost:1/x"}
    said = deskhand("audit", "verify", "--file", str(exported), **nowhere)
    assert said.code == 0
    assert said.out == f"{exported}: 3 entries, the chain is whole\n"


def test_an_exported_chain_that_was_changed_is_named_with_the_entry(deskhand, exported):
    log = json.loads(exported.read_text())
    log["entries"][1]["said"]["outcome"] = "done, really"
    exported.write_text(json.dumps(log))
    said = deskhand("audit", "verify", "--file", str(exported))
    assert (said.code, said.out) == (1, f"{exported}: broken at entry 2\n")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b'{"format": "deskhand-audit-1"}', b"\xff\xfe", b"[" * 100_000, b'{"format": "other"}',
     b'{"format": "deskhand-audit-1", "entries": [7], "end": {"seq": 1, "hash": ""}}'],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_exported_log_is_one_sentence(deskhand, tmp_path, content):
    file = tmp_path / "log.json"
    file.write_bytes(content)
    said = deskhand("audit", "verify", "--file", str(file))
    assert said.code == 1
    assert "is no log that was exported" in said.sentence


def test_a_file_that_is_not_there_is_one_sentence(deskhand, tmp_path):
    said = deskhand("audit", "verify", "--file", str(tmp_path / "none.json"))
    assert said.code == 1
    assert "cannot be read" in said.sentence
