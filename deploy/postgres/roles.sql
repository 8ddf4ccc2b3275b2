-- The logins and roles Deskhand works with, made once on an empty server by the postgres image.
-- On a server of your own, run it as its administrator with psql, the two passwords in these files (or write them in).
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/owner_password`
\set service_password `cat /run/secrets/service_password`

-- Owns the tables and makes migrations; nothing else signs in as this one.
create role deskhand_owner login password :'owner_password' nosuperuser nobypassrls;

-- What the service may do: rows under forced row-level security, and the due times of all mailboxes.
create role deskhand_app nologin;
create role deskhand_dispatch nologin;

-- Signs in for the service and the workers, and takes one of the two roles in each transaction.
create role deskhand_service login password :'service_password' nosuperuser nobypassrls noinherit;
grant deskhand_app, deskhand_dispatch to deskhand_service;

create database deskhand owner deskhand_owner encoding 'UTF8' template template0;
revoke all on database deskhand from public;
grant connect on database deskhand to deskhand_service;
