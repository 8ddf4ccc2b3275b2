"""What must not stand in a file of ours: secrets, paths of somebody's machine, hosts of package indexes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.result import ROOT, Result, our_files

# The brackets keep this file from finding itself.
FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE[ ]KEY-----")),
    ("a Google API key", re.compile(r"\bAIz[a][0-9A-Za-z_-]{35}\b")),
    ("a Google client secret", re.compile(r"\bGOCSP[X]-[0-9A-Za-z_-]{20,}")),
    ("a Google access token", re.compile(r"\bya2[9]\.[0-9A-Za-z_-]{30,}")),
    ("a Google refresh token", re.compile(r"\b1//0[0-9A-Za-z_-]{30,}")),
    ("a Microsoft client secret", re.compile(r"\b[0-9A-Za-z_~.-]{3}[0-9]Q[~][0-9A-Za-z_~.-]{31,}")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pa[t]_[0-9A-Za-z_]{40,})")),
    ("a Slack token", re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{20,}")),
    ("an AWS key", re.compile(r"\bAKI[A][0-9A-Z]{16}\b")),
    ("a signed token", re.compile(r"\beyJ[0-9A-Za-z_-]{15,}\.eyJ[0-9A-Za-z_-]{15,}\.[0-9A-Za-z_-]{15,}")),
    ("a machine's path", re.compile(r"(?<![\w.])/wor[k]/|/root/\.pyen[v]|(?<![\w.])/(?:hom[e]|User[s])/[a-z]\w*/")),
    (
        "a package index",
        re.compile(
            r"\bpyp[i]\.org|pythonhoste[d]\.org"
            # A setting that names an index matters by the host it is given; a test may give it this machine.
            r"|(?:index[-_]ur[l]|UV_INDE[X]|PIP_INDE[X])\w*\W{0,4}https?://(?!127\.0\.0\.1)"
        ),
    ),
)
NEVER_TRACKED = re.compile(r"(^|/)(\.env|[^/]*\.(pem|key|p12|pfx)|id_(rsa|ed25519))$")


def check(root: Path = ROOT) -> Result:
    """Read every file under version control; a find tells the kind and the line, never the secret itself."""
    result = Result()
    for path in our_files(root):
        name = path.relative_to(root).as_posix()
        if NEVER_TRACKED.search(name):
            result.failures.append(f"{name} does not belong under version control")
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for kind, pattern in FORBIDDEN:
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.start()) + 1
                result.failures.append(f"{name}:{line}: this looks like {kind}")
    return result
