from django.db import migrations, models
from django.db.models import F

import saduak.foundation.clock


def from_the_day_itself(apps, _editor):
    """What was handed over before this was written down counts from the moment that it bears."""
    apps.get_model("organisations", "Handover").objects.update(created_at=F("at"))


class Migration(migrations.Migration):

    dependencies = [
        ("organisations", "0002_work_that_is_shared"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="created_at",
            field=models.DateTimeField(default=saduak.foundation.clock.wall, editable=False),
        ),
        migrations.RunPython(from_the_day_itself, migrations.RunPython.noop),
    ]
