"""The tables as the code knows them are the tables the migrations make."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel, col, select

from app import clock
from app.actions.resources import Resources
from app.db.embedded import Cluster
from app.models import audit, draft  # noqa: F401 - the tables
from app.models.columns import Digest, Words
from app.models.grant import Grant, GrantStatus, NeedsApproval
from app.models.mailbox import Mailbox
from app.models.person import Person

TABLES = SQLModel.metadata.tables


def test_the_migrations_make_exactly_the_tables_of_the_models(cluster: Cluster, database_url: str) -> None:
    url = cluster.url("deskhand_owner", str(conninfo_to_dict(database_url)["dbname"]))
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: not (kind == "table" and str(name).startswith("procrastinate_")),
            },
        )
        found = compare_metadata(context, SQLModel.metadata)
        partial = connection.execute(text("select indexname from pg_indexes where indexdef like '% WHERE %'")).scalars()
        by_hand = {*partial, "alembic_version"}
    engine.dispose()
    # What a model cannot say is written in SQL alone: the partial indexes.
    assert [change for change in found if getattr(change[1], "name", "") not in by_hand] == []


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_row_of_a_mailbox_has_the_mailbox_in_its_key(name: str) -> None:
    table = TABLES[name]
    if "mailbox_id" in table.columns:
        assert "mailbox_id" in table.primary_key.columns
        for key in table.foreign_keys:
            into = key.column.table
            if "mailbox_id" in into.columns and key.parent.name != "mailbox_id":
                assert {each.parent.name for each in key.constraint.elements} >= {"mailbox_id"}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_no_column_can_hold_a_mails_words(name: str) -> None:
    forbidden = {"body", "subject_line", "snippet", "text", "html", "quoted", "refresh"}
    assert not forbidden & {column.name for column in TABLES[name].columns}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_token_is_never_a_text(name: str) -> None:
    tokens = [column for column in TABLES[name].columns if "token" in column.name]
    assert all(isinstance(column.type, Digest) for column in tokens)


def test_every_kind_of_word_names_its_enumeration() -> None:
    for kind in Words.__subclasses__():
        for word in kind.words:
            assert kind().process_result_value(word.value, None) is word  # type: ignore[arg-type]
        assert kind().process_result_value("from a later version", None) == "from a later version"  # type: ignore[arg-type]


async def test_words_come_back_as_what_they_are_and_unknown_ones_equal_none(
    resources: Resources, mailbox: Mailbox, alice: Person, bob: Person
) -> None:
    row = Grant(
        mailbox_id=mailbox.id,
        owner_id=alice.id,
        assistant_id=bob.id,
        scopes=["label"],
        needs_approval=NeedsApproval.ALWAYS,
        begins_at=clock.now(),
        expires_at=clock.now(),
        created_at=clock.now(),
    )
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        session.add(row)
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        found = (await session.execute(select(Grant).where(col(Grant.id) == row.id))).scalar_one()
        assert found.status is GrantStatus.ACTIVE
        await session.execute(text("update grants set status = 'frozen'"))
    async with resources.db.transaction(mailbox=mailbox.id) as session:
        found = (await session.execute(select(Grant).where(col(Grant.id) == row.id))).scalar_one()
    assert found.status not in list(GrantStatus)


def test_a_person_is_shown_to_others_by_name_and_address() -> None:
    shown = {"email": "bob@x.example", "name": "Bob", "language": "en", "zone": ""}
    row = Person(id=uuid4(), issuer="i", subject="s", created_at=clock.now(), **shown)
    assert row.label == "Bob <bob@x.example>"
    row.name = ""
    assert row.label == "bob@x.example"
