"""Good practices made by the real actions, from an application that was filed with a picture and then certified."""

import dataclasses
import io
from typing import Any

from PIL import Image

from saduak.applications import actions, queries
from saduak.applications.models import Answer, Application, Evidence, Practice, Submission
from saduak.foundation.access import Actor
from saduak.organisations.models import ServiceCentre
from saduak.programme.models import Round
from saduak.register.models import Certificate
from tests.applications.factories import ApplicationFactory, answer, filled, fresh, head_of, officer_of
from tests.register.factories import CertificateFactory, PublicationFactory

NUMBER = "2.1"
STORY = "ศูนย์จัดเวรสลับช่วงพักกลางวัน เปิดทุกช่องบริการตั้งแต่ 08.30 น. ถึง 16.30 น. และติดป้ายบอกเวลาที่หน้าศูนย์"
SHORT = "ศูนย์จัดเวรสลับช่วงพักกลางวัน เปิดทุกช่องบริการ"


def picture(colour: int = 90) -> bytes:
    """A real JPEG, large enough to have a small one."""
    out = io.BytesIO()
    Image.new("RGB", (600, 400), (colour, 90, 90)).save(out, "JPEG")
    return out.getvalue()


@dataclasses.dataclass
class Certified:
    """A filed application, the answer that is worth showing, its picture, and the certificate."""

    application: Application
    submission: Submission
    answer: Answer
    evidence: Evidence
    certificate: Certificate


def certificate_of(application: Application, level: str = "excellent", **more: Any) -> Certificate:
    """What the application led to, published long ago and valid at mid-window."""
    round_ = application.round
    values = {"level_key": level, "level_name": f"ระดับ{level}", "level_ordinal": 3} | more
    return CertificateFactory(
        publication=PublicationFactory(programme=round_.programme, **values.pop("publication", {})),
        programme=round_.programme,
        centre=application.centre,
        round=round_,
        fiscal_year=round_.fiscal_year,
        centre_name=application.centre.name_th,
        organisation_name=application.centre.organisation.name_th,
        **values,
    )


def certified(centre: ServiceCentre, round_: Round, level: str = "excellent", **more: Any) -> Certified:
    """An application that was filed with a story and a picture under 2.1, and its certificate."""
    officer, head = officer_of(centre), head_of(centre)
    application = ApplicationFactory(centre=centre, round=round_, actor=officer)
    item = answer(application, NUMBER)
    added = actions.add_evidence(
        actor=officer,
        answer_id=item.public_id,
        file=picture(centre.pk % 200),
        name="counter.jpg",
        caption="ป้ายเวลา",
    )
    filled(application)
    Answer.objects.filter(pk=item.pk).update(narrative=STORY)
    actions.sign(
        actor=head,
        application_id=application.public_id,
        digest=queries.current_digest(fresh(application)),
    )
    submission = actions.submit(actor=officer, application_id=application.public_id)
    application.refresh_from_db()
    item.refresh_from_db()
    held = certificate_of(application, level, **more)
    return Certified(application, submission, item, added.evidence, held)


def proposed(actor: Actor, row: Certified, **more: Any) -> Practice:
    """Its answer, proposed without pictures."""
    said = {"title": "เปิดช่วงพักกลางวัน", "text": SHORT, "why": "ไม่ต้องเพิ่มคน"} | more
    return actions.propose_practice(actor=actor, answer_id=row.answer.public_id, **said)


def consented(curator: Actor, head: Actor, row: Certified, **more: Any) -> Practice:
    """Proposed by the secretariat, agreed to by the head."""
    made = proposed(curator, row, **more)
    return actions.consent_practice(
        actor=head, practice_id=made.public_id, version=made.version, people_agreed=True
    )


def published(curator: Actor, head: Actor, row: Certified, **more: Any) -> Practice:
    """Public."""
    made = consented(curator, head, row, **more)
    return actions.publish_practice(actor=curator, practice_id=made.public_id)
