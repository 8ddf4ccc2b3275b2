"""The practice Gmail called as a plain function: for machines of thousands of calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from app.sandbox.gmail import router
from app.sandbox.ledger import Seen
from app.sandbox.sandbox import Sandbox
from app.sandbox.wire import Answer, Request
from tests.sandbox.practice import ALICE, FULL, ME


@dataclass
class Direct:
    """Calls on one person's mailbox, without HTTP in between; the ledger is kept as the server keeps it."""

    sandbox: Sandbox
    email: str = ALICE
    scope: str = FULL
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.sandbox.grants.new_access("practice", self.email, tuple(self.scope.split()))

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, Any]:
        """Make a call and return status and JSON, None where there is none."""
        answer, _ = self.whole(method, path, body, **params)
        return answer.status, orjson.loads(answer.body) if answer.body else None

    def whole(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[Answer, Seen]:
        """Make a call and return everything that came of it."""
        pairs = tuple(
            (name, str(one))
            for name, value in params.items()
            for one in (value if isinstance(value, list) else [value])
        )
        headers = {"authorization": f"Bearer {self.token}"}
        content = b"" if body is None else orjson.dumps(body)
        where = f"{ME}/{quote(path, safe='/')}"
        answer, seen = router.answer(self.sandbox, Request(method, where, pairs, headers, content))
        self.sandbox.ledger.record("gmail", method, where, status=answer.status, seen=seen)
        return answer, seen

    def get(self, path: str, **params: Any) -> Any:
        """Read something that must be there."""
        return self.done("GET", path, **params)

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """Do something that must succeed."""
        return self.done("POST", path, body, **params)

    def done(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """Make a call that must succeed."""
        status, found = self.ask(method, path, body, **params)
        assert status < 300, found
        return found
