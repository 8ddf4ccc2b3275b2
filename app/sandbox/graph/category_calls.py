"""Calls on master categories: their colour may change, their name never."""

from __future__ import annotations

from typing import Any

from app.sandbox.graph.call import GONE, Call, graph_json
from app.sandbox.graph.categories import COLORS, Category
from app.sandbox.graph.refusals import Refusal, bad_body, not_found
from app.sandbox.graph.writing import object_of
from app.sandbox.wire import Answer

Json = dict[str, Any]
WHERE = "outlook/masterCategories"


def list_categories(call: Call) -> Answer:
    """GET /me/outlook/masterCategories."""
    return graph_json(
        {"@odata.context": call.context(WHERE), "value": [one.resource() for one in call.mailbox.categories]}
    )


def _named(call: Call) -> Category:
    found = call.mailbox.categories.find(call.keys[0])
    if found is None:
        raise not_found()
    return found


def _color(given: Json) -> str:
    color = given.get("color", "none")
    if color not in COLORS:
        raise bad_body(f"Cannot convert the literal '{color}' to the expected type 'microsoft.graph.categoryColor'.")
    return str(color)


def _shown(call: Call, one: Category, status: int = 200) -> Answer:
    return graph_json({"@odata.context": call.context(f"{WHERE}/$entity")} | one.resource(), status)


def get_category(call: Call) -> Answer:
    """GET /me/outlook/masterCategories/{id}."""
    return _shown(call, _named(call))


def create_category(call: Call) -> Answer:
    """POST /me/outlook/masterCategories: 201; 409 for a name that is there."""
    given = object_of(call.body(), "microsoft.graph.outlookCategory", ("displayName", "color"))
    name = given.get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise bad_body("The property 'displayName' is required.")
    made = call.mailbox.categories.create(name.strip(), _color(given))
    if made is None:
        raise Refusal(409, "CategoryNameDuplicate", "A category with the specified name already exists.")
    return _shown(call, made, 201)


def update_category(call: Call) -> Answer:
    """PATCH /me/outlook/masterCategories/{id}: the colour alone."""
    found = _named(call)
    given = object_of(call.body(), "microsoft.graph.outlookCategory", ("displayName", "color"))
    if "displayName" in given:
        raise Refusal(400, "ErrorInvalidPropertySet", "The property 'displayName' is read-only and can't be set.")
    found.color = _color(given)
    return _shown(call, found)


def delete_category(call: Call) -> Answer:
    """DELETE /me/outlook/masterCategories/{id}: messages keep the name."""
    call.mailbox.categories.remove(_named(call))
    return GONE
