"""`certificate FILE`: a saved certificate is checked; a changed one, and one whose log was changed, are told apart."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from app.actions.certificate import certificate_of
from app.actions.remove import remove
from app.db.cluster_server import ADMIN
from app.db.master_key import FILE_NAME
from tests.people import ALICE, make_grant


@pytest.fixture
async def saved(resources, alice, bob, mailbox, tmp_path) -> Path:
    """The certificate of Bob's removal."""
    await make_grant(resources, mailbox, bob)
    removal_id = await remove(resources, alice.id, bob.id, surface="test")
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps((await certificate_of(resources, alice.id, removal_id)).signed))
    return file


@pytest.fixture
def given(settings, database_url, resources) -> dict[str, str]:
    """The settings of this database, with the key it was made with."""
    key = (settings.data_dir / FILE_NAME).read_text().strip()
    return {"DESKHAND_DATABASE_URL": database_url, "DESKHAND_MASTER_KEY": key}


def test_a_genuine_certificate_is_said_to_be_genuine(deskhand, saved, given):
    said = deskhand("certificate", str(saved), **given)
    assert said.code == 0, said.err
    assert said.out.startswith("Genuine: bob@practice.example was removed on ")
    assert f"{ALICE[0]}: the chain holds its entries" in said.out


def test_a_changed_one_is_not(deskhand, saved, given):
    saved.write_text(saved.read_text().replace("bob@", "eve@"))
    said = deskhand("certificate", str(saved), **given)
    assert (said.code, said.out) == (1, "This was not certified here, or it was changed since.\n")


def test_a_log_that_was_changed_since_is_noticed(deskhand, cluster, saved, given):
    name = given["DESKHAND_DATABASE_URL"].rpartition("dbname=")[2]
    with psycopg.connect(cluster.url(ADMIN, name), autocommit=True) as admin:
        admin.execute("alter table audit_entry disable trigger all")
        admin.execute("update audit_entry set at = at - interval '1 day' where action = 'revoke'")
        admin.execute("alter table audit_entry enable trigger all")
    said = deskhand("certificate", str(saved), **given)
    assert said.code == 1
    assert "the chain does not hold its entries" in said.out
