"""The first step of each of Entra's addresses: whose accounts a tenant's name lets in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.sandbox.clients import Client
from app.sandbox.entra.accounts import CONSUMERS, Account, tenant_of_domain
from app.sandbox.entra.refusals import EntraRefusal
from app.sandbox.modes import Modes

SEVERAL = ("common", "organizations")


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant as an address names it; `tid` is empty for `common` and `organizations`, which stand for several."""

    named: str
    tid: str = ""

    def admits(self, account: Account) -> bool:
        """Say whether this address takes the account."""
        if self.named == "common":
            return True
        return not account.personal if self.named == "organizations" else account.tid == self.tid


def tenant_named(name: str, accounts: Iterable[Account]) -> Tenant:
    """Return the tenant that an address names: `common`, `organizations`, `consumers`, an id or a domain.

    Raises AADSTS90002 for one that nobody here belongs to.
    """
    wanted = name.casefold()
    if wanted in SEVERAL:
        return Tenant(wanted)
    if wanted in {"consumers", CONSUMERS}:
        return Tenant("consumers", CONSUMERS)
    known = {account.tid for account in accounts if not account.personal}
    for tid in (wanted, tenant_of_domain(wanted)):
        if tid in known:
            return Tenant(tid, tid)
    text = f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the "
    raise EntraRefusal(90002, "invalid_request", f"{text}correct cloud. Check with your subscription administrator.")


def check_audience(client: Client, tenant: Tenant, modes: Modes) -> None:
    """Raise AADSTS50194 where a program of one organisation is used through an address of several."""
    if (client.project or modes.project) == "internal" and not tenant.tid:
        text = f"Application '{client.id}' is not configured as a multi-tenant application. Usage of the /common "
        raise EntraRefusal(50194, "invalid_request", f"{text}endpoint is not supported for such apps.")


def check_membership(client: Client, tenant: Tenant, account: Account, modes: Modes) -> None:
    """Raise AADSTS50020 for an account that the address, or the program's one organisation, does not know."""
    internal = (client.project or modes.project) == "internal"
    outside = internal and account.tid != tenant_of_domain(modes.organisation)
    if outside or not tenant.admits(account):
        text = f"User account '{account.email}' from identity provider 'live.com' does not exist in tenant "
        why = f"'{tenant.named}' and cannot access the application '{client.id}' in that tenant."
        raise EntraRefusal(50020, "invalid_request", text + why)
