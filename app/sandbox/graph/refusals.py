"""Graph's error answers: `{"error": {"code", "message", "innerError": {"date", "request-id", "client-request-id"}}}`.

Codes and texts are those of Microsoft's page "Microsoft Graph error responses" and of reported answers. Programs branch
on `code`; the date in it has no zone.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any

from app import clock
from app.sandbox.wire import Answer, json_answer

Json = dict[str, Any]
Headers = tuple[tuple[str, str], ...]
GRAPH_ID = "00000003-0000-0000-c000-000000000000"


class Refusal(Exception):
    """Graph says no, in Graph's words."""

    def __init__(self, status: int, code: str, message: str, *, headers: Headers = ()) -> None:
        """Keep what the answer is made of."""
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers

    def answer(self, client_request_id: str = "") -> Answer:
        """Return it as an HTTP answer."""
        request_id = str(uuid.uuid4())
        inner = {"date": f"{clock.now():%Y-%m-%dT%H:%M:%S}", "request-id": request_id}
        inner["client-request-id"] = client_request_id or request_id
        error = {"code": self.code, "message": self.message, "innerError": inner}
        return graph_json({"error": error}, self.status, headers=self.headers, request_id=request_id)


def graph_json(data: Any, status: int = 200, *, headers: Headers = (), request_id: str = "") -> Answer:
    """Return JSON as Graph prints it, on one line, with the ids Microsoft's support asks for."""
    made = json_answer(data, status, pretty=False)
    fixed = (("content-type", "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false"),)
    return Answer(status, made.body.rstrip(b"\n"), (*fixed, *traced(request_id), *headers))


def traced(request_id: str = "") -> Headers:
    """Return the headers that every answer of Graph's bears."""
    one = request_id or str(uuid.uuid4())
    return ("request-id", one), ("client-request-id", one), ("cache-control", "private")


def bad_token(message: str) -> Refusal:
    """401: no token, an unknown or an expired one."""
    where = "https://login.microsoftonline.com/common/oauth2/authorize"
    place = f'Bearer realm="", authorization_uri="{where}", client_id="{GRAPH_ID}"'
    return Refusal(401, "InvalidAuthenticationToken", message, headers=(("www-authenticate", place),))


def cut_off() -> Refusal:
    """401: continuous access evaluation found the consent ended; the claims go to the authorization endpoint."""
    claims = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1795690000"}}}').decode()
    place = f'Bearer realm="", client_id="{GRAPH_ID}", error="insufficient_claims", claims="{claims}"'
    text = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
    text += "TokenIssuedBeforeRevocationTimestamp"
    return Refusal(401, "InvalidAuthenticationToken", text, headers=(("www-authenticate", place),))


def access_denied() -> Refusal:
    """403: the scopes do not cover the call, or it is somebody else's mailbox."""
    return Refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def no_mailbox() -> Refusal:
    """404: the account has no mailbox in Exchange Online."""
    text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
    return Refusal(404, "MailboxNotEnabledForRESTAPI", text)


def not_found() -> Refusal:
    """404: no such item here: gone, moved, or another kind of id."""
    return Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed_id() -> Refusal:
    """400: this can be no id."""
    return Refusal(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def no_segment(segment: str) -> Refusal:
    """400: the path goes nowhere."""
    return Refusal(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def wrong_method() -> Refusal:
    """405: the path is right, the method is not."""
    return Refusal(405, "BadRequest", "Specified HTTP method is not allowed for the request target.")


def bad_request(message: str) -> Refusal:
    """400: the request cannot be understood."""
    return Refusal(400, "BadRequest", message)


def searched_with(name: str) -> Refusal:
    """400: this option goes with no search; learn.microsoft.com/graph/api/user-list-messages, codes as reported."""
    option = name[0].lower() + name[1:]
    return Refusal(400, f"SearchWith{name}", f"The query parameter '${option}' is not supported with '$search'.")


def bad_query(message: str) -> Refusal:
    """400: a query option cannot be understood."""
    return Refusal(400, "RequestBroker--ParseUri", message)


def bad_filter() -> Refusal:
    """400: the filter is well written, and Exchange cannot do it."""
    return Refusal(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")


def inefficient() -> Refusal:
    """400: what is ordered by does not come first in the filter."""
    text = "The restriction or sort order is too complex for this operation."
    return Refusal(400, "InefficientFilter", text)


def bad_body(message: str) -> Refusal:
    """400: the body does not fit the type it should be of."""
    return Refusal(400, "RequestBodyRead", message)


def changed_meanwhile() -> Refusal:
    """412: the etag is not that of the item as it is now."""
    text = "The send or update operation could not be performed because the change key passed in the request does not "
    return Refusal(412, "ErrorIrresolvableConflict", f"{text}match the current change key for the item.")


def no_recipients() -> Refusal:
    """400: nobody to send to, or an address that is none."""
    text = "At least one recipient isn't valid., A message can't be sent because it contains no recipients."
    return Refusal(400, "ErrorInvalidRecipients", text)


def send_as_denied() -> Refusal:
    """403: From is an address that is not this mailbox's."""
    text = "The user account which was used to submit this request does not have the right to send mail on behalf of "
    return Refusal(403, "ErrorSendAsDenied", f"{text}the specified sending account., Cannot submit message.")


def throttled(what: str, seconds: float) -> Refusal:
    """429: slow down; `what` is the limit's name."""
    headers = (("retry-after", str(max(1, round(seconds)))),)
    return Refusal(429, "ApplicationThrottled", f"Application is over its {what} limit.", headers=headers)


def unavailable() -> Refusal:
    """503: try later."""
    return Refusal(503, "ErrorServerBusy", "The server cannot service this request right now. Try again later.")


def not_practised(what: str) -> Refusal:
    """501: Graph has this, the practice server has not."""
    return Refusal(501, "NotImplemented", f"{what} is not practised here.")
