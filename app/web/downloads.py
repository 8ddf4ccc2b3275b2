"""Files of strangers, for saving: a browser never shows them in our name."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.responses import Response


def as_download(name: str, content: bytes) -> Response:
    """Return bytes as a file to save, whatever they claim to be (RFC 6266, RFC 8187)."""
    plain = re.sub(r'[^ -~]|["\\]', "_", name) or "file"
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            "X-Frame-Options": "DENY",
        },
    )
