"""The consent page and the page that says why there is none: plain HTML, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from app.sandbox.google.scopes import SIGN_IN, sentence
from app.sandbox.pages import account_choice, carried, practice_page
from app.sandbox.people import Person
from app.sandbox.wire import Answer


def _page(title: str, body: str, status: int = 200) -> Answer:
    return practice_page("Google", title, body, status)


def stopped_page(status: int, code: str, text: str) -> Answer:
    """Return the page on which a consent ends that cannot even be asked for."""
    body = f"<h1>Access blocked</h1><p>{escape(text)}</p><p>Error {status}: <code>{escape(code)}</code></p>"
    return _page("Access blocked", body, status)


def _tick(scope: str) -> str:
    if scope in SIGN_IN:  # Google shows these without a box
        return f"<p>{escape(sentence(scope))}</p>"
    shown = f"{escape(sentence(scope))}<br><small>{escape(scope)}</small>"
    return f'<label><input type="checkbox" name="allow" value="{escape(scope)}" checked> {shown}</label>'


def consent_page(
    *, program: str, people: Iterable[Person], hint: str, scopes: Iterable[str], asked: dict[str, str]
) -> Answer:
    """Return the page that asks: which account, which scopes, yes or no; `asked` comes back with the answer."""
    ticks = "".join(_tick(scope) for scope in scopes)
    body = (
        f"<h1>{escape(program)} wants access to your Google Account</h1>"
        f'<form method="post" action="authorize">{carried(asked)}{account_choice(people, hint)}'
        f"<fieldset><legend>Select what {escape(program)} can access</legend>{ticks}</fieldset>"
        '<button name="answer" value="allow">Allow</button>'
        '<button name="answer" value="deny" formnovalidate>Deny</button></form>'
    )
    return _page("Sign in with a practice account", body)
