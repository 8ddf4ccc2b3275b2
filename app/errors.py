"""Everything that can be refused or go wrong, each with a sentence, a stable code and an HTTP status.

    AppError
    ├── BadSetting · DatabaseTrouble · UnreadableInput                 what stops a command
    ├── NotSignedIn · SignInAgain · BadCsrf · BadRequest · NotFound · Conflict      what a surface refuses
    ├── EmergencyUnanswered · NoHurry                                  what waits for the hours of those concerned
    ├── BadKey · KeyNotTaken · KeyAndSession · TooManyTries            what it refuses a program
    ├── Denied                                                         what `decide` refuses, with its reason
    ├── ConsentRefused                      what comes back instead of a consent (app/consent_errors.py)
    │   └── AdminForbidsApp · AdminRefused · OutsideOrganisation · AnotherPerson · BadConsent
    └── ProviderError
        ├── CallNotAllowed                                             what Deskhand itself never asks
        ├── MailboxDisconnected · ScopeMissing · ProviderRefused       final until a person acts
        ├── MessageGone · InvalidMessage · Unsupported                 final for this call
        │   └── UnreadableDraft                                        what nobody could say yes to
        ├── ProviderBusy                                               later, it says when
        │   └── TooMuchSent                                            the mailbox has sent as much as it may
        └── NoAnswer                                                   nobody knows whether it happened

The docstring of a class is its sentence and its gettext key; `{names}` in it are filled from keyword arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar


class AppError(Exception):
    """Something went wrong here. It has been noted."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, text: str | None = None, /, **values: object) -> None:
        """Keep the sentence (`text`, else the docstring) and what fills its `{names}`."""
        self.text = text or " ".join((type(self).__doc__ or "").split())
        self.values = values
        super().__init__(self.text)

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """Return what a person reads, in the language of `translate` (a gettext function)."""
        return translate(self.text).format(**self.values) if self.values else translate(self.text)

    def __str__(self) -> str:
        return self.sentence()


class BadSetting(AppError):
    """The setting {name} cannot be used: {why}"""

    code, status = "bad_setting", 500


class DatabaseTrouble(AppError):
    """The database cannot be used."""

    code, status = "database_unavailable", 503


class UnreadableInput(AppError):
    """This file or folder cannot be read as mail: {path}"""

    code, status = "unreadable_input", 400


class NotSignedIn(AppError):
    """Sign in first."""

    code, status = "not_signed_in", 401


class SignInAgain(AppError):
    """For this step, sign in once more: your last sign-in is more than five minutes old."""

    code, status = "sign_in_again", 401


class BadKey(AppError):
    """This key opens nothing: it was never made here, or it has ended."""

    code, status = "bad_key", 401


class KeyNotTaken(AppError):
    """A program's key does not open this: it opens what its assistant may do in one mailbox, and nothing else."""

    code, status = "key_not_taken", 403


class KeyAndSession(AppError):
    """This request brings a program's key and a browser's sign-in. Send one of the two."""

    code, status = "key_and_session", 400


class TooManyTries(AppError):
    """Too many wrong keys came from here. Wait a minute, then try again."""

    code, status = "too_many_tries", 429

    def __init__(self, text: str | None = None, /, *, retry_after: float, **values: object) -> None:
        """`retry_after`: seconds until the next try is looked at."""
        super().__init__(text, **values)
        self.retry_after = retry_after


class EmergencyUnanswered(AppError):
    """It is out of hours until {opens}. Is this an emergency? If not, say so, and it leaves then."""

    code, status = "emergency_unanswered", 409


class NoHurry(AppError):
    """The owner lets nothing leave out of hours. If you say that it is no emergency, it leaves at {opens}."""

    code, status = "no_hurry", 403


class BadCsrf(AppError):
    """This request did not come from one of our pages. Reload the page and try again."""

    code, status = "bad_csrf", 403


class BadRequest(AppError):
    """This request cannot be understood: {why}"""

    code, status = "bad_request", 400


class NotFound(AppError):
    """There is no such thing here, or it is not yours to see."""

    code, status = "not_found", 404


class Conflict(AppError):
    """Something changed meanwhile. Look again, then decide."""

    code, status = "conflict", 409


class Denied(AppError):
    """You may not do this here."""

    code, status = "denied", 403

    def __init__(self, text: str, /, *, reason: str, **values: object) -> None:
        """`reason` is the stable code of the rule that spoke; it becomes this error's code."""
        super().__init__(text, **values)
        self.reason = reason


class ProviderError(AppError):
    """The mail provider answered with an error: {detail}"""

    code, status = "provider_error", 502


class CallNotAllowed(ProviderError):
    """Deskhand makes no such call to a mail provider: {detail}"""

    code, status = "call_not_allowed", 500


class MailboxDisconnected(ProviderError):
    """The connection to this mailbox has ended. Its owner has to connect it again."""

    code, status = "mailbox_disconnected", 409


class ScopeMissing(ProviderError):
    """The owner's consent does not cover this. The owner can add the missing permission by connecting again."""

    code, status = "provider_scope_missing", 409


class ProviderRefused(ProviderError):
    """The mail provider refuses this: {detail}"""

    code, status = "provider_refused", 409


class MessageGone(ProviderError):
    """This message or draft is no longer in the mailbox."""

    code, status = "message_gone", 404


class InvalidMessage(ProviderError):
    """The mail provider cannot accept this message: {detail}"""

    code, status = "invalid_message", 422


class UnreadableDraft(InvalidMessage):
    """Not all of this draft can be looked at here, so it cannot leave from here. Send it from the mailbox."""

    code = "unreadable_draft"


class Unsupported(ProviderError):
    """This provider cannot do that: {detail}"""

    code, status = "unsupported", 501


class ProviderBusy(ProviderError):
    """The mail provider is busy. Deskhand tries again by itself."""

    code, status = "provider_busy", 503

    def __init__(self, text: str | None = None, /, *, retry_after: float | None = None, **values: object) -> None:
        """`retry_after`: seconds the provider asked us to wait, None if it named no time."""
        super().__init__(text, **values)
        self.retry_after = retry_after


class TooMuchSent(ProviderBusy):
    """The mail provider lets this mailbox send nothing more for now. Deskhand tries again by itself."""

    code, status = "provider_limit", 503


class NoAnswer(ProviderError):
    """The mail provider did not answer, so nobody knows yet whether it was done."""

    code, status = "no_answer", 504
