"""The master key: made once on the first start, kept from others, and proved to be the one that belongs."""

from __future__ import annotations

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from pydantic import SecretStr

from app.actions.opening import open_resources
from app.actions.resources import Resources
from app.db.master_key import FILE_NAME, master_keys
from app.db.sealed import MasterKeys
from app.errors import BadSetting, DatabaseTrouble
from app.settings import Settings
from tests.people import practice_settings

GOOD = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(1, 33))).decode()


def given(tmp_path: Path, key: str, **more: str) -> Settings:
    return practice_settings(tmp_path, master_key=SecretStr(key), **more)


def test_the_first_start_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    settings = practice_settings(tmp_path)
    keys = master_keys(settings)
    file = tmp_path / FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert master_keys(settings) == keys
    assert base64.b64decode(file.read_text()) == keys.keys[0]
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    assert keys.keys[0].hex() not in repr(settings)


def test_starts_at_once_keep_one_key(tmp_path: Path) -> None:
    settings = practice_settings(tmp_path)
    line = Barrier(8)

    def start(_number: int) -> MasterKeys:
        line.wait()
        return master_keys(settings)

    for _ in range(10):
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(start, range(8)))) == 1
        assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
        (tmp_path / FILE_NAME).unlink()


@pytest.mark.parametrize("wrong", ["x", "short==", base64.b64encode(b"x" * 31).decode(), f"{GOOD},x", " , ", "ключ"])
def test_a_key_that_is_none_is_told_in_one_sentence_without_its_value(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(BadSetting, match="DESKHAND_MASTER_KEY") as refused:
        master_keys(given(tmp_path, wrong))
    assert "openssl rand -base64 32" in refused.value.sentence()
    assert wrong.strip(" ,") == "" or wrong not in refused.value.sentence()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00", b"not a key", GOOD.encode()[:-4]])
def test_a_damaged_key_file_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(BadSetting):
        master_keys(practice_settings(tmp_path))
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_key_file_that_cannot_be_read_or_made_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(DatabaseTrouble, match="cannot be used"):
        master_keys(practice_settings(tmp_path))
    with pytest.raises(DatabaseTrouble, match="cannot be used"):
        master_keys(practice_settings(tmp_path / "nowhere"))


def test_with_a_server_of_ones_own_the_key_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="it is empty"):
        master_keys(given(tmp_path, "", database_url="postgresql://somewhere/deskhand"))
    assert not (tmp_path / FILE_NAME).exists()


def test_several_keys_stand_newest_first(tmp_path: Path) -> None:
    for written in (f"{GOOD},{OTHER}", f"{GOOD}\n{OTHER}\n", f" {GOOD} , {OTHER} "):
        keys = master_keys(given(tmp_path, written))
        assert keys.keys == (base64.b64decode(GOOD), base64.b64decode(OTHER))


async def test_another_key_than_the_databases_own_is_refused_in_one_sentence(
    resources: Resources, database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(DatabaseTrouble, match="not the key this database was made with") as refused:
        async with open_resources(given(tmp_path, GOOD), database_url):
            pass
    assert GOOD not in refused.value.sentence()


async def test_a_new_key_in_front_of_the_old_one_is_accepted(resources: Resources, database_url: str) -> None:
    settings = resources.settings
    old = (settings.data_dir / FILE_NAME).read_text().strip()
    fresh = base64.b64encode(os.urandom(32)).decode()
    async with open_resources(given(settings.data_dir, f"{fresh},{old}"), database_url) as opened:
        assert len(opened.keys.keys) == 2
    with pytest.raises(DatabaseTrouble):
        async with open_resources(given(settings.data_dir, fresh), database_url):
            pass
