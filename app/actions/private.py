"""The owner's list of private senders: addresses and whole domains that no assistant ever sees."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app import clock
from app.access.acts import Act
from app.actions.desk import Desk
from app.actions.hand import About
from app.actions.hold_private import hold_private
from app.db.parts import Listed, Part
from app.errors import BadRequest, NotFound
from app.locale.catalogues import N_
from app.models.conditions import MailKind
from app.models.mailbox import Mailbox, SenderRule
from app.rules.addresses import as_sender, domain_of, normalised

_OWN = N_(
    "{sender} stands for your own mail, all of it: an assistant would see nothing any more. Name the people whose mail "
    "is private."
)


async def mark_sender(
    desk: Desk, sender: str, *, private: bool = True, excepted: Iterable[MailKind] = ()
) -> SenderRule:
    """Mark an address, or `@domain`, as private or as never private; in force at once, for what is shown too.

    `excepted` are the kinds of mail that an assistant may see of a private sender even so.

    What assistants have scheduled in conversations that are private now is held. The owner's own address is refused,
    and so is its domain: it stands on all her mail, and there would be nothing left to assist with.
    """
    named = as_sender(sender)
    if private and named in (normalised(desk.mailbox.address), domain_of(desk.mailbox.address)):
        raise BadRequest(_OWN, sender=named)
    rule = SenderRule(
        mailbox_id=desk.mailbox.id,
        id=uuid4(),
        sender=named,
        private=private,
        excepted=sorted(set(excepted)) if private else [],
        created_at=clock.now(),
    )

    async def keep(session: AsyncSession) -> None:
        values = rule.model_dump()
        news = {"private": private, "excepted": rule.excepted}
        marked = insert(SenderRule).values(values)
        marked = marked.on_conflict_do_update(index_elements=["mailbox_id", "sender"], set_=news)
        kept = await session.execute(marked.returning(col(SenderRule.id), col(SenderRule.created_at)))
        rule.id, rule.created_at = kept.one()
        await judge_anew(session, desk)

    async with desk.act(Act.SENDER_RULE, _about(rule.id, "private" if private else "not_private"), within=keep):
        pass
    if private:
        await hold_private(desk)
    return rule


async def unmark_sender(desk: Desk, rule_id: UUID) -> None:
    """Take a sender off the list."""

    async def drop(session: AsyncSession) -> None:
        gone = await session.execute(
            delete(SenderRule)
            .where(col(SenderRule.mailbox_id) == desk.mailbox.id, col(SenderRule.id) == rule_id)
            .returning(col(SenderRule.id))
        )
        if gone.first() is None:
            raise NotFound
        await judge_anew(session, desk)

    async with desk.act(Act.SENDER_RULE, _about(rule_id, "removed"), within=drop):
        pass


async def marked_senders(desk: Desk) -> list[SenderRule]:
    """Return the list, by sender; to the owner alone."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).whole(session)


async def part_of_senders(desk: Desk, *, size: int, after: str = "") -> Part[SenderRule]:
    """Return a part of the same list."""
    await desk.owner_only()
    async with desk.resources.db.transaction(mailbox=desk.mailbox.id) as session:
        return await _listed(desk).part(session, size=size, after=after)


def _listed(desk: Desk) -> Listed[SenderRule]:
    wanted = select(SenderRule).where(col(SenderRule.mailbox_id) == desk.mailbox.id)
    return Listed(wanted=wanted, by=(col(SenderRule.sender),))


async def judge_anew(session: AsyncSession, desk: Desk) -> None:
    """Have everything judged anew that was judged by what the owner said before; in an act that changes the mailbox."""
    mailbox = await session.get_one(Mailbox, desk.mailbox.id)  # locked with the decision
    mailbox.senders_version += 1


def _about(rule_id: UUID, reason: str) -> About:
    return About(noted={"subject_kind": "sender_rule", "subject_id": rule_id, "reason": reason})
