"""The headers that keep a browser from doing with our pages what we did not mean, on every answer there is."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings

STATIC = "/static/"
PERSONAL_ACCOUNTS = "https://login.live.com"
# The address of a static file holds a hash of its content.
KEEP, KEEP_NOTHING = b"public, max-age=31536000, immutable", b"no-store"
REFUSED_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
    "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip

Headers = list[tuple[bytes, bytes]]


def content_policy(settings: Settings, *, script: str = "") -> str:
    """Return the Content-Security-Policy of our pages: our styles and pictures, no scripts, no frames.

    A page that is more useful with one `script` of ours allows this very file, by its whole address, and no other.

    Chromium applies form-action to the redirects after a form too, so the sign-in pages of the providers stand in it.
    """
    targets = dict.fromkeys(origin for origin in map(_origin, _sign_in_pages(settings)) if origin)
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self' data:",
            *([f"script-src {settings.public_url}{STATIC}{script}"] if script else ()),
            " ".join(["form-action 'self'", *targets]),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def with_script(settings: Settings, name: str) -> dict[str, str]:
    """Return the headers of a page that uses a script of ours."""
    return {"content-security-policy": content_policy(settings, script=name), "x-frame-options": "DENY"}


def _sign_in_pages(settings: Settings) -> list[str]:
    pages = []
    if settings.google_client_id or settings.google_signin_client_id:
        pages.append(settings.google_auth_url)
    if settings.microsoft_client_id or settings.microsoft_signin_client_id:
        # Microsoft sends the browser of a personal account on to a host of its own.
        pages += [settings.microsoft_auth_url or settings.microsoft_authority, settings.microsoft_signin_authority]
        pages.append(PERSONAL_ACCOUNTS)
    return pages


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def safe_headers(settings: Settings) -> Headers:
    """Return what every answer carries unless it says otherwise itself."""
    headers = {
        "content-security-policy": content_policy(settings),
        "x-content-type-options": "nosniff",
        # Not no-referrer: with it browsers send `Origin: null` from our own forms.
        "referrer-policy": "same-origin",
        "permissions-policy": ", ".join(f"{feature}=()" for feature in REFUSED_FEATURES),
        "cross-origin-opener-policy": "same-origin",
        "x-frame-options": "DENY",
    }
    if settings.secure_cookies:
        headers["strict-transport-security"] = "max-age=31536000"
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


class SafeHeaders:
    """ASGI middleware, the outermost: gives each request its id (`state.request_id`) and each answer its headers.

    An answer that sets Content-Security-Policy itself (the pane, which Outlook frames) also decides about framing.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.ours = safe_headers(settings)
        self.without_framing = [pair for pair in self.ours if pair[0] != b"x-frame-options"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(message, request_id, static=scope["path"].startswith(STATIC))
            await send(message)

        await self.app(scope, receive, with_headers)

    def _complete(self, start: Message, request_id: str, *, static: bool) -> Headers:
        given: Headers = list(start.get("headers", ()))
        names = {name.lower() for name, _ in given}
        ours = self.without_framing if b"content-security-policy" in names else self.ours
        given += [pair for pair in ours if pair[0] not in names]
        given.append((b"x-request-id", request_id.encode()))
        # What is missing today may be there tomorrow, so only what was found is kept.
        keep = static and start["status"] in (200, 304)
        if b"cache-control" not in names:
            given.append((b"cache-control", KEEP if keep else KEEP_NOTHING))
        if not static:
            given.append((b"cross-origin-resource-policy", b"same-origin"))
        return given
