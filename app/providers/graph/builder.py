"""Microsoft's client library as a builder of requests; it never sends anything, and its answers' types are not used.

Left to itself it re-sends a POST on 503 and 504, and takes its token to any host that a nextLink names. One of its
typed messages costs 11 ms, the JSON 2 (measured).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import quote

from app.errors import CallNotAllowed

IMMUTABLE = 'IdType="ImmutableId"'  # ids that survive a move; learn.microsoft.com/graph/outlook-immutable-id
ME = "/users/me-token-to-replace"  # how the library writes `me`
STAND_IN, STOOD_IN = "stand-in-{}-", re.compile(r"stand-in-(\d+)-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request to Graph, its token left out."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


class Builder:
    """The library's resources below one Graph address, and the requests to them."""

    def __init__(self, api_url: str) -> None:
        """`api_url` as configured, without a slash at its end."""
        # Lazily: 40 MB and a second, which a process that never meets Graph does not pay.
        from kiota_abstractions.authentication import AnonymousAuthenticationProvider  # noqa: PLC0415
        from kiota_abstractions.method import Method  # noqa: PLC0415
        from kiota_abstractions.request_information import RequestInformation  # noqa: PLC0415
        from msgraph import GraphServiceClient  # noqa: PLC0415
        from msgraph.graph_request_adapter import GraphRequestAdapter  # noqa: PLC0415

        self.api_url, self._method, self._information = api_url, Method, RequestInformation
        adapter = GraphRequestAdapter(AnonymousAuthenticationProvider())
        self.me: Any = GraphServiceClient(request_adapter=adapter).me
        self.messages: Any = self.me.messages
        self.folders: Any = self.me.mail_folders
        self.categories: Any = self.me.outlook.master_categories
        self._expanded = lru_cache(maxsize=256)(self._expand)

    def request(
        self,
        method: str,
        node: Any,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        etag: str = "",
    ) -> Request:
        """Return a request to one of the library's resources; ids in it are percent-encoded, `/` and `+` too.

        `query` has OData names (`$select`) with a text, a number or a list of names. With an `etag`, a change is
        refused with 412 if the message has changed since. Raises CallNotAllowed for an option the resource has not.
        """
        url = self._url(node, query or {}).replace(ME, "/me", 1)
        if not url.startswith(f"{self.api_url}/me"):  # without a base the library builds half an address, in silence
            raise CallNotAllowed(detail="a request that does not go to the configured Graph")
        headers = {"accept": "application/json", "prefer": IMMUTABLE}
        headers |= {"content-type": "application/json"} if body is not None else {}
        headers |= {"if-match": etag} if etag else {}
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        return Request(method=method, url=url, headers=headers, body=content)

    def _url(self, node: Any, query: Mapping[str, Any]) -> str:
        """Return an address; the library takes it apart letter by letter, so it is asked once for each kind of one."""
        texts, path, asked = [], [], []
        for name, value in node.path_parameters.items():
            if name != "baseurl":
                path.append(name)
                texts.append(str(value))
        for name, value in query.items():
            asked.append((name, None if isinstance(value, str) else tuple(value) if isinstance(value, list) else value))
            texts += [value] if isinstance(value, str) else []
        url = self._expanded(node.url_template, tuple(path), tuple(asked))
        return STOOD_IN.sub(lambda found: quote(texts[int(found[1])], safe=""), url)

    def _expand(self, template: str, path: tuple[str, ...], query: tuple[tuple[str, Any], ...]) -> str:
        """Return an address with stand-ins for what differs from call to call."""
        built = self._information(self._method["GET"], template, {"baseurl": self.api_url})
        stand_ins = map(STAND_IN.format, count())
        built.path_parameters.update(zip(path, stand_ins, strict=False))
        for name, value in query:
            if name.replace("$", "%24") not in template:
                raise CallNotAllowed(detail=f"an option {name}")
            given = list(value) if isinstance(value, tuple) else next(stand_ins) if value is None else value
            built.query_parameters[name.replace("$", "%24")] = given
        return str(built.url)

    def content_of(self, node: Any) -> Request:
        """Return the request for a resource's bytes; the library knows `$value` of a message only."""
        request = self.request("GET", node)
        return replace(request, url=f"{request.url}/$value", headers={**request.headers, "accept": "*/*"})


@lru_cache(maxsize=8)
def builder(api_url: str) -> Builder:
    """Return the builder of requests to the Graph at `api_url`, made once: that costs a second."""
    return Builder(api_url)
