"""Runs inside the demo's own settings, before the server is killed: who writes what.

`python -m tests.system.killing` prints sessions and addresses as JSON.
"""

import json
import sys
from importlib import import_module
from io import BytesIO
from typing import Any

import django


def session(user: Any) -> str:
    """The key of a session in which somebody is signed in."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by then
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415

    made = import_module(settings.SESSION_ENGINE).SessionStore()
    made[SESSION_KEY] = str(user.pk)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = user.get_session_auth_hash()
    made.create()
    return str(made.session_key)


def prepare() -> dict[str, object]:
    """Sessions for the writers of other centres' drafts, and the story's application signed, ready to be filed."""
    from saduak.applications import actions, queries  # noqa: PLC0415 - Django is set up by then
    from saduak.applications.models import Answer, Application  # noqa: PLC0415
    from saduak.foundation import clock  # noqa: PLC0415
    from saduak.foundation.access import resolver  # noqa: PLC0415
    from saduak.foundation.models import User  # noqa: PLC0415
    from saduak.organisations.models import Appointment  # noqa: PLC0415
    from saduak.portal.demo.filling import CURRENT, STORY_OFFICE  # noqa: PLC0415
    from saduak.portal.demo.moments import START  # noqa: PLC0415
    from saduak.portal.demo.people import sign_in  # noqa: PLC0415
    from saduak.portal.rehearsal.world import picture  # noqa: PLC0415

    def actor(key: str):
        return resolver.of_user(User.objects.get(email=sign_in(key).email), clock.now())

    drafts = Application.objects.filter(round__fiscal_year=CURRENT, state="draft").order_by("pk")
    writers = []
    for row in drafts.exclude(organisation__code=STORY_OFFICE):
        officer = Appointment.objects.filter(organisation=row.organisation, role="officer").first()
        answers = Answer.objects.filter(application=row).order_by("pk")[:6]
        paths = [f"/applications/{row.public_id}/items/{answer.public_id}/" for answer in answers]
        writers.append({"session": session(officer.person.user), "paths": paths})
    with clock.travel(START.when):
        story = Application.objects.get(round__fiscal_year=CURRENT, organisation__code=STORY_OFFICE)
        gates = Answer.objects.filter(application=story, criterion__kind="gate")
        officer = actor("officer")
        for number, answer in enumerate(gates.filter(uses__isnull=True)):
            actions.save_answer(
                actor=officer,
                answer_id=answer.public_id,
                version=answer.version,
                claim="met",
                narrative="ครบแล้ว",
            )
            actions.add_evidence(
                actor=officer, file=BytesIO(picture(number)), caption="ภาพถ่าย", answer_id=answer.public_id
            )
        head = actor("head")
        digest = queries.signing_page(head, story.public_id).digest
        actions.sign(actor=head, application_id=story.public_id, digest=digest)
    return {"writers": writers, "story": f"/applications/{story.public_id}/"}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(prepare()))
