"""Sealed columns: what is sealed for one row opens in that row, with that key, and nowhere else."""

from __future__ import annotations

import os
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.db.sealed import MasterKeys, Vault, key_id
from app.errors import DatabaseTrouble

COLUMNS = st.sampled_from(["connection.refresh_token", "connection.access_token", "message.subject"])
FEW = st.sampled_from([UUID(int=n) for n in range(1, 4)])
SECRET = st.text(max_size=80)
KEY = bytes(range(32))


@given(FEW, COLUMNS, FEW, SECRET)
def test_what_is_sealed_opens_where_it_was_sealed(mailbox: UUID, column: str, row: UUID, secret: str) -> None:
    vault = Vault(mailbox, KEY)
    sealed = vault.seal(column, row, secret)
    assert vault.unseal(column, row, sealed) == secret
    assert sealed != vault.seal(column, row, secret)
    if len(secret) > 3:
        assert secret.encode() not in sealed


PLACES = st.tuples(FEW, COLUMNS, FEW)


@given(PLACES, PLACES)
def test_it_opens_in_no_other_mailbox_column_or_row(one: tuple[UUID, str, UUID], other: tuple[UUID, str, UUID]) -> None:
    assume(one != other)
    sealed = Vault(one[0], KEY).seal(*one[1:], "1//refresh")
    with pytest.raises(DatabaseTrouble, match="belongs to another row") as refused:
        Vault(other[0], KEY).unseal(*other[1:], sealed)
    assert "1//refresh" not in str(refused.value)


@given(st.binary(max_size=80), st.data())
def test_one_changed_bit_is_found(junk: bytes, data: st.DataObject) -> None:
    vault, row = Vault(uuid4(), KEY), uuid4()
    sealed = vault.seal("c", row, "secret")
    place = data.draw(st.integers(1, len(sealed) - 1))
    flipped = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    for wrong in (flipped, sealed[:-1], sealed + b"x", b"", junk):
        with pytest.raises(DatabaseTrouble):
            vault.unseal("c", row, wrong)


def test_each_mailbox_has_a_key_of_its_own_that_only_the_master_key_opens() -> None:
    keys, mailbox = MasterKeys((os.urandom(32),)), uuid4()
    vault, wrapped = keys.new_vault(mailbox)
    other, _ = keys.new_vault(mailbox)
    assert vault.key != other.key
    assert vault.key not in wrapped
    assert keys.unwrap(wrapped, mailbox.bytes, keys.newest_id) == vault.key
    with pytest.raises(DatabaseTrouble, match="belongs to another row"):
        keys.unwrap(wrapped, uuid4().bytes, keys.newest_id)


def test_a_new_master_key_goes_in_front_and_the_old_one_still_opens() -> None:
    old, new = os.urandom(32), os.urandom(32)
    mailbox = uuid4()
    vault, wrapped = MasterKeys((old,)).new_vault(mailbox)
    both = MasterKeys((new, old))
    assert both.unwrap(wrapped, mailbox.bytes, key_id(old)) == vault.key
    assert both.newest_id == key_id(new)
    assert both.unwrap(both.wrap(vault.key, mailbox.bytes), mailbox.bytes, key_id(new)) == vault.key
    with pytest.raises(DatabaseTrouble, match="not the key this database was made with"):
        MasterKeys((new,)).unwrap(wrapped, mailbox.bytes, key_id(old))


def test_a_keys_name_says_nothing_about_the_key() -> None:
    key = os.urandom(32)
    assert key_id(key) == key_id(key)
    assert key_id(key) != key_id(os.urandom(32))
    assert key.hex()[:16] != key_id(key)
    assert len(key_id(key)) == 16
