"""What comes back instead of a consent: nothing was connected, and nobody was signed in."""

from __future__ import annotations

from app.errors import AppError


class ConsentRefused(AppError):
    """Nothing was connected, because it was not allowed. You can start again at any time."""

    code, status = "consent_refused", 403


class AdminForbidsApp(ConsentRefused):
    """The administrator of this account does not allow it yet. They can trust the client id {client_id}."""

    code, status = "admin_policy_enforced", 403


class AdminRefused(ConsentRefused):
    """The administrator has not agreed. The same link can be opened again later."""

    code, status = "admin_refused", 403


class OutsideOrganisation(ConsentRefused):
    """This sign-in is for one organisation only, and this account does not belong to it."""

    code, status = "org_internal", 403


class AnotherPerson(ConsentRefused):
    """You signed in as somebody else this time, so nothing was done. You are still signed in as before."""

    code, status = "another_person", 403


class BadConsent(ConsentRefused):
    """The answer of this sign-in cannot be trusted, so nothing was connected. Start again."""

    code, status = "bad_consent", 400

    def __init__(self, text: str | None = None, /, *, reason: str, **values: object) -> None:
        """`reason` is the stable code of the check that failed, such as `mixed_issuer` or `bad_nonce`."""
        super().__init__(text, **values)
        self.reason = reason
