"""What a letter about an application that was not taken says of applying once more: only what the programme has set."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from saduak.applications.models import Application
from saduak.applications.queries.starting import ahead_of
from saduak.foundation.thai.calendar import format_long


def apply_again(application: Application, moment: datetime) -> str:
    """When its centre may apply again, in Thai; that nothing is set yet; empty when the rounds to come do not take it.

    At most three queries, besides the criteria. Nothing about objections: the programme keeps no rule on them here.

    Args:
        application: with its round, its centre and the centre's office.
        moment: when the letter is begun.
    """
    found = ahead_of(application, moment)
    with translation.override("th"):
        if not found.is_set:
            return gettext("ขณะนี้ยังไม่มีกำหนดเปิดรับสมัครรอบถัดไป")
        if found.again is None:
            return ""
        words = gettext("หากประสงค์จะสมัครอีกครั้ง สมัครได้ใน%(round)s ตั้งแต่วันที่ %(opens)s ถึงวันที่ %(closes)s")
        days = {"opens": found.again.opens_on, "closes": found.again.closes_on}
        said = {name: format_long(day, weekday=False) for name, day in days.items()}
        return words % {"round": found.again.round.title, **said}
