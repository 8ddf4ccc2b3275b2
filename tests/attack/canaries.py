"""Words nobody could guess, put where nobody but Alice may look; and every place where they must not turn up."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from email.message import EmailMessage

import psycopg

from app import clock
from app.db.cluster_server import ADMIN
from app.db.embedded import Cluster
from app.sandbox.gmail.mailbox import Mailbox
from app.sandbox.graph.mailbox import GraphMailbox
from tests.people import ALICE, CLIENT, MOTHER

FENCE = "<fence@customer.example>"
Box = Mailbox | GraphMailbox


def word() -> str:
    """Return a word that stands nowhere else."""
    return f"canary{secrets.token_hex(12)}"


@dataclass
class Canaries:
    """Each word by the place where it was put."""

    words: dict[str, str] = field(default_factory=dict)

    def put(self, place: str) -> str:
        """Return the word for a place."""
        return self.words.setdefault(place, word())

    def found_in(self, text: str) -> list[str]:
        """Return the places whose word stands in a text, as it is or in hexadecimal."""
        return [place for place, one in self.words.items() if one in text or one.encode().hex() in text]


def put_letters(box: Box, canaries: Canaries) -> None:
    """Put private letters into Alice's mailbox, and one public letter of a client's about a fence."""
    put = canaries.put
    mothers = _letter(
        f"{put('sender name')} <{MOTHER}>", f"For you {put('subject')}", f"Dear Alice, {put('body')}", html=put("html")
    )
    mothers.add_attachment(
        put("attachment").encode(), maintype="application", subtype="pdf", filename=f"{put('file name')}.pdf"
    )
    box.add(mothers.as_bytes(), labels=("INBOX", "Family", put("category")), internal_date=clock.now(), unread=True)
    code = _letter(
        f"{put('bank name')} <no-reply@bank.example>",
        f"Your verification code {put('code subject')}",
        f"Your verification code is 482 913. {put('code body')}",
    )
    box.add(code.as_bytes(), labels=("INBOX",), internal_date=clock.now(), unread=True)
    fence = _letter(f"Clara Client <{CLIENT}>", "The fence", "Shall we paint the fence?", message_id=FENCE)
    box.add(fence.as_bytes(), labels=("INBOX",), internal_date=clock.now(), unread=True)


def mother_joins(box: Box, canaries: Canaries) -> None:
    """Have Mother answer the client, so that the conversation about the fence is private from now on."""
    answer = _letter(f"Mother <{MOTHER}>", "Re: The fence", f"Not green! {canaries.put('later body')}", answers=FENCE)
    box.add(answer.as_bytes(), labels=("INBOX",), internal_date=clock.now(), unread=True)


def quoting_mother(canaries: Canaries) -> bytes:
    """Return a client's letter that quotes, as Outlook does, what Mother has written to both."""
    letter = _letter(f"Clara Client <{CLIENT}>", "The hedge", "Shall we cut it?")
    letter.add_alternative(
        "<html><body><div>Shall we cut it?</div>"
        '<div id="appendonsend"></div><hr tabindex="-1" style="display:inline-block; width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr"><b>From:</b> Mother {canaries.put("quoted name")} &lt;{MOTHER}&gt;<br>'
        f"<b>Subject:</b> {canaries.put('quoted subject')}</div>"
        f"<div>I would rather keep it. {canaries.put('quoted words')}</div></body></html>",
        subtype="html",
    )
    return letter.as_bytes()


def _letter(
    sender: str, subject: str, text: str, *, html: str = "", message_id: str = "", answers: str = ""
) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, ALICE[0], subject
    letter["Message-ID"] = message_id or f"<{secrets.token_hex(8)}@mail.example>"
    if answers:
        letter["In-Reply-To"] = letter["References"] = answers
    letter.set_content(text)
    if html:
        letter.add_alternative(f"<p>{html}</p>", subtype="html")
    return letter


def whole_database(cluster: Cluster, database_url: str) -> str:
    """Return every row of every table as text, the jobs' included, read by the superuser."""
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    with psycopg.connect(cluster.url(ADMIN, str(name))) as admin:
        tables = admin.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables"
            " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        rows = [
            (table, row) for (table,) in tables for (row,) in admin.execute(f"select t::text from {table} t").fetchall()
        ]
    return "\n".join(f"{table} {row}" for table, row in rows)
