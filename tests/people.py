"""Alice, Bob and Charlie, and short ways to what they have."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from app import clock
from app.access.identity import person_of
from app.access.scopes import closed, ordered
from app.actions import sign_in
from app.actions.connect_mailbox import connect_mailbox
from app.actions.desk import Desk
from app.actions.give import add_grant
from app.actions.held_consent import held_consent
from app.actions.resources import Resources
from app.actions.seats import open_desk
from app.models.conditions import UNBOUND, Conditions
from app.models.grant import Grant, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person
from app.sandbox.keys import SigningKey
from app.settings import Settings, load

ORIGIN = "http://localhost:8026"
KEY = SigningKey()  # of every practice server of a run: making one takes longer than most tests
ALICE = ("alice@practice.example", "Alice Amsel")
BOB = ("bob@practice.example", "Bob Brun")
CHARLIE = ("charlie@practice.example", "Charlie Chat")
MOTHER = "mother@family.example"
CLIENT = "client@customer.example"


def mail(sender: str, subject: str, body: str, *, to: str = ALICE[0], message_id: str = "", answers: str = "") -> bytes:
    """Return a plain raw mail."""
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Date: {clock.now():%a, %d %b %Y %H:%M:%S +0000}",
        f"Message-ID: {message_id or f'<{uuid4().hex}@mail.example>'}",
        *([f"In-Reply-To: {answers}", f"References: {answers}"] if answers else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
        "",
    ]
    return "\r\n".join(lines).encode()


PRACTICE_MAIL = (
    mail(
        f"Clara Client <{CLIENT}>",
        "Terrace in March?",
        "Could you start in March?",
        message_id="<march@customer.example>",
    ),
    mail(f"Mother <{MOTHER}>", "Sunday lunch", "Will you come on Sunday?"),
    mail("Shop <no-reply@shop.example>", "Your verification code", "Your verification code is 482 913."),
    mail("News <news@letter.example>", "Garden news", "Roses in November."),
)


def practice_settings(data_dir: Path, origin: str = ORIGIN, **more: object) -> Settings:
    """Return settings with every address of Google and Microsoft at the practice server."""
    return load(
        _env_file=None,
        data_dir=data_dir,
        google_client_id="practice",
        google_client_secret="practice",
        google_auth_url=f"{origin}/google/authorize",
        google_token_url=f"{origin}/google/token",
        google_revoke_url=f"{origin}/google/revoke",
        google_jwks_url=f"{origin}/google/certs",
        google_issuer=f"{origin}/google",
        gmail_api_url=f"{origin}/",
        **{
            "microsoft_client_id": "practice",
            "microsoft_client_secret": "practice",
            "microsoft_authority": f"{origin}/entra/common",
            "graph_api_url": f"{origin}/v1.0",
            "gmail_units_per_minute": 0,  # a test makes as many calls in a second as a person in an hour
        }
        | more,
    )


async def make_person(
    resources: Resources, email: str, name: str, *, language: str = "en", way: str = "google"
) -> Person:
    """Return somebody who has signed in once."""
    async with resources.db.transaction() as session:
        issuer = f"{ORIGIN}/{'google' if way == 'google' else 'entra/practice/v2.0'}"
        identity = {"issuer": issuer, "subject": f"subject of {email}"}
        return await person_of(session, **identity, email=email, name=name, language=language, now=clock.now())


async def connected_mailbox(
    resources: Resources, owner: Person, address: str = "", *, zone: str = "UTC", way: str = "google"
) -> Mailbox:
    """Connect a mailbox through the practice consent (google or microsoft), as the owner would."""
    browser, connecting = uuid4().hex, sign_in.Purpose.CONNECT
    url = await sign_in.begin(
        resources, connecting, way, browser=browser, person_id=owner.id, login_hint=address or owner.email
    )
    answer = await resources.transport._client.get(f"{url}&practice_consent=yes", follow_redirects=False)
    back = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    journey = await sign_in.finish(resources, connecting, way, browser=browser, person_id=owner.id, answer=back)
    consent = await held_consent(resources, journey.held_as, person_id=owner.id)
    return await connect_mailbox(resources, owner.id, consent, zone=zone)


async def make_grant(resources: Resources, mailbox: Mailbox, assistant: Person, **more: Any) -> Grant:
    """Give an assistant a grant at a mailbox, as `new_grant` has it."""
    grant = new_grant(mailbox, assistant, **more)
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        await add_grant(session, grant)
    return grant


def new_grant(
    mailbox: Mailbox,
    assistant: Person,
    *,
    scopes: tuple[str, ...] = ("mail.read", "label", "draft", "schedule"),
    needs_approval: NeedsApproval = NeedsApproval.ALWAYS,
    begins: datetime | None = None,
    until: datetime | None = None,
    conditions: Conditions = UNBOUND,
) -> Grant:
    """Return a grant that is not given yet."""
    return Grant(
        mailbox_id=mailbox.id,
        owner_id=mailbox.owner_id,
        assistant_id=assistant.id,
        scopes=list(ordered(closed(scopes))),
        needs_approval=needs_approval,
        conditions=conditions,
        begins_at=begins or clock.now() - timedelta(minutes=1),
        expires_at=until or clock.now() + timedelta(days=30),
        created_at=clock.now(),
    )


async def desk_of(resources: Resources, person: Person, mailbox: Mailbox) -> Desk:
    """Seat somebody at a mailbox."""
    return await open_desk(resources, person.id, mailbox.id, surface="test")
