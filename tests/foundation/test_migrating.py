"""Tables that are made at once are the same as tables that are made one by one."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from saduak.foundation.migrating import ManyTables

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def key():
    return ("id", models.BigAutoField(primary_key=True))


def to(model):
    return models.ForeignKey(f"trial.{model}", on_delete=models.CASCADE)


OPERATIONS = [
    migrations.CreateModel("Office", [key(), ("name", models.TextField(db_index=True))]),
    migrations.CreateModel("Centre", [key(), ("office", to("Office"))]),
    migrations.CreateModel(
        "Draft",
        [key(), ("centre", to("Centre")), ("year", models.IntegerField())],
        options={
            "constraints": [models.UniqueConstraint(fields=["centre", "year"], name="trial_one_a_year")],
            "indexes": [models.Index(fields=["year"], name="trial_year")],
        },
    ),
    migrations.AddField("Office", "first", models.ForeignKey("trial.Draft", models.SET_NULL, null=True)),
    migrations.CreateModel("Panel", [key(), ("drafts", models.ManyToManyField("trial.Draft"))]),
    migrations.CreateModel("Seat", [key(), ("panel", to("Panel"))]),
    migrations.AlterField("Seat", "panel", models.ForeignKey("trial.Panel", models.CASCADE, null=True)),
]


def made(base):
    """What a migration with these operations leaves: the state's models, and columns and constraints of each table."""
    migration = type("Migration", (base,), {"operations": OPERATIONS})("0001_trial", "trial")
    with connection.schema_editor() as editor:
        state = migration.apply(ProjectState(), editor)
    assert migration.operations == OPERATIONS
    tables = {}
    with connection.cursor() as cursor:
        names = sorted(
            name for name in connection.introspection.table_names(cursor) if name.startswith("trial_")
        )
        for name in names:
            rows = connection.introspection.get_table_description(cursor, name)
            constraints = connection.introspection.get_constraints(cursor, name)
            tables[name] = (
                [(row.name, row.type_code, row.null_ok) for row in rows],
                sorted(str(sorted(each.items(), key=str)) for each in constraints.values()),
            )
    fields = {name: sorted(model.fields) for name, model in state.models.items()}
    with connection.schema_editor() as editor:
        for name in names:
            editor.execute(f'DROP TABLE "{name}"' + (" CASCADE" if connection.vendor == "postgresql" else ""))
    return fields, tables


def test_what_is_left_is_the_same():
    at_once, one_by_one = made(ManyTables), made(migrations.Migration)
    assert sorted(at_once[1]) == [
        "trial_centre",
        "trial_draft",
        "trial_office",
        "trial_panel",
        "trial_panel_drafts",
        "trial_seat",
    ]
    assert at_once == one_by_one


def test_what_would_be_done_can_be_read_without_doing_it():
    migration = type("Migration", (ManyTables,), {"operations": OPERATIONS[:1]})("0001_trial", "trial")
    with connection.schema_editor(collect_sql=True) as editor:
        migration.apply(ProjectState(), editor, collect_sql=True)
    assert any('CREATE TABLE "trial_office"' in line for line in editor.collected_sql)
    assert "trial_office" not in connection.introspection.table_names()
