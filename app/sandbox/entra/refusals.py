"""Entra's refusals: `{"error", "error_description": "AADSTS…", "error_codes", "timestamp", "trace_id", …}`.

Numbers and texts: Microsoft's "Entra authentication and authorization error codes". A program may branch on `error` and
`suberror`; the numbers are for people, says that page.
"""

from __future__ import annotations

import uuid
from typing import Any

from app import clock
from app.sandbox.wire import Answer, json_answer

Json = dict[str, Any]


class EntraRefusal(Exception):
    """Entra says no. `suberror` and `claims` come along where the token endpoint sends them."""

    def __init__(
        self, number: int, error: str, text: str, *, status: int = 400, suberror: str = "", claims: str = ""
    ) -> None:
        """`number` is the one behind AADSTS; `error` the word of OAuth."""
        super().__init__(f"AADSTS{number}")
        self.number, self.error, self.text, self.status = number, error, text, status
        self.extra = {name: value for name, value in (("suberror", suberror), ("claims", claims)) if value}
        self.trace_id, self.correlation_id = str(uuid.uuid4()), str(uuid.uuid4())
        self.timestamp = f"{clock.now():%Y-%m-%d %H:%M:%S}Z"

    @property
    def description(self) -> str:
        """The sentence with the numbers that Microsoft's support asks for."""
        traced = f"Trace ID: {self.trace_id} Correlation ID: {self.correlation_id} Timestamp: {self.timestamp}"
        return f"AADSTS{self.number}: {self.text} {traced}"

    def answer(self) -> Answer:
        """Return it as the token endpoint answers."""
        body: Json = {
            "error": self.error,
            "error_description": self.description,
            "error_codes": [self.number],
            "timestamp": self.timestamp,
            "trace_id": self.trace_id,
            "correlation_id": self.correlation_id,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        return entra_json(body | self.extra, self.status)

    def parameters(self) -> dict[str, str]:
        """Return it as the redirect address gets it."""
        return {"error": self.error, "error_description": self.description}


def entra_json(data: Any, status: int = 200) -> Answer:
    """Return JSON as Entra prints it, on one line and never to be cached."""
    made = json_answer(data, status, pretty=False, headers=(("x-ms-request-id", str(uuid.uuid4())),))
    return Answer(made.status, made.body.rstrip(b"\n"), (*made.headers, ("pragma", "no-cache")))


def missing(name: str) -> EntraRefusal:
    """AADSTS900144: a parameter is not there."""
    return EntraRefusal(900144, "invalid_request", f"The request body must contain the following parameter: '{name}'.")


def needs_admin(program: str, *, error: str = "access_denied") -> EntraRefusal:
    """AADSTS90094: only an administrator can consent to this."""
    text = f"{program} needs permission to access resources in your organization that only an admin can grant. "
    return EntraRefusal(
        90094, error, f"{text}Please ask an admin to grant permission to this app before you can use it."
    )


def no_consent(program: str, error: str, *, suberror: str = "") -> EntraRefusal:
    """AADSTS65001: nobody has consented to this, or the consent was taken back."""
    text = f"The user or administrator has not consented to use the application with ID '{program}' named '{program}'. "
    more = "Send an interactive authorization request for this user and resource."
    return EntraRefusal(65001, error, text + more, suberror=suberror)
