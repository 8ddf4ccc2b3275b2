"""What can be granted, in words: the rights, the levels that fill in a form. The same for everybody, of no mailbox."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request

from app.access.acts import OFFERED
from app.access.bounds_said import approval_said, bounds_said
from app.access.levels import LEVELS, Level, LevelRule
from app.access.scopes import SCOPES, TEXT_VERSION, ScopeRule, ordered
from app.access.scopes import Scope as ScopeName
from app.locale.catalogues import Language
from app.models.conditions import Conditions
from app.models.grant import NeedsApproval
from app.web.api.shapes import Shape
from app.web.deps import PUBLIC
from app.web.languages import choose

router = APIRouter(prefix="/scopes", tags=["scopes"], dependencies=[PUBLIC])


class Scope(Shape):
    """One right inside a grant, as the sentence that an owner ticks."""

    scope: ScopeName
    says: str
    implies: list[ScopeName]
    offered: bool = Field(description="False for a right that no act here needs yet, and that so cannot be given.")


class LevelShown(Shape):
    """A level: it only fills in a form. `sentences` say what binds it, and when the owner approves."""

    level: Level
    name: str
    says: str
    scopes: list[ScopeName]
    needs_approval: NeedsApproval
    conditions: Conditions
    sentences: list[str]


class ScopeTable(Shape):
    """The whole table, in the caller's language; `text_version` is what an agreement keeps of its sentences."""

    scopes: list[Scope]
    levels: list[LevelShown]
    text_version: str


@router.get("", summary="What can be granted, in words")
async def get_scopes(request: Request) -> ScopeTable:
    """Return rights and levels as sentences; short and closed, so it comes in one part."""
    language = choose(request)
    return ScopeTable(
        scopes=[_scope(scope, rule, language) for scope, rule in SCOPES.items()],
        levels=[_level(level, rule, language) for level, rule in LEVELS.items()],
        text_version=TEXT_VERSION,
    )


def _scope(scope: ScopeName, rule: ScopeRule, language: Language) -> Scope:
    says = language.gettext(rule.says)
    return Scope(scope=scope, says=says, implies=ordered(rule.implies), offered=scope in OFFERED)


def _level(level: Level, rule: LevelRule, language: Language) -> LevelShown:
    return LevelShown(
        level=level,
        name=language.gettext(rule.name),
        says=language.gettext(rule.says),
        scopes=ordered(rule.scopes),
        needs_approval=rule.needs_approval,
        conditions=rule.conditions,
        sentences=[*bounds_said(rule.conditions, language), approval_said(rule, language.gettext, to_owner=True)],
    )
