"""People, their logins, and the consent requests that are under way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.columns import Digest, Moment


class Person(SQLModel, table=True):
    """Somebody who signs in; known by issuer and subject, the address is for show and never trusted."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    issuer: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)
    zone: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)

    @property
    def erased(self) -> bool:
        """Whether she had everything about her erased: the row stays for what refers to it, and names nobody."""
        return not self.issuer

    def empty(self) -> None:
        """Take everything out of the row that says who she is."""
        self.issuer, self.subject = "", str(self.id)  # nobody signs in with it: no provider's name is empty
        self.email = self.name = self.language = self.zone = ""

    @property
    def label(self) -> str:
        """Return how a person is shown to another: the name with the address."""
        return f"{self.name} <{self.email}>" if self.name else self.email


class Login(SQLModel, table=True):
    """One signed-in browser; the cookie holds a secret of which only the digest is kept."""

    __tablename__ = "login"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    # No salt: the secret is 32 random bytes, not a word that somebody could guess.
    secret_sha256: bytes = Field(sa_type=Digest, unique=True)
    person_id: UUID = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    agent: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    authenticated_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class ConsentRequest(SQLModel, table=True):
    """A journey to Google or Microsoft that has begun: single use, ten minutes, bound to one browser."""

    __tablename__ = "consent_request"

    state_sha256: bytes = Field(sa_type=Digest, primary_key=True)
    browser_sha256: bytes = Field(sa_type=Digest)
    purpose: str = Field(sa_type=Text)  # sign_in | connect
    provider: str = Field(sa_type=Text)
    nonce: str = Field(sa_type=Text)
    verifier: str = Field(sa_type=Text)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE")
    return_to: str = Field(sa_type=Text)  # the name of a place of ours, never an address
    return_id: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    held: bytes = Field(default=b"", sa_type=Digest)  # the sealed consent, until the owner has said yes to its address


class AdminRequest(SQLModel, table=True):
    """An owner waits for her administrator to let Deskhand in; one open request for each person and provider.

    `tenant` is the organisation that the administrator's own answer named, for show: it proves nothing.
    """

    __tablename__ = "admin_request"

    person_id: UUID = Field(foreign_key="person.id", ondelete="CASCADE", primary_key=True)
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    provider: str = Field(sa_type=Text)  # google | microsoft
    asked_at: datetime = Field(sa_type=Moment)
    granted_at: datetime | None = Field(default=None, sa_type=Moment)
    tenant: str = Field(default="", sa_type=Text)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)  # connected, or no longer wanted
