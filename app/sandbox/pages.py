"""What the practice pages have in common: plain HTML, everything escaped, and a line that says it is practice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from app.sandbox.people import Person
from app.sandbox.wire import Answer, html_answer

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#202124}"
    "label{display:block;margin:.4rem 0}fieldset{border:1px solid #ccc;border-radius:8px;margin:1rem 0}"
    "button{font:inherit;padding:.5rem 1.2rem;margin-right:.6rem}small{color:#5f6368}"
)


def practice_page(company: str, title: str, body: str, status: int = 200) -> Answer:
    """Return a page of the practice server that stands in for a company's; `body` is HTML."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    note = f"<p><small>This is a practice server, not {escape(company)}.</small></p>"
    markup = f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{body}{note}</body></html>'
    return html_answer(markup, status)


def carried(fields: Mapping[str, str]) -> str:
    """Return hidden inputs that bring a request's fields back with the form."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )


def account_choice(people: Iterable[Person], hint: str) -> str:
    """Return the choice between accounts; the one that is hinted at, else the first, is ticked."""
    shown = list(people)
    fits = [person for person in shown if person.email.casefold() == hint.casefold()]
    first = fits[0] if fits else (shown[0] if shown else None)
    accounts = "".join(_account(person, chosen=person is first) for person in shown)
    return f"<fieldset><legend>Account</legend>{accounts or '<p>There is no account here.</p>'}</fieldset>"


def _account(person: Person, *, chosen: bool) -> str:
    ticked = " checked" if chosen else ""
    shown = f"{escape(person.name)} &lt;{escape(person.email)}&gt;"
    return f'<label><input type="radio" name="account" value="{escape(person.email)}" required{ticked}> {shown}</label>'
