"""Where the master key comes from: the setting, or a file in the data folder that is made on the first start."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.sealed import MasterKeys
from app.errors import BadSetting, DatabaseTrouble
from app.models.audit import Installation
from app.settings import Settings

FILE_NAME = "master.key"
_PROOF, _SECRET = b"deskhand", b"deskhand secret"


def master_keys(settings: Settings) -> MasterKeys:
    """Return the keys; make the first one in embedded mode. Raises BadSetting for a key that is none."""
    given = settings.master_key.get_secret_value()
    if not given and not settings.embedded:
        raise BadSetting(name="DESKHAND_MASTER_KEY", why="it is empty; make one with `openssl rand -base64 32`")
    words = (given or _from_file(settings.data_dir / FILE_NAME)).replace(",", " ").split()
    return MasterKeys(tuple(_decoded(word) for word in words or [""]))


def existing_keys(settings: Settings) -> MasterKeys:
    """Return the keys that are there; raise DatabaseTrouble where `master_keys` would make the first one."""
    path = settings.data_dir / FILE_NAME
    if settings.embedded and not settings.master_key.get_secret_value() and not path.exists():
        raise DatabaseTrouble(
            "The master key is not here. It is half of every backup: put the copy of it that you have kept into "
            "{path}, or into DESKHAND_MASTER_KEY.",
            path=path,
        )
    return master_keys(settings)


def key_place(settings: Settings) -> str:
    """Return where the master key comes from, in words."""
    return "DESKHAND_MASTER_KEY" if settings.master_key.get_secret_value() else str(settings.data_dir / FILE_NAME)


def _from_file(path: Path) -> str:
    try:
        # Made whole under another name first: two starts at once, or a kill in between, leave one good key.
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
            # 0600 from the first byte on: a mode set afterwards would leave a moment in which others could read.
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(base64.b64encode(os.urandom(32)) + b"\n")
                os.fsync(file.fileno())
            _keep_first(fresh, path)
        return path.read_text(encoding="ascii", errors="replace")
    except OSError as trouble:
        raise DatabaseTrouble("The master key {path} cannot be used: {why}", path=path, why=trouble.strerror) from None


def _keep_first(fresh: Path, path: Path) -> None:
    try:
        # A link fails where a file stands; a rename would replace the key that another start uses already.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _decoded(word: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise BadSetting(name="DESKHAND_MASTER_KEY", why="a key is 32 bytes in base64 (`openssl rand -base64 32`)")
    return key


async def prove(session: AsyncSession, keys: MasterKeys) -> bytes:
    """See that these keys open this database and return the installation's own secret; the first start makes both.

    Raises DatabaseTrouble if they do not.
    """
    wrapped = keys.wrap(os.urandom(32), _SECRET)
    first = {"id": 1, "master_id": keys.newest_id, "proof": keys.wrap(_PROOF, _PROOF), "secret": wrapped}
    await session.execute(insert(Installation).values(first).on_conflict_do_nothing())
    # Read back whatever won: two first starts at once may both have written.
    row = await session.get_one(Installation, 1)
    if not row.secret:  # made by an earlier version
        row = await session.get_one(Installation, 1, with_for_update=True, populate_existing=True)
        row.secret = row.secret or MasterKeys((keys.named(row.master_id),)).wrap(os.urandom(32), _SECRET)
    if keys.unwrap(row.proof, _PROOF, row.master_id) != _PROOF:
        raise DatabaseTrouble("The proof of the master key in the database was changed.")
    return keys.unwrap(row.secret, _SECRET, row.master_id)


async def in_use(session: AsyncSession, keys: MasterKeys) -> MasterKeys:
    """Return the keys with the one in front that wraps at present; it stays so until this transaction has ended.

    A newer one at hand is not used before `rewrap` has moved everything: other processes may not have it yet.
    """
    row = await session.get_one(Installation, 1, with_for_update={"read": True}, populate_existing=True)
    first = keys.named(row.master_id)
    return MasterKeys((first, *(key for key in keys.keys if key != first)))


async def move_proof(session: AsyncSession, keys: MasterKeys) -> bool:
    """Wrap the proof and the secret by the newest master key; say whether they were not yet."""
    row = await session.get_one(Installation, 1, with_for_update=True, populate_existing=True)
    if row.master_id == keys.newest_id:
        return False
    row.proof = keys.moved(row.proof, _PROOF, row.master_id)
    row.secret = keys.moved(row.secret, _SECRET, row.master_id)
    row.master_id = keys.newest_id
    return True
