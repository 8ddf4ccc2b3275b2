"""Calls on mail folders."""

from __future__ import annotations

from typing import Any

from app.sandbox.graph.call import Call, graph_json
from app.sandbox.graph.folders import Folder
from app.sandbox.graph.refusals import Refusal, bad_body
from app.sandbox.graph.writing import object_of
from app.sandbox.wire import Answer

Json = dict[str, Any]


def _resource(call: Call, folder: Folder) -> Json:
    inside = [item for item in call.mailbox.newest_first() if item.folder is folder]
    return {
        "id": folder.id,
        "displayName": folder.name,
        "parentFolderId": folder.parent or folder.id,
        "childFolderCount": len(call.mailbox.folders.below(folder)),
        "unreadItemCount": sum(not item.read for item in inside),
        "totalItemCount": len(inside),
        "sizeInBytes": sum(item.place.length for item in inside if item.place),
        "isHidden": False,
    }


def _listed(call: Call, parent: Folder) -> Answer:
    top, skip = call.request.parameter("$top", "10"), call.request.parameter("$skip", "0")
    first, most = (int(value) if value.isdecimal() else 0 for value in (skip, top))
    found = call.mailbox.folders.below(parent)
    answer: Json = {"@odata.context": call.context("mailFolders")}
    answer["value"] = [_resource(call, one) for one in found[first : first + most]]
    if len(found) > first + most:
        path = f"{call.sandbox.origin}{call.request.path}"
        answer["@odata.nextLink"] = f"{path}?%24top={most}&%24skip={first + most}"
    return graph_json(answer)


def list_folders(call: Call) -> Answer:
    """GET /me/mailFolders: those at the top, ten at a time."""
    return _listed(call, call.mailbox.folders.root)


def get_folder(call: Call) -> Answer:
    """GET /me/mailFolders/{id or well-known name}."""
    folder = call.folder(call.keys[0])
    return graph_json({"@odata.context": call.context("mailFolders/$entity")} | _resource(call, folder))


def list_below(call: Call) -> Answer:
    """GET /me/mailFolders/{id}/childFolders."""
    return _listed(call, call.folder(call.keys[0]))


def create_folder(call: Call) -> Answer:
    """POST /me/mailFolders: 201; 409 for a name that is there."""
    return _created(call, call.mailbox.folders.root)


def create_below(call: Call) -> Answer:
    """POST /me/mailFolders/{id}/childFolders."""
    return _created(call, call.folder(call.keys[0]))


def _created(call: Call, parent: Folder) -> Answer:
    given = object_of(call.body(), "microsoft.graph.mailFolder", ("displayName", "isHidden"))
    name = given.get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise bad_body("The property 'displayName' is required.")
    made = call.mailbox.folders.create(name.strip(), parent)
    if made is None:
        raise Refusal(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    return graph_json({"@odata.context": call.context("mailFolders/$entity")} | _resource(call, made), 201)
