"""A receipt says who was asked to check and what came of it, also where the check asked for changes."""

from zoneinfo import ZoneInfo

from django.db import migrations


def say(apps, schema_editor):
    """Puts `check` beside what was frozen: what was known of the newest check on the day of filing."""
    submissions = apps.get_model("applications", "Submission").objects.all()
    reviews = apps.get_model("applications", "Review").objects.exclude(state="cancelled")
    for row in submissions.iterator():
        asked = reviews.filter(application=row.application_id, requested_at__lte=row.received_at)
        newest = asked.select_related("organisation").order_by("-requested_at", "-pk").first()
        row.summary.pop("checked_on", None)
        row.summary["check"] = None
        if newest is not None:
            answered = newest.answered_at is not None and newest.answered_at <= row.received_at
            when = newest.answered_at if answered else newest.requested_at
            row.summary["check"] = {
                "state": newest.state if answered else "requested",
                "by": newest.organisation.name_th,
                "on": when.astimezone(ZoneInfo("Asia/Bangkok")).date().isoformat(),
            }
        row.save(update_fields=["summary"])


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [migrations.RunPython(say, migrations.RunPython.noop, elidable=True)]
