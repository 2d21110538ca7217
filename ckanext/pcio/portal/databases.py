"""The roles and databases CKAN needs in the embedded PostgreSQL."""

from __future__ import annotations

from psycopg2 import sql

from .services import Postgres

MAIN_USER = "ckan"
READ_USER = "datastore_read"


def ensure(postgres: Postgres, *, main: str, datastore: str, passwords: dict[str, str]) -> None:
    """Create roles and databases that are missing and set the passwords.

    Args:
        postgres: the running server.
        main: name of CKAN's database.
        datastore: name of the DataStore's database.
        passwords: password by role name, for `MAIN_USER` and `READ_USER`.

    """
    connection = postgres.connect("postgres")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        roles = {name for (name,) in cursor.fetchall()}
        for role, password in passwords.items():
            verb = "ALTER" if role in roles else "CREATE"
            cursor.execute(
                sql.SQL(f"{verb} ROLE {{}} LOGIN PASSWORD %s").format(sql.Identifier(role)),
                [password],
            )
    _ensure_database(postgres, main)
    _ensure_database(postgres, datastore)


def _ensure_database(postgres: Postgres, name: str) -> None:
    connection = postgres.connect("postgres")
    cursor = connection.cursor()
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    if cursor.fetchone() is None:
        cursor.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8'").format(
                sql.Identifier(name), sql.Identifier(MAIN_USER)
            )
        )
    connection.close()


def has_datasets(postgres: Postgres, name: str) -> bool:
    """Return whether CKAN's database `name` holds a dataset that is not deleted."""
    connection = postgres.connect(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM package WHERE state <> 'deleted' LIMIT 1")
        found = cursor.fetchone()
    connection.close()
    return found is not None


def run_script(postgres: Postgres, script: str, database: str) -> None:
    """Run the SQL that `ckan datastore set-permissions` prints, without psql's meta commands."""
    statements = "\n".join(line for line in script.splitlines() if not line.startswith("\\"))
    connection = postgres.connect(database)
    with connection.cursor() as cursor:
        cursor.execute(statements)
    connection.close()
