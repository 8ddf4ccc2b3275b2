"""The consent page and the page that says why there is none: plain HTML, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from app.sandbox.google.scopes import SIGN_IN, sentence
from app.sandbox.people import Person
from app.sandbox.wire import Answer, html_answer

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#202124}"
    "label{display:block;margin:.4rem 0}fieldset{border:1px solid #ccc;border-radius:8px;margin:1rem 0}"
    "button{font:inherit;padding:.5rem 1.2rem;margin-right:.6rem}small{color:#5f6368}"
)


def _page(title: str, body: str, status: int = 200) -> Answer:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    note = "<p><small>This is a practice server, not Google.</small></p>"
    markup = f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{body}{note}</body></html>'
    return html_answer(markup, status)


def stopped_page(status: int, code: str, text: str) -> Answer:
    """Return the page on which a consent ends that cannot even be asked for."""
    body = f"<h1>Access blocked</h1><p>{escape(text)}</p><p>Error {status}: <code>{escape(code)}</code></p>"
    return _page("Access blocked", body, status)


def _account(person: Person, *, chosen: bool) -> str:
    ticked = " checked" if chosen else ""
    shown = f"{escape(person.name)} &lt;{escape(person.email)}&gt;"
    return f'<label><input type="radio" name="account" value="{escape(person.email)}" required{ticked}> {shown}</label>'


def _tick(scope: str) -> str:
    if scope in SIGN_IN:  # Google shows these without a box
        return f"<p>{escape(sentence(scope))}</p>"
    shown = f"{escape(sentence(scope))}<br><small>{escape(scope)}</small>"
    return f'<label><input type="checkbox" name="allow" value="{escape(scope)}" checked> {shown}</label>'


def consent_page(
    *, program: str, people: Iterable[Person], hint: str, scopes: Iterable[str], asked: dict[str, str]
) -> Answer:
    """Return the page that asks: which account, which scopes, yes or no; `asked` comes back with the answer."""
    shown = list(people)
    fits = [person for person in shown if person.email.casefold() == hint.casefold()]
    first = fits[0] if fits else (shown[0] if shown else None)
    accounts = "".join(_account(person, chosen=person is first) for person in shown)
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in asked.items()
    )
    ticks = "".join(_tick(scope) for scope in scopes)
    body = (
        f"<h1>{escape(program)} wants access to your Google Account</h1>"
        f'<form method="post" action="authorize">{hidden}'
        f"<fieldset><legend>Account</legend>{accounts or '<p>There is no account here.</p>'}</fieldset>"
        f"<fieldset><legend>Select what {escape(program)} can access</legend>{ticks}</fieldset>"
        '<button name="answer" value="allow">Allow</button>'
        '<button name="answer" value="deny" formnovalidate>Deny</button></form>'
    )
    return _page("Sign in with a practice account", body)
