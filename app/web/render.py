"""Pages: one Jinja2 environment for each language, and `page`, which fills a file of `pages/` for one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.locale.catalogues import N_, NAMES, Language
from app.models.person import Person
from app.web import dates
from app.web.cookies import LANGUAGE, LANGUAGE_LIFE, set_cookie
from app.web.csrf import session_token
from app.web.flash import SAYS, WARNS, Flash, flash_of, flash_value
from app.web.folding import SpokenEnvironment
from app.web.form_pages import page_of_form
from app.web.languages import choose, wanted
from app.web.states import state_shown
from app.web.visitor import visitor_of
from app.web.ways import signs_in_with, way_of

PAGES = Path(__file__).parent / "pages"
STATIC = Path(__file__).parent / "static"
ERASED = N_("an erased person")


class Crumb(NamedTuple):
    """One step of the way to a page; the page itself has no `href`. `text` is already in the reader's language."""

    text: str
    href: str = ""


class LanguageLink(NamedTuple):
    """One choice of the language switch; `href` is empty for the language of this page."""

    code: str
    name: str
    href: str


@cache
def environment(language: Language) -> Environment:
    """Return the pages' environment in one language: everything escaped, nothing undefined, sentences translated."""
    made = SpokenEnvironment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.spoken = language
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(language=language, static=static_url, state_shown=state_shown)
    made.globals.update(way_of=way_of, signs_in_with=signs_in_with)
    made.filters.update(
        called=partial(called, language=language),
        when=_when,
        day=_day,
        short=_short,
        on=partial(dates.on, language=language),
        number=partial(dates.number, language=language),
        size=partial(dates.size, language=language),
    )
    return made


def called(person: Person, *, whole: bool = False, language: Language) -> str:
    """Return how a person is named to another, `whole` with the address; an erased one has neither name nor address."""
    return (person.label if whole else person.name or person.email) or language.gettext(ERASED)


@pass_context
def _when(context: Context, moment: datetime, zone: str = "") -> Markup:
    return dates.when(moment, context["language"], zone or context["zone"])


@pass_context
def _short(context: Context, moment: datetime) -> Markup:
    return dates.short(moment, context["language"], context["zone"])


@pass_context
def _day(context: Context, moment: datetime, zone: str = "") -> Markup:
    return dates.day(moment, context["language"], zone or context["zone"])


@cache
def static_url(name: str) -> str:
    """Return a static file's address; it changes with the content, so that browsers may keep the file for good."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def page(
    request: Request,
    name: str,
    /,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    crumbs: Sequence[Crumb] = (),
    **values: object,
) -> HTMLResponse:
    """Fill the page `name` with `values` in the reader's language and zone.

    Every page also has: `visitor` (None when nobody is signed in), `csrf` (for `parts.form`), `settings`, `flash`
    (tone and sentence, or None), `crumbs`, `languages`, `path`, `zone`, `language`; and the filters `when`, `day`,
    `short`, `on`, `number` and `size`.
    """
    language, visitor, settings = choose(request), visitor_of(request), request.app.state.settings
    flash = flash_of(request)
    html = (
        environment(language)
        .get_template(name)
        .render(
            values,
            visitor=visitor,
            zone=visitor.zone if visitor else "",
            csrf=session_token(request),
            settings=settings,
            flash=("careful" if flash in WARNS else "good", language.gettext(SAYS[flash])) if flash else None,
            crumbs=crumbs,
            languages=language_links(request, language, keep_query=status == 200),
            path=request.url.path,
        )
    )
    response = HTMLResponse(html, status, dict(headers or {}))
    if chosen := wanted(request):
        set_cookie(response, LANGUAGE, chosen, settings, life=LANGUAGE_LIFE)
    return response


def language_links(request: Request, current: Language, *, keep_query: bool) -> list[LanguageLink]:
    """Return the language switch: links to this same page, or from an answer to a form to the page it stands on.

    Those to this page begin with `?` and hold no path: a path like `//elsewhere.example` would lead to another site.
    """
    readable = request.method in ("GET", "HEAD")
    kept = request.query_params.multi_items() if keep_query and readable else []
    others = [(key, value) for key, value in kept if key not in ("lang", "notice")]
    start = "?" if readable else f"{quote(page_of_form(request))}?"
    return [
        LanguageLink(code, name, "" if code == current.code else start + urlencode([*others, ("lang", code)]))
        for code, name in NAMES.items()
    ]


def go(request: Request, path: str, flash: Flash | None = None) -> RedirectResponse:
    """Send the browser on to a page of ours after a form; `path` is ours, never a visitor's."""
    joint = "&" if "?" in path else "?"
    target = f"{path}{joint}notice={flash_value(request, flash)}" if flash else path
    return RedirectResponse(target, 303)
