"""The import test finds each kind of wrong import in a tree made for it, and none in ours."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.house import imports
from tests.house.imports import BESIDE, BOTTOM, CONFINED, LAYERS, PROVIDERS_MAY_BE_IMPORTED, violations, within


@pytest.fixture
def tree(tmp_path):
    """A function that writes modules of a synthetic app and returns what is found wrong in it."""

    def made(**modules: str) -> list[str]:
        base = {"app.providers.base": "", "app.providers.protocol": "", "app": ""}
        for name, text in {**base, **{key.replace("__", "."): text for key, text in modules.items()}}.items():
            path = tmp_path / Path(*name.split("."))
            path = path / "__init__.py" if name == "app" else path.with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return violations(tmp_path)

    return made


def test_our_own_imports_all_go_the_right_way():
    assert violations() == []


def test_a_tree_that_keeps_to_the_rules_has_no_violation(tree):
    assert (
        tree(
            app__errors="",
            app__clock="",
            app__settings="from app.errors import BadSetting\n",
            app__locale__catalogues="def N_(text): ...\n",
            app__db__session="from app import clock\n",
            app__models__grant="from app.db import session\n",
            app__rules__hours="from app import clock\nfrom app.locale.catalogues import N_\n",
            app__access__decide="from app.models.grant import Grant\nfrom app.rules import hours\n",
            app__providers__gmail__calls="import httplib2\nfrom app.providers.protocol import Provider\n",
            app__providers__mailboxes="from app.providers.gmail import calls\n",
            app__actions__desk="from app.access.decide import decide\n",
            app__actions__seats="from app.providers import mailboxes\n",
            app__actions__label="from app.actions.desk import Desk\nasync def label(desk):\n    desk.act()\n",
            app__web__items="from fastapi import APIRouter\nfrom app.providers.base import Message\n",
            app__jobs__due="from app.actions import label\n",
            app__sandbox__server="import starlette\nfrom app import clock, errors\nfrom app.locale import catalogues\n",
            app__main="from app.web import items\n",
            app__cli="from app import main\nfrom app.sandbox import server\n",
        )
        == []
    )


@pytest.mark.parametrize(
    ("importer", "target"),
    [
        ("app.clock", "app.db.session"),
        ("app.locale.catalogues", "app.web.languages"),
        ("app.db.session", "app.access.decide"),
        ("app.models.grant", "app.actions.label"),
        ("app.rules.hours", "app.actions.label"),
        ("app.providers.gmail.calls", "app.actions.desk"),
        ("app.notices.outbox", "app.jobs.due"),
        ("app.actions.label", "app.web.items"),
        ("app.jobs.due", "app.main"),
        ("app.web.items", "app.cli"),
    ],
)
def test_an_import_that_goes_upward_is_found_with_its_line(tree, importer, target):
    package, _, name = target.rpartition(".")
    found = tree(**{importer: f"# first line\nfrom {package} import {name}\n", target: ""})
    path = importer.replace(".", "/") + ".py"
    assert len(found) == 1
    assert found[0].startswith(f"{path}:2: {importer} may not import {target}: ")


@pytest.mark.parametrize(("one", "other"), [("access", "providers"), ("notices", "providers")])
def test_areas_side_by_side_do_not_know_each_other(tree, one, other):
    modules = {f"app.{one}.left": f"from app.{other} import right\n", f"app.{other}.right": ""}
    assert any(f"{one} and {other} stand side by side" in line for line in tree(**modules))
    modules = {f"app.{one}.left": "", f"app.{other}.right": f"from app.{one} import left\n"}
    assert any(f"{other} and {one} stand side by side" in line for line in tree(**modules))


def test_rules_know_no_provider_though_one_of_them_names_labels_for_both(tree):
    modules = {"app.rules.left": "from app.providers import right\n", "app.providers.right": ""}
    assert any("rules and providers stand side by side" in line for line in tree(**modules))
    assert tree(**{"app.rules.left": "", "app.providers.right": "from app.rules import left\n"}) == []


@pytest.mark.parametrize("importer", ["app.main", "app.web.items", "app.jobs.due", "app.actions.label", "app.db.pool"])
def test_the_sandbox_is_known_to_the_command_line_alone(tree, importer):
    modules = {importer: "from app.sandbox import server\n", "app.sandbox.server": "", "app.cli": ""}
    assert [line for line in tree(**modules) if "only the command line starts the sandbox" in line]


@pytest.mark.parametrize("target", ["app.db.pool", "app.models.grant", "app.providers.base", "app.rules.hours"])
def test_the_sandbox_knows_nothing_of_what_asks_it(tree, target):
    package, _, name = target.rpartition(".")
    found = tree(**{"app.sandbox.server": f"from {package} import {name}\n", target: ""})
    assert [line for line in found if "the sandbox knows only clock, errors, settings, child and locale" in line]


@pytest.mark.parametrize(
    ("importer", "package"),
    [
        ("app.actions.label", "fastapi"),
        ("app.jobs.due", "starlette.requests"),
        ("app.access.decide", "fastapi"),
        ("app.sandbox.gmail", "googleapiclient.discovery"),
        ("app.providers.graph.calls", "googleapiclient"),
        ("app.providers.transport", "httplib2"),
        ("app.providers.gmail.calls", "msgraph"),
        ("app.providers.gmail.calls", "kiota_abstractions.request_information"),
        ("app.providers.transport", "httpx"),
        ("app.web.items", "requests"),
    ],
)
def test_a_package_that_others_own_is_found(tree, importer, package):
    found = tree(**{importer: f"import {package}\n"})
    assert len(found) == 1
    assert f"{importer} may not import {package.split('.', maxsplit=1)[0]}: " in found[0]


def test_a_package_imported_by_name_is_found_too(tree):
    assert len(tree(app__actions__label="from starlette.requests import Request\n")) == 1


@pytest.mark.parametrize(
    "importer",
    ["app.web.items", "app.jobs.due", "app.actions.label", "app.actions.grants", "app.main", "app.cli"],
)
def test_no_way_leads_around_the_desk_to_an_adapter(tree, importer):
    found = tree(**{importer: "from app.providers.gmail import calls\n", "app.providers.gmail.calls": ""})
    assert len(found) == 1
    assert "a provider is reached through actions/desk.py" in found[0]


def test_the_package_of_providers_as_a_whole_is_no_neutral_type(tree):
    assert len(tree(app__web__items="from app import providers\n", **{"app.providers": ""})) >= 1
    assert len(tree(app__web__items="import app.providers.base\n")) == 0


def test_a_surface_may_name_neutral_types_but_not_the_protocol(tree):
    named = "from app.providers.base import Message\nfrom app.providers.protocol import Provider\n"
    found = tree(app__web__items=named, app__actions__label=named)
    assert found == [
        "app/web/items.py:2: app.web.items may not import app.providers.protocol: "
        "a provider is reached through actions/desk.py"
    ]


def test_the_desk_is_opened_by_actions_only(tree):
    opened = "async def page(desk):\n    async with desk.act('label') as mailbox:\n        await mailbox.labels()\n"
    assert tree(app__web__items=opened) == [
        "app/web/items.py:2: app.web.items opens the desk: call an action, which does it"
    ]
    assert tree(app__web__items="", app__actions__label=opened) == []


def test_the_transport_among_the_resources_is_for_the_desk(tree):
    used = "async def sneak(resources):\n    await resources.transport.send('POST')\n"
    assert "uses the transport" in tree(app__actions__label=used)[0]
    assert tree(app__actions__label="", app__actions__seats=used, app__actions__tokens=used) == []


def test_an_import_inside_a_function_is_found_but_for_the_two_sdks(tree):
    found = tree(
        app__errors="",
        app__providers__gmail__calls="def build():\n    from googleapiclient import discovery\n    import httplib2\n",
        app__providers__graph__calls="def build():\n    from kiota_abstractions.base import Request\n",
        app__rules__hours="def late():\n    import json\n    from app import errors\n",
    )
    assert found == [
        "app/rules/hours.py:2: app.rules.hours imports json inside a function: only the two SDKs load late",
        "app/rules/hours.py:3: app.rules.hours imports app.errors inside a function: import it at the top",
    ]


def test_an_import_for_types_only_has_a_direction_too(tree):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.web import items\n"
    found = tree(app__actions__label=text, app__web__items="")
    assert found == ["app/actions/label.py:3: app.actions.label may not import app.web.items: web stands above actions"]


def test_a_relative_import_has_a_direction_too(tree):
    found = tree(app__actions__label="from ..web import items\n", app__web__items="")
    assert len(found) == 1
    assert "web stands above actions" in found[0]


@pytest.mark.parametrize("text", ["import importlib\nimportlib.import_module('app.web')\n", "__import__('app.web')\n"])
def test_a_module_named_by_a_string_is_found(tree, text):
    found = tree(app__actions__label=text)
    assert len(found) == 1
    assert "names a module by a string" in found[0]


def test_a_new_area_has_to_be_given_its_layer(tree):
    found = tree(app__helpers__strings="from app.providers import base\n")
    assert found == [
        "app/helpers/strings.py:1: app.helpers.strings may not import app.providers.base: "
        "app/helpers stands in no layer (tests/house/imports.py, LAYERS)"
    ]


def test_every_exception_has_its_reason():
    assert all(BESIDE.values())
    assert all(reason for _, _, reason in PROVIDERS_MAY_BE_IMPORTED)
    assert all(reason for _, reason in CONFINED.values())


AREAS = [name for row in LAYERS for name in row]


@given(st.sampled_from(AREAS), st.sampled_from(AREAS))
def test_of_two_areas_at_most_one_may_know_the_other_unless_it_says_why(one, other):
    both = not imports._wrong_way(one, other) and not imports._wrong_way(other, one)
    excused = (one, other) in BESIDE and (other, one) in BESIDE
    assert not both or one == other or excused or {one, other} <= set(BOTTOM)


@given(st.lists(st.sampled_from(["app", "web", "actions", "desk", "x"]), min_size=1, max_size=5))
def test_a_module_is_within_itself_and_its_packages_and_nothing_that_only_begins_alike(names):
    module = ".".join(names)
    assert within(module, (module,))
    assert within(f"{module}.inner", (module,))
    assert not within(f"{module}er", (module,))
