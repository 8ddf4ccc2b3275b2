"""Everything a running practice server knows: people, mailboxes, consents, the ledger, faults and modes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.errors import NotFound
from app.sandbox.clients import PRACTICE, Client
from app.sandbox.entra.directory import Account, Directory
from app.sandbox.faults import FaultPlan
from app.sandbox.gmail.mailbox import Mailbox, SendAs
from app.sandbox.google.grants import Grants
from app.sandbox.graph.mailbox import GraphMailbox
from app.sandbox.keys import SigningKey
from app.sandbox.ledger import Ledger
from app.sandbox.modes import Modes, Units
from app.sandbox.people import Person
from app.sandbox.spool import Spool


@dataclass(frozen=True, slots=True)
class Left:
    """A letter that left a mailbox; `n` is the number of its call in the ledger."""

    n: int
    at: datetime
    mailbox: str
    message: str
    recipients: tuple[str, ...]


@dataclass(slots=True)
class Sandbox:
    """The state of one practice server; `origin` is its address, without a slash at the end."""

    origin: str
    people: dict[str, Person] = field(default_factory=dict)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    graph_mailboxes: dict[str, GraphMailbox] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=lambda: {PRACTICE.id: PRACTICE})
    grants: Grants = field(default_factory=Grants)
    entra: Directory = field(default_factory=Directory)
    ledger: Ledger = field(default_factory=Ledger)
    faults: FaultPlan = field(default_factory=FaultPlan)
    modes: Modes = field(default_factory=Modes)
    units: dict[str, Units] = field(default_factory=dict)
    left: list[Left] = field(default_factory=list)
    uploads: dict[str, object] = field(default_factory=dict)
    under_way: Counter[str] = field(default_factory=Counter)
    key: SigningKey = field(default_factory=SigningKey)
    spool: Spool = field(default_factory=Spool)

    def __post_init__(self) -> None:
        """Take the slash off the address, so that it can be put together with paths."""
        self.origin = self.origin.rstrip("/")

    @property
    def issuer(self) -> str:
        """Who signs the id tokens."""
        return f"{self.origin}/google"

    def add_person(self, email: str, name: str = "", locale: str = "en") -> Person:
        """Give somebody a Google account, or another name to one who has it."""
        person = Person(email, name or email.partition("@")[0].title(), locale)
        self.people[email.casefold()] = person
        return person

    def add_mailbox(self, owner: Person | str, send_as: Iterable[SendAs] = ()) -> Mailbox:
        """Give a person a mailbox, made if missing; further addresses may be pending (`verified=False`)."""
        person = owner if isinstance(owner, Person) else self.people.get(owner.casefold()) or self.add_person(owner)
        others = list(send_as)
        default = not any(one.default for one in others)
        primary = SendAs(person.email, person.name, primary=True, default=default)
        mailbox = self.mailboxes.get(person.email.casefold())
        if mailbox is None:
            mailbox = Mailbox(person.email, self.spool, [primary, *others])
            self.mailboxes[person.email.casefold()] = mailbox
        mailbox.send_as = [primary, *others]
        return mailbox

    def add_graph_person(self, email: str, name: str = "", locale: str = "en") -> Account:
        """Give somebody a Microsoft account, or another name to one who has it."""
        return self.entra.add(email, name, locale)

    def add_graph_mailbox(self, owner: Account | str, addresses: Iterable[str] = ()) -> GraphMailbox:
        """Give a person an Outlook mailbox, made if missing; it may send from further `addresses` as well."""
        account = owner if isinstance(owner, Account) else self.entra.account(owner) or self.add_graph_person(owner)
        key = account.email.casefold()
        if key not in self.graph_mailboxes:
            self.graph_mailboxes[key] = GraphMailbox(account.email, self.spool, locale=account.locale)
        mailbox = self.graph_mailboxes[key]
        mailbox.addresses = (account.email, *addresses)
        return mailbox

    def add_client(self, client: Client) -> None:
        """Register a program that may ask for consent."""
        self.clients[client.id] = client

    def mailbox(self, address: str) -> Mailbox:
        """Return the mailbox of an address; raise NotFound if it has none here."""
        found = self.receiving(address)
        if found is None:
            raise NotFound
        return found

    def receiving(self, address: str) -> Mailbox | None:
        """Return the mailbox that mail to an address reaches: its own, a verified one, either with +anything."""
        local, _, domain = address.casefold().rpartition("@")
        # Gmail delivers name+anything to name.
        plain = f"{local.partition('+')[0]}@{domain}"
        if plain in self.mailboxes:
            return self.mailboxes[plain]
        return next((box for box in self.mailboxes.values() if box.sender(plain)), None)

    def graph_mailbox(self, address: str) -> GraphMailbox:
        """Return the Outlook mailbox of an address; raise NotFound if it has none here."""
        found = self.graph_receiving(address)
        if found is None:
            raise NotFound
        return found

    def graph_receiving(self, address: str) -> GraphMailbox | None:
        """Return the Outlook mailbox that mail to an address reaches, with +anything or without."""
        local, _, domain = address.casefold().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        found = (box for box in self.graph_mailboxes.values() if box.may_send_as(plain))
        return self.graph_mailboxes.get(plain) or next(found, None)

    def person_of(self, mailbox: Mailbox) -> Person:
        """Return the owner of a mailbox."""
        return self.people[mailbox.address.casefold()]

    def close(self) -> None:
        """Throw the mail away."""
        self.spool.close()
