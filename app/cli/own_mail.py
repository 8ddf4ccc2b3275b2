"""What the doctor says of Deskhand's own letters, and the test letter it sends."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from app.errors import BadRequest
from app.notices.letter import Letter, wire_bytes
from app.notices.outlet import Outlet, Secured, outlet_of
from app.notices.recipients import recipient
from app.notices.smtp import NobodyKnows, NotTaken, at_the_door
from app.settings import Settings

NO_MAIL = "DESKHAND_MAIL_URL is empty: invitations are links to copy, and notices stand in the console alone"
SECURED = {
    Secured.TLS: "by TLS",
    Secured.STARTTLS: "by STARTTLS, and not without it",
    Secured.LOOPBACK: "on this machine, unencrypted",
}


def mail_out(settings: Settings) -> str:
    """Say where letters leave."""
    outlet = outlet_of(settings)
    if outlet is None:
        return NO_MAIL
    return f"over SMTP at {outlet.host}:{outlet.port} {SECURED[outlet.secured]}, as {outlet.sender}"


async def send_test(settings: Settings, address: str) -> tuple[bool, str]:
    """Send a test letter; return whether the mail server has taken it, and what it said."""
    outlet = outlet_of(settings)
    if outlet is None:
        return False, f"{NO_MAIL}; set it, and DESKHAND_MAIL_FROM"
    try:
        letter = _letter(outlet, recipient(address))
        async with at_the_door(outlet, letter.to) as door:
            said = await door.hand_over(wire_bytes(letter, outlet, datetime.now(UTC)))
    except BadRequest as wrong:
        return False, wrong.sentence()
    except NotTaken as refused:
        words = _printable(refused.said).removeprefix(refused.answer.rpartition(" ")[2])
        return False, f"the mail server did not take it: {refused.answer} {words.strip()}".rstrip()
    except NobodyKnows:
        return False, "the mail server was given the letter and did not answer: nobody knows whether it arrives"
    return True, f"the mail server took it: {_printable(said)}"


def _letter(outlet: Outlet, to: str) -> Letter:
    return Letter(
        to=to,
        subject="A test letter from Deskhand",
        paragraphs=["This letter was asked for with `deskhand doctor --send-test`. It needs no answer."],
        link="",
        closing="",
        language="en",
        message_id=f"<{uuid4().hex}@{outlet.domain}>",
        mark="",
    )


def _printable(said: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())[:300]
