"""The programs that may ask for consent, and whether a request comes from one of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import unquote_plus

from app.sandbox.wire import Request


@dataclass(frozen=True, slots=True)
class Client:
    """A registered program. Without `redirect_uris` any web address will do; `project` None follows the mode."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...] = ()
    project: str | None = None

    def may_return_to(self, redirect_uri: str) -> bool:
        """Say whether this redirect address is registered, letter by letter."""
        if self.redirect_uris:
            return redirect_uri in self.redirect_uris
        return redirect_uri.startswith(("http://", "https://")) and "#" not in redirect_uri


PRACTICE = Client("practice", "practice")


def credentials_of(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """Return client id and secret from HTTP Basic, else from the form; Google and Entra take both."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            plain = base64.b64decode(encoded, validate=True).decode()
        except ValueError:  # neither base64 nor text
            return "", ""
        client_id, _, secret = plain.partition(":")
        return unquote_plus(client_id), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def proven(client: Client, secret: str) -> bool:
    """Say whether the secret is the client's."""
    return hmac.compare_digest(client.secret.encode(), secret.encode())


def fits_challenge(verifier: str, challenge: str) -> bool:
    """Say whether a verifier is the one an S256 challenge was made of (RFC 7636)."""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())
