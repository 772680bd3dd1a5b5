"""The contents of a backup besides the database, the tables left out, and the description of the database's state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg import sql

from operations.generated_secrets import KEPT

FORMAT = "hors-de-combat/backup/1"
MANIFEST = "manifest.json"
ROLES = "roles.json"
DATABASE = "database"
FACTOR_KEYS = f"secrets/{KEPT['FACTOR_KEYS']}"

# Sessions and counts of login attempts: a stolen archive must give no session, and a restored desk needs none.
WITHOUT_ROWS = ("django_session", "usersessions_usersession", settings.CACHE_TABLE)

# Settings that are not secret and that a restored register needs again.
REMEMBERED = ("SITE_URL", "CODE_PREFIX", "LEDGER_ORIGIN", "LEDGER_PUBLIC_KEY")


@dataclass(frozen=True)
class Folder:
    """Files outside of the database. `place` is a callable, because tests and tools change settings."""

    name: str
    place: Callable[[], Path]
    pattern: str = "*"

    def files(self) -> Iterator[Path]:
        """Its files, sorted by name."""
        found = self.place()
        yield from sorted(path for path in found.rglob(self.pattern) if path.is_file()) if found.is_dir() else ()


# All files written by people or the signer. A new file store (evidence) must be added here.
FOLDERS = (Folder("signer-memory", lambda: Path(settings.LEDGER_MEMORY), "*.checkpoint"),)


def factor_keys() -> str:
    """The encryption keys of second factors, from the settings or their file; "" if there are none."""
    path = Path(settings.DATA_DIR) / KEPT["FACTOR_KEYS"]
    if settings.FACTOR_KEYS:
        return ",".join(settings.FACTOR_KEYS)
    return path.read_text().strip() if path.is_file() else ""


def remembered() -> dict[str, Any]:
    """The present values of REMEMBERED."""
    return {name: getattr(settings, name) for name in REMEMBERED}


def state() -> dict[str, Any]:
    """The state of the database: migrations, the register's head, the row count of every table. Call it in one
    transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        migrations = [list(row) for row in cursor.fetchall()]
        return {"migrations": migrations, "head": head(), "rows": rows()}


def head() -> dict[str, Any]:
    """The head of the register and of its ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0), max(published_at) FROM register_edition")
        editions, newest, published = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM ledger_leaf")
        leaves = cursor.fetchone()[0]
        cursor.execute("SELECT count(*), coalesce(max(size), 0) FROM ledger_checkpoint")
        checkpoints, signed = cursor.fetchone()
    return {
        "editions": editions,
        "newest_edition": newest,
        "published": published.isoformat() if published else None,
        "leaves": leaves,
        "checkpoints": checkpoints,
        "signed_leaves": signed,
    }


def rows() -> dict[str, int]:
    """The row count of each table, without WITHOUT_ROWS."""
    counted = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        for (table,) in cursor.fetchall():
            if table not in WITHOUT_ROWS:
                cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                counted[table] = cursor.fetchone()[0]
    return counted


def roles() -> dict[str, Any]:
    """The roles with rights on our tables, with their settings and rights, without passwords."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_get_userbyid(rights.grantee), relname,
                   string_agg(rights.privilege_type, ',' ORDER BY rights.privilege_type)
            FROM pg_class, LATERAL aclexplode(relacl) AS rights
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') AND rights.grantee <> relowner
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        )
        rights: dict[str, dict[str, str]] = {}
        for name, table, privileges in cursor.fetchall():
            rights.setdefault(name, {})[table] = privileges
        cursor.execute(
            "SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolconfig FROM pg_roles WHERE rolname = ANY(%s)",
            [list(rights)],
        )
        return {
            name: {
                "signs_in": signs_in,
                "superuser": superuser,
                "makes_roles": makes_roles,
                "settings": list(told or ()),
                "rights": rights[name],
            }
            for name, signs_in, superuser, makes_roles, told in cursor.fetchall()
        }


def as_json(value: object) -> bytes:
    """Readable JSON."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
