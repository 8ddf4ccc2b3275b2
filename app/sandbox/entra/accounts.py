"""The people with a practice Microsoft account, and the tenants they belong to."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass

from app.sandbox.people import Person

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the one tenant of all personal accounts, the same everywhere
PERSONAL_DOMAINS = frozenset({"outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.example"})


def _guid(*parts: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256("/".join(parts).encode()).digest()[:16], version=4))


def tenant_of_domain(domain: str) -> str:
    """Return the id of an organisation's tenant: the same for a domain in every practice run."""
    return CONSUMERS if domain.casefold() in PERSONAL_DOMAINS else _guid("tenant", domain.casefold())


@dataclass(frozen=True, slots=True)
class Account(Person):
    """Somebody with a Microsoft account: a work account of the tenant of its domain, or a personal one."""

    @property
    def tid(self) -> str:
        """The tenant's id, a GUID."""
        return tenant_of_domain(self.domain)

    @property
    def personal(self) -> bool:
        """Whether it is an Outlook.com account that no organisation stands behind."""
        return self.tid == CONSUMERS

    @property
    def oid(self) -> str:
        """The lasting id within the tenant; that of a personal account is its PUID behind zeros."""
        made = _guid("oid", self.email.casefold())
        return f"00000000-0000-0000-{made[19:23]}-{made[24:]}" if self.personal else made

    @property
    def graph_id(self) -> str:
        """The id that Graph's `/me` shows: oid, and for a personal account the PUID alone (16 digits)."""
        return self.oid[19:].replace("-", "") if self.personal else self.oid

    def sub_for(self, client_id: str) -> str:
        """The subject of an id token: pairwise, another one for each program."""
        digest = hashlib.sha256(f"{client_id}/{self.oid}".encode()).hexdigest()
        return f"AAAAAAAAAAAAAAAAAAAA{digest[:23]}"
