"""Long readiness lists as files: made in the background, for who asked alone."""

import dataclasses
import io

import pikepdf
import pytest

from saduak.applications import actions, following_tasks, readiness_papers, readiness_tasks, signals
from saduak.applications.models import BoardExport, ReadinessExport
from saduak.applications.queries import has_failed
from saduak.applications.queries import readiness as queries
from saduak.applications.queries.readiness import Desk, Wanted
from saduak.foundation import clock, files, ids, spreadsheets
from saduak.foundation.access import Actor, Invalid, Refused
from saduak.foundation.files.clearing import unreferenced
from saduak.foundation.models import JobRun
from saduak.organisations.models import Appointment
from tests.applications.factories_readiness import assessed, confirmed, sent
from tests.applications.test_documents import text_of
from tests.organisations.factories import actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_window():
    with clock.travel(MID_WINDOW):
        yield


@pytest.fixture
def both(land, people):
    """The district's unit is ready, the city's is not."""
    assessed(people.province, land.round, land.province, land.centre)
    assessed(people.province, land.round, land.province, land.city_centre, ready=False, reasons="ไม่มีทางลาด")


@pytest.fixture
def heard():
    """The files that rooms above were told of."""
    found = []
    signals.readiness_written.connect(lambda export, **_: found.append(export), weak=False, dispatch_uid="t")
    return found


@pytest.fixture
def refused():
    """What rooms above were told of files that are not made."""
    found = []
    signals.readiness_refused.connect(
        lambda export, **_: found.append(export.refused), weak=False, dispatch_uid="r"
    )
    return found


def asked(actor, land, content="units", **more):
    return actions.request_readiness_file(
        actor=actor, content=content, round_id=land.round.public_id, office_id=land.province.public_id, **more
    )


def written(made):
    readiness_tasks.write_list(export_id=str(made.public_id))
    made.refresh_from_db()
    return made


def test_an_offices_list_is_written_as_it_was_filtered(land, people, both, heard):
    made = asked(people.province, land, query=Wanted(verdict="no").query)
    job = JobRun.objects.get(path=actions.readiness_files.WRITE)
    assert (job.kwargs, made.job) == ({"export_id": str(made.public_id)}, job.key)
    assert not has_failed(made)
    for _ in range(2):
        written(made)
    assert (made.lines, made.file.media_type) == (1, spreadsheets.XLSX_TYPE)
    assert heard == [made]
    assert queries.export(people.province, made.public_id) == made
    for other in (people.over_cities, people.secretariat, Actor.public()):
        assert queries.export(other, made.public_id) is None
    assert queries.export(people.province, ids.public_id()) is None
    kept = actions.keep_readiness_file(
        actor=Actor.system("test"), export_id=made.public_id, stored=made.file, lines=9
    )
    assert (kept.lines, len(heard)) == (1, 1)


def test_what_waits_for_the_head_is_printed_in_parts(land, people, both, monkeypatch):
    monkeypatch.setattr(readiness_papers, "PART", 1)
    made = written(asked(people.province, land, "signing"))
    page = queries.confirm_page(people.province, Desk(land.round, land.province))
    with files.open(made.file) as stored:
        data = stored.read()
    with pikepdf.open(io.BytesIO(data)) as drawn:
        assert len(drawn.pages) == 2
    read = " ".join(text_of(data).split())
    assert (made.lines, made.file.media_type) == (2, "application/pdf")
    assert read.count("รายการประเมินความพร้อมของหน่วยงาน") == read.count("ขอยืนยันผลประเมินความพร้อมนี้") == 1
    assert read.count(f"รหัสหน้านี้ {page.code}") == 1
    assert "หน้า 1 " in read
    assert "หน้า 2" in read
    assert read.index("หน่วยบริการงานทะเบียน") < read.index("ไม่มีทางลาด")


def test_a_list_that_was_sent_is_written_for_who_reads_it(land, people, both):
    governor = actor_for("head", land.province, received_at=MID_WINDOW)
    confirmed(governor, land.round, land.province)
    listed = sent(people.province, land.round, land.province)
    made = actions.request_list_file(actor=people.secretariat, list_id=listed.public_id)
    assert (made.content, made.office, made.list) == ("list", land.province, listed)
    assert (written(made).lines, made.file.name.endswith("-1.xlsx")) == (2, True)
    with pytest.raises(Refused) as refused:
        actions.request_list_file(actor=people.other_secretariat, list_id=listed.public_id)
    assert refused.value.code == "not-yours"


@pytest.mark.postgres
def test_a_file_that_could_not_be_made_is_made_once_more_when_asked(land, people, both):
    made = asked(people.province, land)
    first = made.job

    def again():
        return actions.request_readiness_file_again(actor=people.province, export_id=made.public_id).job

    assert again() == first, "it is being made"
    JobRun.objects.filter(key=first).update(failed_at=clock.wall())
    second = again()
    assert second != first
    with pytest.raises(ReadinessExport.DoesNotExist):
        actions.request_readiness_file_again(actor=people.secretariat, export_id=made.public_id)
    written(made)
    JobRun.objects.all().delete()
    assert again() == second, "it is there"


def test_what_can_not_be_asked_for(land, people):
    for actor in (people.officer, people.secretariat, Actor.public()):
        with pytest.raises(Refused) as refused:
            asked(actor, land)
        assert refused.value.code == "not-yours"
    with pytest.raises(Refused) as refused:
        actions.exports.begin(Actor.public(), ReadinessExport(), actions.readiness_files.WRITE)
    assert refused.value.code == "no-account"
    with pytest.raises(Invalid):
        asked(people.province, land, "list")
    with pytest.raises(Invalid):
        asked(people.province, land, query="x" * 2001)
    assert not ReadinessExport.objects.exists()


@pytest.mark.postgres
def test_the_same_that_is_being_made_is_not_made_twice(land, people, both):
    made = asked(people.province, land)
    assert asked(people.province, land) == made
    others = [asked(people.province, land, "signing"), asked(people.province, land, query="state=none")]
    others.append(asked(actor_for("head", land.province, received_at=MID_WINDOW), land))
    assert len({made.pk, *(row.pk for row in others)}) == 4
    JobRun.objects.filter(key=made.job).update(failed_at=clock.wall())
    again = asked(people.province, land)
    assert (again, again.job == made.job, has_failed(again)) == (made, False, False)
    written(made)
    assert asked(people.province, land) != made, "as it is now"


def test_who_lost_the_post_meanwhile_gets_no_file_and_is_told_why(land, people, both, refused):
    made = asked(people.province, land)
    Appointment.objects.filter(person=people.province.person_id).delete()
    for _n in range(2):
        written(made)
    assert (made.file, made.refused) == (None, "คุณไม่มีสิทธิ์อ่านรายการนี้แล้ว")
    again = actions.refuse_readiness_file(
        actor=Actor.system("test"), export_id=made.public_id, reason="เหตุผลอื่น"
    )
    assert (again.refused, refused) == (made.refused, [made.refused]), "once"
    JobRun.objects.all().delete()
    assert not has_failed(made), "it is not tried again"
    assert queries.export(dataclasses.replace(people.province, holdings=()), made.public_id) == made
    job = made.job
    assert actions.request_readiness_file_again(actor=people.province, export_id=made.public_id).job == job


def test_what_the_head_has_confirmed_meanwhile_is_not_printed(land, people, both, refused):
    made = asked(people.province, land, "signing")
    confirmed(actor_for("head", land.province, received_at=MID_WINDOW), land.round, land.province)
    assert written(made).refused == "ไม่มีผลประเมินที่รอหัวหน้ายืนยันแล้ว จึงไม่มีรายการให้ลงนาม"
    # A file that is there stays, whatever is said later.
    there = written(asked(people.province, land))
    kept = actions.refuse_readiness_file(
        actor=Actor.system("test"), export_id=there.public_id, reason="ไม่มีสิทธิ์"
    )
    assert (kept.file, kept.refused, refused) == (there.file, "", [made.refused])


def test_a_file_goes_with_the_right_to_read_it(land, people, both):
    made = written(asked(people.province, land))
    confirmed(actor_for("head", land.province, received_at=MID_WINDOW), land.round, land.province)
    listed = sent(people.province, land.round, land.province)
    whole = written(actions.request_list_file(actor=people.secretariat, list_id=listed.public_id))
    for actor, row in ((people.province, made), (people.secretariat, whole)):
        assert queries.export(actor, row.public_id) == row
        lost = dataclasses.replace(actor, holdings=())
        assert queries.export(lost, row.public_id) is None
        with pytest.raises(ReadinessExport.DoesNotExist):
            actions.request_readiness_file_again(actor=lost, export_id=row.public_id)


def test_files_are_kept_for_some_days(land, people, both):
    old = written(asked(people.province, land))
    new = asked(people.province, land, "signing")
    board = actions.request_export(actor=people.province, round_id=land.round.public_id, query="")
    ReadinessExport.objects.filter(pk=old.pk).update(requested_at=clock.now() - actions.exports.KEPT)
    assert following_tasks.prune_files() == 1
    assert list(ReadinessExport.objects.all()) == [new]
    assert old.file in set(unreferenced())
    with clock.travel(MID_WINDOW + actions.exports.KEPT):
        assert following_tasks.prune_files() == 2
    assert not BoardExport.objects.filter(pk=board.pk).exists()


def test_filters_go_through_an_address_and_back():
    wanted = Wanted(state="sent", verdict="yes", q="วังทอง", sort="name")
    assert Wanted.of(wanted.query) == wanted
    assert (Wanted().query, Wanted.of("")) == ("", Wanted())
    assert Wanted.of("round=1&state=none&q=%00ก&sort=") == Wanted(state="none", q="ก")
    assert len(Wanted.of(f"q={'x' * 300}").q) == 100
