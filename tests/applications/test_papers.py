import datetime
import io
from unittest import mock

import pypdfium2
import pytest
from PIL import Image

from saduak.applications import actions, content, papers, queries, word
from saduak.applications.models import Answer, AnswerVersion, Paper
from saduak.applications.queries import readiness
from saduak.applications.rules.papers import _of_denied
from saduak.foundation import clock, files, jobs
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.models import AuditEntry, JobRun
from tests.applications.factories import ApplicationFactory, answer, filled, fresh, signed_application
from tests.applications.factories_quality import packed, rewritten
from tests.applications.factories_readiness import assessed, confirmed, sent
from tests.applications.test_documents import text_of
from tests.kept import kept
from tests.organisations.factories import actor_for
from tests.programme.factories import MID_WINDOW, RoundFactory
from tests.programme.factories_checks import SURVEY, asking_set

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")


def save(people, row, **given):
    now = Answer.objects.get(pk=row.pk).version
    return actions.save_answer(actor=people.officer, answer_id=row.public_id, version=now, **given)


def photo(people, row, colour=0, caption="ป้ายหน้าศูนย์", **more):
    out = io.BytesIO()
    Image.new("RGB", (1600, 1200), (colour, 90, 120)).save(out, "JPEG")
    return actions.add_evidence(
        actor=people.officer,
        answer_id=row.public_id,
        file=out.getvalue(),
        name="a.jpg",
        caption=caption,
        **more,
    ).evidence


def whole(people, application):
    tasks = queries.task_list(people.officer, application.public_id)
    return papers.whole_pdf(tasks, content.uses_of(tasks.application))


def pages(data):
    with pypdfium2.PdfDocument(data) as pdf:
        return len(pdf)


def test_the_whole_application_says_everything_and_shows_each_photo_once(land, people):
    row = RoundFactory(programme=land.programme, fiscal_year=2571, criteria_set=asking_set(land.programme))
    asked = ApplicationFactory(centre=land.centre, round=row, actor=people.officer)
    survey, gate = answer(asked, SURVEY), answer(asked, "1", "physical")
    save(people, survey, claim="met", narrative="ฝั่งซ้ายมีที่นั่งรอ\n\nน้ำดื่มฟรีทุกวัน\x0b", numbers={"users": "1,250"})
    save(people, gate, claim="met")
    save(people, answer(asked, "1.1"), claim="unmet")
    shown = photo(people, gate, taken_on=datetime.date(2027, 1, 5))
    actions.link_evidence(actor=people.officer, answer_id=survey.public_id, evidence_id=shown.public_id)
    actions.add_evidence(
        actor=people.officer,
        answer_id=survey.public_id,
        file=exported(people, asked),
        name="a.docx",
        caption="รายงานผล",
    )
    data = whole(people, asked)
    text = text_of(data)
    for words in (
        "หน่วยบริการงานทะเบียน",
        "ฝั่งซ้ายมีที่นั่งรอ",
        "น้ำดื่มฟรีทุกวัน",
        "ผู้รับบริการทั้งปี 1,250 คน",
        "ขอ 1 จาก 1 คะแนน",
        "มีครบ",
        "ยังไม่มีหรือมีไม่ครบ",
        "ยังไม่ตอบ",
        "ป้ายหน้าศูนย์ (5 ม.ค. 2570)",
        "(รูปอยู่ที่ข้อ 1)",
        "รายงานผล",
        "ไม่มีหลักฐาน",
        "(ประมาณการ)",
    ):
        assert words in text, (words, text)
    assert len(data) < 400_000


def test_a_photo_that_is_lost_and_those_past_the_most_are_named(draft, people):
    gate = answer(draft, "1", "physical")
    first, second = photo(people, gate, caption="รูปหนึ่ง"), photo(people, gate, 9, "รูปสอง")
    files.path_of(first.file.sha256).unlink()
    with mock.patch.object(papers, "MOST_PICTURES", 1):
        photo(people, gate, 20, "รูปสาม")
        text = text_of(whole(people, draft))
    assert all(words in text for words in ("รูปหนึ่ง", "รูปสอง", "รูปสาม"))
    assert second.caption == "รูปสอง"
    uses = content.uses_of(fresh(draft))
    assert {row.caption for row in papers.pictures_of(uses)} == {"รูปหนึ่ง", "รูปสอง", "รูปสาม"}


def test_a_signed_application_names_the_position_that_signed(draft, people):
    signed_application(draft, head=people.head)
    text = text_of(whole(people, draft))
    assert "ผู้ลงนามรับรองข้อมูล" in text
    assert "4 ก.พ. 2570" in text


def test_the_summary_is_one_page(draft, people):
    tasks = queries.task_list(people.officer, draft.public_id)
    data = papers.summary_pdf(tasks)
    text = text_of(data)
    assert pages(data) == 1
    for words in (
        "หน่วยบริการงานทะเบียน",
        "จาก 14",
        "ยังไม่มีระดับ",
        "ทำเกณฑ์ที่ต้องผ่านให้ครบ",
        "ต้องแก้ก่อนยื่น 14 เรื่อง",
        "ยังไม่ได้ขอตรวจทาน",
    ):
        assert words in text, (words, text)
    filled(draft)
    actions.request_review(
        actor=people.officer, application_id=draft.public_id, organisation_id=_above(people, draft)
    )
    done = queries.task_list(people.officer, draft.public_id)
    text = text_of(papers.summary_pdf(done))
    assert "ไม่มีเรื่องที่ต้องทำเพิ่ม" in text
    assert "ถึงเกณฑ์" in text
    assert "กรมการปกครอง รอ" in text, text


def test_what_was_told_of_readiness_stands_in_the_summary_and_in_the_word_file(land, draft, people, exactly):
    head = actor_for("head", land.province, received_at=MID_WINDOW)
    why = "ไม่มีทางลาด " * 60
    assessed(people.province, land.round, land.province, land.centre, ready=False, reasons=why)
    tasks = queries.task_list(people.officer, draft.public_id)
    assert "ความพร้อม" not in text_of(papers.summary_pdf(tasks))
    confirmed(head, land.round, land.province)
    sent(people.province, land.round, land.province)
    with exactly(1):
        told = readiness.told_of(people.officer, draft)
    data = papers.summary_pdf(tasks, told)
    read = " ".join(text_of(data).split())
    assert "ความพร้อม จังหวัดพิษณุโลก: ยังไม่พร้อม ไม่มีทางลาด" in read
    assert pages(data) == 1
    book = papers.book_of(tasks, content.uses_of(tasks.application), told)
    assert book.facts[1].startswith("ความพร้อม จังหวัดพิษณุโลก: ยังไม่พร้อม ไม่มีทางลาด")
    assert book.facts[1].endswith("ประเมินเมื่อ 3 ก.พ. 2570 หัวหน้าของหน่วยงานที่ประเมินยืนยันแล้ว")
    assert word.to_docx(book)[:2] == b"PK"


def _above(people, draft):
    return queries.reviewers(fresh(draft))[0].organisation.public_id


def test_what_is_late_is_said_in_days(draft, people):
    tasks = queries.task_list(people.officer, draft.public_id)
    closing = next(due for due in tasks.deadlines if due.kind == "window")
    with mock.patch("saduak.foundation.clock.now", return_value=closing.due_at + datetime.timedelta(days=3)):
        assert "เลยมาแล้ว" in text_of(papers.summary_pdf(tasks))


# --- By a job ----------------------------------------------------------------------------------------------------------


def test_a_job_prints_what_was_asked_for_once(draft, people):
    paper = actions.ask_whole(actor=people.province, application_id=draft.public_id)
    again = actions.ask_whole(actor=people.officer, application_id=draft.public_id)
    assert (again, paper.file) == (paper, None)
    assert JobRun.objects.filter(path="applications.tasks.print_whole_paper").count() == 1
    assert jobs.run_pending() >= 1
    paper.refresh_from_db()
    assert paper.file.name == "ใบสมัคร หน่วยบริการงานทะเบียน.pdf"
    with files.open(paper.file) as data:
        assert data.read(5) == b"%PDF-"
    assert queries.whole_of(people.officer, fresh(draft), paper.digest) == paper
    assert actions.print_whole(actor=SYSTEM, paper_id=paper.public_id) == paper


def test_what_could_not_be_printed_is_told_and_tried_again(draft, people):
    def ask():
        return actions.ask_whole(actor=people.officer, application_id=draft.public_id)

    paper = ask()
    assert not queries.print_failed(paper)
    JobRun.objects.filter(key=paper.job).update(failed_at=clock.wall())
    assert queries.print_failed(paper)
    again = ask()
    assert (again, again.job == paper.job) == (paper, False)
    assert ask().job == again.job, "pressed twice"
    assert not queries.print_failed(again)
    jobs.run_pending()
    again.refresh_from_db()
    JobRun.objects.all().delete()
    assert not queries.print_failed(again), "it is there"
    assert ask().job == again.job


def test_what_was_printed_before_a_change_is_given_up(draft, people):
    paper = actions.ask_whole(actor=people.officer, application_id=draft.public_id)
    save(people, answer(draft, SURVEY), narrative="ใหม่")
    later = actions.ask_whole(actor=people.officer, application_id=draft.public_id)
    assert list(Paper.objects.all()) == [later]
    assert actions.print_whole(actor=SYSTEM, paper_id=paper.public_id) is None
    from saduak.applications.actions.papers import _attach_whole  # noqa: PLC0415 - what two jobs at once do

    assert _attach_whole(actor=SYSTEM, paper_id=paper.public_id, data=b"%PDF-") is None
    first = _attach_whole(actor=SYSTEM, paper_id=later.public_id, data=b"%PDF-1")
    assert _attach_whole(actor=SYSTEM, paper_id=later.public_id, data=b"%PDF-2").file == first.file


def test_only_readers_have_it_printed_and_see_it(draft, people):
    with pytest.raises(Refused) as refused:
        actions.ask_whole(actor=people.stranger, application_id=draft.public_id)
    assert refused.value.code == "not-yours"
    paper = actions.ask_whole(actor=people.officer, application_id=draft.public_id)
    assert list(Paper.objects.visible_to(people.province)) == [paper]
    assert list(Paper.objects.visible_to(people.stranger)) == []
    assert list(Paper.objects.visible_to(people.over_cities)) == []


def test_a_denial_of_the_application_denies_its_papers(people):
    with mock.patch("saduak.applications.rules.papers.registry.visible", return_value=(None, None)):
        assert _of_denied(people.officer) is None
    assert _of_denied(people.officer) is None or _of_denied(people.officer)


# --- From a word processor ---------------------------------------------------------------------------------------------


def exported(people, application):
    tasks = queries.task_list(people.officer, application.public_id)
    return word.to_docx(papers.book_of(tasks, content.uses_of(tasks.application)))


def bring(people, application, data, actor=None):
    return actions.bring_word(
        actor=actor or people.officer, application_id=application.public_id, file=data, name="a.docx"
    )


@kept
def two(draft, people):
    """Two items with texts, and the Word file that was made then."""
    first, second = answer(draft, SURVEY), answer(draft, "2.3")
    save(people, first, narrative="เดิมหนึ่ง")
    save(people, second, narrative="เดิมสอง")
    return first, second, exported(people, draft)


def versions(page):
    return {c.answer.criterion.key: c.answer.version for c in page.changes}


def test_a_file_that_nobody_wrote_in_changes_nothing(draft, people, two):
    paper = bring(people, draft, two[2])
    page = queries.word_page(people.officer, paper.public_id)
    assert (page.changes, page.same, bool(page.may_edit)) == ((), 50, True)
    entry = AuditEntry.objects.filter(verb="applications.word_brought").get()
    assert entry.facts["paper"] == str(paper.public_id)
    assert queries.word_page(people.stranger, paper.public_id) is None


def test_who_changed_what_and_what_is_taken(draft, people, two):
    _first, second, data = two
    third = answer(draft, "2.4")
    data = rewritten(rewritten(data, "เดิมหนึ่ง", "ในไฟล์หนึ่ง"), "เดิมสอง", "ในไฟล์สอง")
    save(people, second, narrative="ในระบบสอง")
    save(people, third, narrative="ในระบบสาม")
    paper = bring(people, draft, data)
    page = queries.word_page(people.officer, paper.public_id)
    assert [(c.answer.criterion.number, c.who, c.text) for c in page.changes] == [
        ("2.1", "mine", "ในไฟล์หนึ่ง"),
        ("2.3", "both", "ในไฟล์สอง"),
        ("2.4", "theirs", ""),
    ]
    assert [len(page.of(who)) for who in ("mine", "both", "theirs")] == [1, 1, 1]
    seen = versions(page)
    keys = {c.answer.criterion.number: c.answer.criterion.key for c in page.changes}
    taken = actions.take_word(
        actor=people.officer,
        paper_id=paper.public_id,
        chosen={
            keys["2.1"]: ("mine", seen[keys["2.1"]]),
            keys["2.3"]: ("both", seen[keys["2.3"]]),
            keys["2.4"]: ("theirs", seen[keys["2.4"]]),
        },
    )
    assert (taken.saved, taken.clashes, taken.problems) == (["2.1", "2.3"], [], [])
    texts = dict(Answer.objects.filter(application=draft).values_list("criterion__number", "narrative"))
    assert texts["2.1"] == "ในไฟล์หนึ่ง"
    assert texts["2.3"] == "ในระบบสอง\n\nในไฟล์สอง"
    assert texts["2.4"] == "ในระบบสาม"


def test_who_wrote_since_the_page_was_seen_is_never_overwritten(draft, people, two):
    first, _second, data = two
    paper = bring(people, draft, rewritten(data, "เดิมหนึ่ง", "ในไฟล์หนึ่ง"))
    page = queries.word_page(people.officer, paper.public_id)
    (key, version), *_rest = versions(page).items()
    save(people, first, narrative="เพื่อนร่วมงานเขียน")
    taken = actions.take_word(actor=people.officer, paper_id=paper.public_id, chosen={key: ("mine", version)})
    assert (taken.saved, taken.clashes) == ([], ["2.1"])
    first.refresh_from_db()
    assert first.narrative == "เพื่อนร่วมงานเขียน"
    assert AnswerVersion.objects.filter(answer=first).count() == 1
    page = queries.word_page(people.officer, paper.public_id)
    assert [c.who for c in page.changes] == ["both"]


def test_a_text_that_is_too_long_is_a_problem_of_its_own(draft, people, two):
    first, _second, data = two
    paper = bring(people, draft, rewritten(data, "เดิมหนึ่ง", "ก" * 20_001))
    key = first.criterion.key
    taken = actions.take_word(actor=people.officer, paper_id=paper.public_id, chosen={key: ("mine", 1)})
    assert [number for number, _words in taken.problems] == ["2.1"]
    assert "ยาวเกิน" in str(taken.problems[0][1])


def test_files_that_are_not_of_this_application(draft, people, two, land):
    other = ApplicationFactory(
        centre=land.centre, round=RoundFactory(programme=land.other), actor=people.officer
    )
    with pytest.raises(Invalid) as refused:
        bring(people, other, two[2])
    assert refused.value.code == "word-other"
    with pytest.raises(Invalid):
        bring(people, draft, packed({"a.txt": b"a"}))
    with pytest.raises(Refused):
        bring(people, draft, two[2], actor=people.stranger)
    assert Paper.objects.count() == 0


def test_nothing_is_taken_into_what_was_filed(draft, people, two):
    paper = bring(people, draft, rewritten(two[2], "เดิมหนึ่ง", "ใหม่"))
    signed_application(draft, head=people.head)
    actions.submit(actor=people.officer, application_id=draft.public_id)
    with pytest.raises(Conflict):
        actions.take_word(actor=people.officer, paper_id=paper.public_id, chosen={})
    with pytest.raises(Conflict):
        bring(people, draft, two[2])


def test_a_taken_text_voids_the_signature(draft, people, two):
    signed = signed_application(draft, head=people.head)
    first = answer(draft, SURVEY)
    data = exported(people, draft)
    paper = bring(people, draft, rewritten(data, first.narrative, "หลังลงนาม"))
    taken = actions.take_word(
        actor=people.officer, paper_id=paper.public_id, chosen={first.criterion.key: ("mine", first.version)}
    )
    signed.refresh_from_db()
    assert (taken.saved, signed.state) == (["2.1"], "draft")


def test_a_field_of_a_criterion_that_is_gone_is_passed_over(draft, people, two):
    fields = (word.Field("x", "c-000000", 1, "0" * 16, "ข้อความ"),)
    assert queries.words.changes_of(fields, content.answers_of(fresh(draft))) == []
