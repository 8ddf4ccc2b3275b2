"""Entra's pages: who are you and do you agree, an administrator is needed, and the page on which it all ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from app.sandbox.entra.accounts import Account
from app.sandbox.entra.refusals import EntraRefusal
from app.sandbox.entra.scopes import sentence
from app.sandbox.pages import account_choice, carried, practice_page
from app.sandbox.wire import Answer

COMPANY = "Microsoft"


def stopped_page(refusal: EntraRefusal) -> Answer:
    """Return the page on which a request ends that sends nobody back."""
    body = f"<h1>Sign in</h1><p>Sorry, but we’re having trouble signing you in.</p><p>{escape(refusal.description)}</p>"
    return practice_page(COMPANY, "Sign in to your account", body, refusal.status)


def consent_page(
    *, program: str, people: Iterable[Account], hint: str, scopes: Iterable[str], asked: Mapping[str, str], admin: bool
) -> Answer:
    """Return the page that asks: which account, yes or no; there is one yes for everything that is asked for."""
    listed = "".join(f"<li>{escape(sentence(scope))}</li>" for scope in scopes)
    title = "Permissions requested" + (": review for your organization" if admin else "")
    body = (
        f"<h1>{title}</h1><p>{escape(program)} would like to:</p><ul>{listed}</ul>"
        f'<form method="post">{carried(asked)}{account_choice(people, hint)}'
        '<button name="answer" value="allow">Accept</button>'
        '<button name="answer" value="deny" formnovalidate>Cancel</button></form>'
    )
    return practice_page(COMPANY, "Sign in with a practice account", body)


def approval_page(refusal: EntraRefusal, way_back: str) -> Answer:
    """Return "Need admin approval": it stays where it is, and most browsers never come back from it."""
    body = (
        f"<h1>Need admin approval</h1><p>{escape(refusal.text)}</p><p>{escape(refusal.description)}</p>"
        f'<p><a href="{escape(way_back)}">Return to the application without granting consent</a></p>'
    )
    return practice_page(COMPANY, "Need admin approval", body)


def posting_page(redirect_uri: str, answer: Mapping[str, str]) -> Answer:
    """Return the form by which `response_mode=form_post` brings an answer back."""
    body = f'<form method="post" action="{escape(redirect_uri)}">{carried(answer)}<button>Continue</button></form>'
    return practice_page(COMPANY, "Working…", body)
