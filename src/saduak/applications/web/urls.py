"""Addresses of this room."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from saduak.applications.rules import readiness as readiness_rules
from saduak.applications.web.views import (
    assessors,
    board,
    criterion,
    evidence,
    filing,
    findings,
    following,
    helping,
    mine,
    obstacles,
    overview,
    practices,
    public,
    readiness,
    readiness_files,
    readiness_sending,
    renewing,
    review,
    selfcheck,
    sharing,
    signing,
)
from saduak.foundation.web import nav
from saduak.foundation.web.languages import both

app_name = "applications"

_BOARD = _("ติดตามหน่วยงาน")
_ONE = "applications/<uuid:application_id>/"
_ITEM = f"{_ONE}items/<uuid:answer_id>/"

urlpatterns: list[URLPattern] = [
    path("applications/", mine.index, name="mine"),
    path("applications/start/", mine.start, name="start"),
    path(_ONE, overview.task_list, name="task-list"),
    path(f"{_ONE}kind/", mine.kind, name="kind"),
    path(f"{_ONE}gaps/", overview.gaps, name="gaps"),
    path(f"{_ONE}gaps/paper/", overview.gaps_paper, name="gaps-paper"),
    path(f"{_ONE}preview/", overview.preview, name="preview"),
    path(_ITEM, criterion.page, name="criterion"),
    path(f"{_ONE}items/<slug:key>/", criterion.by_key, name="criterion-by-key"),
    path(f"{_ITEM}evidence/", evidence.attach, name="attach"),
    path(f"{_ITEM}library/", evidence.choose, name="choose"),
    path(f"{_ITEM}link/", evidence.link, name="link"),
    path(f"{_ITEM}standing/", criterion.standing, name="standing"),
    path(f"{_ITEM}history/", criterion.history, name="history"),
    path("comments/<uuid:comment_id>/resolve/", criterion.resolve, name="resolve"),
    path("library/", evidence.libraries, name="libraries"),
    path("library/<uuid:centre_id>/", evidence.library, name="library"),
    path("library/<uuid:centre_id>/link/", evidence.library_link, name="library-link"),
    path("evidence/<uuid:evidence_id>/", evidence.download, name="evidence"),
    path("evidence/<uuid:evidence_id>/picture/", evidence.picture, name="picture"),
    path("evidence/<uuid:evidence_id>/edit/", evidence.edit, name="evidence-edit"),
    path("evidence/<uuid:evidence_id>/retire/", evidence.retire, name="retire"),
    path(f"{_ONE}review/", review.request_page, name="review-request"),
    path("reviews/", review.inbox, name="reviews"),
    path("reviews/<uuid:review_id>/", review.page, name="review"),
    path("reviews/<uuid:review_id>/cancel/", review.cancel, name="review-cancel"),
    path(f"{_ONE}sign/", signing.page, name="sign"),
    path(f"{_ONE}sign/print/", signing.paper_to_sign, name="sign-print"),
    path(f"{_ONE}sign/paper/", signing.paper, name="sign-paper"),
    path(f"{_ONE}sign/paper/copy/", signing.paper_copy, name="sign-copy"),
    path(f"{_ONE}sign/void/", signing.void, name="sign-void"),
    path(f"{_ONE}submit/", filing.submit, name="submit"),
    path(f"{_ONE}receipt/", filing.latest_receipt, name="latest-receipt"),
    path(f"{_ONE}withdraw/", filing.withdraw, name="withdraw"),
    path(f"{_ONE}reopen/", filing.reopen, name="reopen"),
    path("submissions/<uuid:submission_id>/", filing.receipt, name="receipt"),
    path("submissions/<uuid:submission_id>/receipt/", filing.receipt_pdf, name="receipt-pdf"),
    path("submissions/<uuid:submission_id>/file/", filing.submitted_file, name="submitted-file"),
    path("board/", board.board, name="board"),
    *helping.URLS,
    *renewing.URLS,
    *findings.URLS,
    *following.URLS,
    *obstacles.URLS,
    *readiness.URLS,
    *readiness_files.URLS,
    *readiness_sending.URLS,
    *assessors.URLS,
    *practices.URLS,
    *selfcheck.URLS,
    *sharing.URLS,
    *both("receipts/", public.ask, "receipt-ask"),
    *both("receipts/<slug:code>/", public.check, "receipt-check"),
]

nav.item("applications", _("ใบสมัคร"), "applications:mine", capability="applications.edit", order=20)
nav.item(
    "library",
    _("คลังหลักฐาน"),
    "applications:libraries",
    capability="applications.edit",
    order=22,
    namespaces=(),
)
nav.item(
    "reviews", _("ตรวจทาน"), "applications:reviews", capability="applications.review", order=24, namespaces=()
)
nav.item("board", _BOARD, "applications:board", capability="applications.review", order=25, namespaces=())
nav.item(
    "board-programme",
    _BOARD,
    "applications:board",
    capability="applications.see_submitted",
    order=25,
    namespaces=(),
)
nav.item(
    "readiness",
    _("ความพร้อม"),
    "applications:readiness",
    capability="applications.readiness",
    order=26,
    namespaces=(),
    when=readiness_rules.is_offered,
)
nav.item(
    "readiness-lists",
    _("ความพร้อม"),
    "applications:readiness-lists",
    capability="applications.see_readiness",
    order=26,
    namespaces=(),
)
nav.item(
    "obstacles",
    _("ปัญหาที่ติดอยู่"),
    "applications:obstacles",
    capability="applications.obstacles",
    order=27,
    namespaces=(),
)
nav.item(
    "practices",
    _("แนวปฏิบัติที่ดี"),
    "applications:practice-work",
    capability="applications.practices",
    order=28,
    namespaces=(),
    seldom=True,
)
nav.footer("practices", _("แนวปฏิบัติที่ดี"), "applications:practices", order=35)
nav.footer("receipt", _("ตรวจหลักฐานการรับใบสมัคร"), "applications:receipt-ask", order=15)
