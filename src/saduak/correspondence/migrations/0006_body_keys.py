"""Letters that are there already get the key by which their body is found."""

from django.db import migrations, transaction
from django.db.models.functions import Left

from saduak.foundation.thai.text import search_key

# As `registers_text.body_key` cuts it when this migration was written.
BODY = 1_000
# What is read of a text: its head with the subject, and more than the key takes.
OPENING = 6_000
CHUNK = 500


def fill(apps, schema_editor):
    """The key of every letter with a text, some hundred in a transaction; broken off and run again, it goes on."""
    alias = schema_editor.connection.alias
    letters = apps.get_model("correspondence", "Letter").objects.using(alias)
    rows = letters.exclude(text="").filter(body_key="").order_by("pk")
    last = 0
    while last is not None:
        with transaction.atomic(using=alias):
            last = fill_chunk(letters, rows.filter(pk__gt=last)[:CHUNK])


def fill_chunk(letters, rows):
    """Some of them, held while they are read and written; the last one's key, None when there was none."""
    found = rows.select_for_update(no_key=True).annotate(opening=Left("text", OPENING))
    chunk = []
    for pk, subject, opening in found.values_list("pk", "subject", "opening"):
        _head, mark, rest = opening.partition(subject) if subject else ("", "", "")
        key = search_key((rest if mark else opening)[: BODY * 2])[:BODY]
        chunk.append(letters.model(pk=pk, body_key=key))
    letters.bulk_update(chunk, ["body_key"])
    return chunk[-1].pk if chunk else None


class Migration(migrations.Migration):
    """Fills the column: letters come and go meanwhile."""

    atomic = False

    dependencies = [("correspondence", "0005_found_by_body")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
