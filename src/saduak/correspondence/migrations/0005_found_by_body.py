"""Letters are found by the beginning of their body too: the column; the next step fills it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the column. By itself, so that nobody waits for the table while it is filled."""

    dependencies = [("correspondence", "0004_passed_on_outside")]

    operations = [
        migrations.AddField(
            model_name="letter", name="body_key", field=models.TextField(blank=True, default="")
        ),
    ]
