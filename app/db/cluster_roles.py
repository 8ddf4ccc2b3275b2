"""The roles and the database a new embedded cluster gets; what they may do with tables is said by the migrations."""

from __future__ import annotations

from typing import LiteralString

from psycopg import Connection

DATABASE = "deskhand"
ROLES: dict[str, LiteralString] = {
    "deskhand_owner": "create role deskhand_owner login",  # owns the tables; migrate alone
    "deskhand_app": "create role deskhand_app nologin",
    "deskhand_dispatch": "create role deskhand_dispatch nologin",
    "deskhand_service": "create role deskhand_service login",  # owns nothing, and may nothing before its SET ROLE
}
RIGHTS: tuple[LiteralString, ...] = (
    "grant deskhand_app, deskhand_dispatch to deskhand_service with inherit false, set true",
    "revoke connect, temporary on database deskhand from public",
    "grant connect on database deskhand to deskhand_service",
)


def make_roles(connection: Connection) -> None:
    """Make what is missing of the roles and the database; `connection` is the superuser's, and commits by itself.

    A command killed half-way leaves nothing that the next one would not complete.
    """
    there = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
    for name, statement in ROLES.items():
        if name not in there:
            connection.execute(statement)
    if not connection.execute("select from pg_database where datname = %s", [DATABASE]).fetchall():
        connection.execute("create database deskhand owner deskhand_owner")
    for statement in RIGHTS:
        connection.execute(statement)
