"""Letters are found by the beginning of their body too: those that are there already get their key."""

from django.db import migrations, models

from saduak.foundation.thai.text import search_key

# As `registers_text.body_key` cuts it when this migration was written.
BODY = 1_000
CHUNK = 500


def fill(apps, schema_editor):
    """The key of every letter with a text, some hundred at a time."""
    letters = apps.get_model("correspondence", "Letter").objects.using(schema_editor.connection.alias)
    rows = letters.exclude(text="").filter(body_key="").only("pk", "subject", "text").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        for row in chunk:
            _head, mark, rest = row.text.partition(row.subject) if row.subject else ("", "", "")
            row.body_key = search_key((rest if mark else row.text)[: BODY * 2])[:BODY]
        letters.bulk_update(chunk, ["body_key"])
        last = chunk[-1].pk


class Migration(migrations.Migration):
    """Adds the column and fills it."""

    dependencies = [("correspondence", "0004_passed_on_outside")]

    operations = [
        migrations.AddField(
            model_name="letter", name="body_key", field=models.TextField(blank=True, default="")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
