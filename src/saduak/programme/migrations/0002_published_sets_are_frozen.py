"""The database itself refuses to change a published criteria set, its parts, criteria and levels.

Deleting is not refused here: a flush of a test database deletes. Foreign keys of rounds and answers protect what is used.
On SQLite a later migration that rebuilds one of these tables drops its triggers: it has to run `FREEZE` again.
"""

from django.db import migrations

MESSAGE = "a published criteria set cannot change"
SET = "programme_criteriaset"
PIECES = ("programme_part", "programme_criterion", "programme_level")
# Not the head of the audit chain: publishing is itself written down after the state has changed.
COLUMNS = (
    "programme_id, code, version, title, title_en, official, notice, source, sides, state, imported_at, "
    "published_at, document, digest"
)


def _sqlite() -> list[tuple[str, str]]:
    def of(row: str) -> str:
        return f"(SELECT state FROM {SET} WHERE id = {row}.criteria_set_id) = 'published'"

    body = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    pairs = [
        (
            f"CREATE TRIGGER {SET}_frozen BEFORE UPDATE OF {COLUMNS} ON {SET} WHEN OLD.state = 'published' {body}",
            f"DROP TRIGGER IF EXISTS {SET}_frozen",
        )
    ]
    for table in PIECES:
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW"))):
            when = " OR ".join(of(row) for row in rows)
            name = f"{table}_frozen_{event.lower()}"
            pairs.append(
                (f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} {body}", f"DROP TRIGGER IF EXISTS {name}")
            )
    return pairs


def _postgres() -> list[tuple[str, str]]:
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';"
    pairs = [
        (
            f"CREATE FUNCTION {SET}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$",
            f"DROP FUNCTION IF EXISTS {SET}_refuse()",
        ),
        (
            "CREATE FUNCTION programme_piece_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS (SELECT 1 FROM {SET} WHERE state = 'published' AND (id = NEW.criteria_set_id OR "
            f"(TG_OP = 'UPDATE' AND id = OLD.criteria_set_id))) THEN {refuse} END IF; RETURN NEW; END $$",
            "DROP FUNCTION IF EXISTS programme_piece_refuse()",
        ),
        (
            f"CREATE TRIGGER {SET}_frozen BEFORE UPDATE OF {COLUMNS} ON {SET} FOR EACH ROW "
            f"WHEN (OLD.state = 'published') EXECUTE FUNCTION {SET}_refuse()",
            f"DROP TRIGGER IF EXISTS {SET}_frozen ON {SET}",
        ),
    ]
    pairs += [
        (
            f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
            "EXECUTE FUNCTION programme_piece_refuse()",
            f"DROP TRIGGER IF EXISTS {table}_frozen ON {table}",
        )
        for table in PIECES
    ]
    return pairs


def _pairs(vendor: str) -> list[tuple[str, str]]:
    return _postgres() if vendor == "postgresql" else _sqlite()


def freeze(apps: object, schema_editor: object) -> None:
    """Create the triggers."""
    for create, _drop in _pairs(schema_editor.connection.vendor):
        schema_editor.execute(create, params=None)


def thaw(apps: object, schema_editor: object) -> None:
    """Drop them again, the last first."""
    for _create, drop in reversed(_pairs(schema_editor.connection.vendor)):
        schema_editor.execute(drop, params=None)


FREEZE = migrations.RunPython(freeze, thaw)


class Migration(migrations.Migration):
    """Freeze published sets."""

    dependencies = [("programme", "0001_initial")]
    operations = [FREEZE]
