"""Whoever erases is killed after any of its commits; whoever comes next finishes, and nothing is half-visible then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import clock
from app.actions import erasing
from app.actions.audit import first_bad
from app.actions.erase import PERSON, erase, erasure_of, id_for
from app.actions.seats import open_desk
from app.db.database import Database
from app.db.embedded import Cluster
from app.errors import NotFound
from app.jobs.sweeps import go_on_with_all
from app.models.erasure import ErasureState
from tests.actions.situations import sends
from tests.erasing.conftest import Lives
from tests.erasing.remains import holding, of_mailbox, opens_anything, rows
from tests.erasing.test_erase import HERS

ALL, MOST = 1000, 27


class Killed(BaseException):
    """What `kill -9` is to a process: nothing catches it."""


@dataclass(frozen=True)
class Mortal(Database):
    """A database that its process reaches so many times, and then never again."""

    left: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def transaction(self, **whom: Any) -> AsyncIterator[AsyncSession]:
        """Open one, unless dead."""
        if not self.left[0]:
            raise Killed
        async with super().transaction(**whom) as session:
            yield session
        self.left[0] -= 1


def mortal(lives: Lives, commits: int) -> tuple[Any, list[int]]:
    """Return resources that live for so many commits, and what is left of them."""
    db, left = lives.resources.db, [commits]
    return replace(lives.resources, db=Mortal(db.pool, db.engine, db.lender, left)), left


async def test_an_erasure_takes_many_commits(lives: Lives) -> None:
    """Without this the numbers below might lie behind its end."""
    resources, left = mortal(lives, ALL)
    assert (await erase(resources, lives.world.alice.id, asked_by=PERSON)).state is ErasureState.DONE
    assert ALL - left[0] > MOST


@pytest.mark.parametrize("commits", range(1, MOST, 2))
async def test_T35_killed_anywhere_and_run_again_it_finishes(
    lives: Lives, cluster: Cluster, database_url: str, commits: int
) -> None:
    alice, mailbox_id = lives.world.alice, lives.world.mailbox.id
    with pytest.raises(Killed):
        await erase(mortal(lives, commits)[0], alice.id, asked_by=PERSON)
    during = list(rows(cluster, database_url))
    # Gone from the first commit on, all at once: her name, her address, her sign-ins.
    assert not [row for table, row in during if table == "person" and row["id"] == alice.id and row["email"]]
    assert not [row for table, row in during if table == "login" and row["person_id"] == alice.id]
    # The rows of a mailbox go together; as long as one is there, the others are.
    left = {table for table, _row in of_mailbox(during, mailbox_id)} & {"draft", "message", "sender_rule", "approval"}
    assert len(left) in (0, 4)

    clock.move(erasing.LEASE)  # what a dead process holds is free when its lease is over
    assert await go_on_with_all(lives.resources) == 1
    row = await erasure_of(lives.resources, id_for(alice.id))
    assert row.state is ErasureState.DONE
    after = list(rows(cluster, database_url))
    assert holding(after, HERS) == {}
    assert not opens_anything(lives.resources, after, mailbox_id)
    gone = row.account["destroyed"]
    assert (gone["draft"], gone["message"], gone["approval"], gone["login"], gone["proposal"]) == (1, 5, 1, 1, 1)
    said = row.account["mailboxes"][str(mailbox_id)]
    assert {"key", "key_destroyed_at", "consent_ended", "log_entries", "log_hash", "erased_at"} <= set(said)
    async with lives.resources.db.transaction(mailbox=mailbox_id) as session:
        assert await first_bad(session, mailbox_id) is None
    with pytest.raises(NotFound):
        await open_desk(lives.resources, lives.world.bob.id, mailbox_id, surface="test")
    assert sends(lives.world.sandbox) == 0
