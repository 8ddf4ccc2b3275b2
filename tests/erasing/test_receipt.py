"""The receipt of an erasure: signed, checked against the database, and worth nothing when it was changed."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg.conninfo import conninfo_to_dict

from app.actions.erase import PERSON, begin, erase, erasure_of, id_for
from app.actions.receipt import check_receipt, receipt_by, receipt_of, token_for
from app.actions.signing import certified, is_certified
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.errors import Conflict, NotFound
from app.models.mailbox import Mailbox
from tests.erasing.conftest import Lives
from tests.people import ALICE, BOB, CHARLIE


async def receipt(lives: Lives) -> dict[str, Any]:
    return receipt_of(lives.resources, await erase(lives.resources, lives.world.alice.id, asked_by=PERSON))


async def test_a_receipt_says_what_was_destroyed_when_and_names_nobody(lives: Lives) -> None:
    says = (await receipt(lives))["says"]
    assert says["erasure"] == str(id_for(lives.world.alice.id))
    assert says["rows_destroyed"]["draft"] == 1
    assert says["accesses_ended"] == 0
    (mailbox,) = says["mailboxes"].values()
    assert {"key", "key_destroyed_at", "consent_ended", "log_entries", "log_hash", "nobody_knows"} <= set(mailbox)
    assert {"audit_entry", "agreement", "grants"} <= set(says["kept"])
    assert all(says["kept"].values())
    words = (*ALICE, *BOB, *CHARLIE, lives.world.mailbox.provider_subject)
    assert not [word for word in words if word in json.dumps(says)]


async def test_it_is_the_same_whenever_it_is_asked_for(lives: Lives) -> None:
    first = await receipt(lives)
    row = await erasure_of(lives.resources, id_for(lives.world.alice.id))
    assert receipt_of(lives.resources, row) == first
    assert await receipt_by(lives.resources, token_for(lives.resources.secret, row.id)) == (row, first)


async def test_anybody_checks_the_signature_with_the_key_beside_it(lives: Lives) -> None:
    made = json.loads(json.dumps(await receipt(lives)))
    said = json.dumps(made["says"], sort_keys=True, separators=(",", ":")).encode()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(made["public_key"])).verify(bytes.fromhex(made["signature"]), said)


async def test_it_holds_as_long_as_nothing_has_come_back(lives: Lives) -> None:
    made = json.loads(json.dumps(await receipt(lives)))
    checks = await check_receipt(lives.resources, made)
    assert [each.told for each in checks if not each.good] == []
    assert len(checks) == 5


CAME_BACK = {
    "somebody of before with that identity": "update person set issuer = 'i', subject = 's', created_at = '2020-01-01'",
    "a sign-in": (
        "insert into login select gen_random_uuid(), '\\x00', person_id, '', now(), now(), now() from erasure"
    ),
    "a private sender": (
        "insert into sender_rule select id, gen_random_uuid(), 'x@y.example', true, now(), '{}' from mailbox "
        "where address = ''"
    ),
    "a name of the mailbox": "update mailbox set provider_subject = 'back' where address = ''",
    "an entry of the log": (
        "insert into audit_entry select (jsonb_populate_record(e, jsonb_build_object('seq', e.seq + 1))).* "
        "from audit_entry e join mailbox m on m.id = e.mailbox_id where m.address = '' order by seq desc limit 1"
    ),
}


@pytest.mark.parametrize("change", CAME_BACK.values(), ids=CAME_BACK)
async def test_what_has_come_back_is_found(lives: Lives, cluster: Cluster, database_url: str, change: str) -> None:
    made = await receipt(lives)
    with psycopg.connect(cluster.url(ADMIN, str(conninfo_to_dict(database_url)["dbname"])), autocommit=True) as admin:
        if change.startswith("update person"):
            # With the identity that the row of the erasure knows.
            alice = lives.world.alice
            change = change.replace("'i'", f"'{alice.issuer}'").replace("'s'", f"'{alice.subject}'")
            change += f" where id = '{lives.world.bob.id}'"
        assert admin.execute(change).rowcount == 1  # type: ignore[call-overload]
    checks = await check_receipt(lives.resources, made)
    assert [each.good for each in checks].count(False) == 1


async def test_a_receipt_that_was_changed_or_made_elsewhere_is_refused(lives: Lives) -> None:
    made, secret = await receipt(lives), lives.resources.secret
    assert is_certified(made, secret)
    changed = deepcopy(made)
    changed["says"]["rows_destroyed"]["draft"] = 7
    foreign = certified(made["says"], b"another installation's secret")
    unsigned = [made | {"signature": signature} for signature in ("00", "no hex", None)]
    for wrong in (changed, foreign, *unsigned, made["says"], {}, [], None, "x"):
        assert not is_certified(wrong, secret)
        (only,) = await check_receipt(lives.resources, wrong)
        assert not only.good


async def test_another_certificate_of_ours_is_no_receipt(lives: Lives) -> None:
    checks = await check_receipt(lives.resources, certified({"what": "removal"}, lives.resources.secret))
    assert [each.good for each in checks] == [True, False]


async def test_there_is_none_while_the_erasure_is_under_way(lives: Lives) -> None:
    erasure_id = await begin(lives.resources, lives.world.alice.id, asked_by=PERSON)
    row = await erasure_of(lives.resources, erasure_id)
    with pytest.raises(Conflict):
        receipt_of(lives.resources, row)
    assert (await receipt_by(lives.resources, token_for(lives.resources.secret, erasure_id)))[1] is None


async def test_no_link_but_the_one_that_was_given_leads_to_it(lives: Lives, charlie: object) -> None:
    erasure_id = (await erase(lives.resources, lives.world.alice.id, asked_by=PERSON)).id
    good = token_for(lives.resources.secret, erasure_id)
    unknown = token_for(lives.resources.secret, lives.world.bob.id)
    guessed = ("", "x", erasure_id.hex, erasure_id.hex + "A" * 32, unknown, "é" * 64)
    for wrong in (*guessed, good[:-1], good + "A", good.upper()):
        with pytest.raises(NotFound):
            await receipt_by(lives.resources, wrong)


async def test_a_receipt_of_a_database_that_knows_nothing_of_it_says_so(lives: Lives) -> None:
    made = await receipt(lives)
    made["says"]["erasure"] = str(lives.world.bob.id)
    checks = await check_receipt(lives.resources, certified(made["says"], lives.resources.secret))
    assert [each.good for each in checks] == [True, False]
    assert "apply the list again" in checks[1].told


def test_an_emptied_mailbox_is_told_from_one_that_works(mailbox: Mailbox) -> None:
    assert not mailbox.erased
    mailbox.empty()
    assert mailbox.erased
    assert (mailbox.address, mailbox.zone) == ("", "")
