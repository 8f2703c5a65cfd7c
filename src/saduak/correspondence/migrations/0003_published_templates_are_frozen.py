"""The database itself refuses to change a published template of letters.

Deleting is not refused here: a flush of a test database deletes. Foreign keys of drafts protect what is used.
On SQLite a later migration that rebuilds the table drops its trigger: it has to run `FREEZE` again.
"""

from django.db import migrations

MESSAGE = "a published template cannot change"
TABLE = "correspondence_lettertemplate"
# Not the head of the audit chain, nor that it is no longer offered.
COLUMNS = (
    "programme_id, code, version, use, kind, name, subject, body, purpose, official, source, published_at, published_by_id"
)


def _pairs(vendor: str) -> list[tuple[str, str]]:
    if vendor == "postgresql":
        refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';"
        return [
            (
                f"CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$",
                f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
            ),
            (
                f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE OF {COLUMNS} ON {TABLE} FOR EACH ROW "
                f"WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION {TABLE}_refuse()",
                f"DROP TRIGGER IF EXISTS {TABLE}_frozen ON {TABLE}",
            ),
        ]
    return [
        (
            f"CREATE TRIGGER {TABLE}_frozen BEFORE UPDATE OF {COLUMNS} ON {TABLE} WHEN OLD.published_at IS NOT NULL "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
            f"DROP TRIGGER IF EXISTS {TABLE}_frozen",
        )
    ]


def freeze(apps: object, schema_editor: object) -> None:
    """Create the trigger."""
    for create, _drop in _pairs(schema_editor.connection.vendor):
        schema_editor.execute(create, params=None)


def thaw(apps: object, schema_editor: object) -> None:
    """Drop it again."""
    for _create, drop in reversed(_pairs(schema_editor.connection.vendor)):
        schema_editor.execute(drop, params=None)


FREEZE = migrations.RunPython(freeze, thaw)


class Migration(migrations.Migration):
    """Freeze published templates."""

    dependencies = [("correspondence", "0002_writing_registers_and_sending")]
    operations = [FREEZE]
