"""Files of strangers, for saving: a browser never shows them in our name."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse


def as_download(name: str, content: bytes) -> Response:
    """Return bytes as a file to save, whatever they claim to be (RFC 6266, RFC 8187)."""
    return Response(content, media_type="application/octet-stream", headers=_headers(name))


def as_stream(name: str, media_type: str, chunks: AsyncIterator[bytes]) -> StreamingResponse:
    """Return a file of ours to save, sent while it is made."""
    return StreamingResponse(chunks, media_type=media_type, headers=_headers(name) | {"Cache-Control": "no-store"})


def _headers(name: str) -> dict[str, str]:
    plain = re.sub(r'[^ -~]|["\\]', "_", name) or "file"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
    }
