"""A list of past results after it was brought in: told in other words, thrown away, entered in the background once each."""

import datetime

import pytest

from saduak.foundation import batches, clock, jobs
from saduak.foundation.access import Actor, Conflict
from saduak.foundation.models import AuditEntry, BatchItem
from saduak.register.models import Certificate, PastImport, PastResult
from saduak.register.past import actions, entering
from saduak.register.past import queries as past
from tests.organisations.factories import OrganisationFactory, ProgrammeFactory, ServiceCentreFactory
from tests.programme.factories import published_set, secretariat
from tests.register.factories import NOW, CertificateFactory, PublicationFactory

DAY = datetime.date
OF_2564 = actions.Announced(2564, "ประกาศ ปี 2564", DAY(2021, 9, 2))
TABLE = (
    "ชื่อศูนย์,ระดับ,เลขที่ใบรับรอง\n" + "".join(f"ศูนย์ {n},พื้นฐาน,{n}/2564\n" for n in range(1, 6)) + "ไม่รู้จัก,พื้นฐาน,\n"
)
SYSTEM = Actor.system("test")


@pytest.fixture
def programme(db):
    with clock.travel(NOW):
        row = ProgrammeFactory(code="gecc")
        published_set(row)
        office = OrganisationFactory(name_th="สำนักงาน")
        for n in range(1, 7):
            ServiceCentreFactory(organisation=office, name_th=f"ศูนย์ {n}")
        yield row


@pytest.fixture
def actor(programme):
    return secretariat(programme, NOW)


def centre(n):
    return ServiceCentreFactory._meta.model.objects.get(name_th=f"ศูนย์ {n}")


@pytest.fixture
def bring(programme, actor):
    def run(announced=OF_2564, content=TABLE, **more):
        return actions.import_past(
            actor=actor, programme=programme, content=content.encode(), announced=announced, **more
        )

    return run


@pytest.fixture
def row(bring):
    return bring().row


def choose(actor, row, number, chosen):
    line = row.results.get(line=number)
    return actions.match_past(actor=actor, result_id=line.public_id, centre_id=chosen and chosen.public_id)


# --- Told in other words ----------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_the_same_file_in_other_words_takes_the_place_of_the_first(bring, actor, row):
    choose(actor, row, 7, centre(6))
    choose(actor, row, 2, None)
    other = actions.Announced(2563, " ประกาศ  ปี 2563 ", DAY(2020, 9, 2), validity_years=2)
    dry = bring(other, dry_run=True)
    assert (dry.how, dry.row, PastImport.objects.get().fiscal_year) == ("changed", None, 2564)
    found = bring(other)
    assert (found.how, found.row) == ("changed", row)
    row.refresh_from_db()
    assert (row.fiscal_year, row.announcement, row.announced_on, row.validity_years) == (
        2563,
        "ประกาศ ปี 2563",
        DAY(2020, 9, 2),
        2,
    )
    kept = {each.line: (each.how, each.centre and each.centre.name_th) for each in row.results.all()}
    assert (kept[7], kept[2], kept[3]) == (("chosen", "ศูนย์ 6"), ("none", None), ("exact", "ศูนย์ 2"))
    told = AuditEntry.objects.get(verb="register.past_changed").facts
    assert told["before"] == ["2564", "ประกาศ ปี 2564", "2021-09-02", "3"]
    again = bring(other, dry_run=True)
    assert (again.how, again.row, again.lines, again.exact) == ("same", None, 6, 4)


def test_a_centre_that_somebody_chose_is_not_given_to_another_line_later(bring, actor, row):
    choose(actor, row, 2, None)
    choose(actor, row, 7, centre(1))
    choose(actor, row, 3, centre(6))
    PastResult.objects.filter(past_import=row, line=2).update(how="open")
    changed = bring(actions.Announced(2564, "ชื่อใหม่", DAY(2021, 9, 2))).row
    first = changed.results.get(line=2)
    assert (first.how, first.centre, first.candidates) == ("open", None, [centre(1).pk])
    assert changed.results.get(line=7).centre == centre(1)


def test_once_something_is_entered_it_is_neither_changed_nor_thrown_away(bring, actor, row):
    entering.apply_past(actor=actor, import_id=row.public_id)
    for code in ("running", "entered"):
        for run in (
            lambda: bring(actions.Announced(2564, "ชื่อใหม่", DAY(2021, 9, 2))),
            lambda: actions.drop_past(actor=actor, import_id=row.public_id),
        ):
            with pytest.raises(Conflict) as refused:
                run()
            assert refused.value.code == code
        jobs.run_pending()
    assert "ประกาศ ปี 2564" in str(refused.value.reason)
    assert bring().how == "same"


def test_a_list_is_thrown_away_and_brought_in_anew(bring, actor, row):
    actions.drop_past(actor=actor, import_id=row.public_id)
    assert not PastImport.objects.exists()
    assert not PastResult.objects.exists()
    assert AuditEntry.objects.get(verb="register.past_dropped").facts["announcement"] == "ประกาศ ปี 2564"
    assert bring().how == "new"


# --- Entered ----------------------------------------------------------------------------------------------------------


def test_what_is_confirmed_says_how_many_of_which_level(bring, actor, row, programme, exactly):
    CertificateFactory(
        publication=PublicationFactory(programme=programme), centre=centre(1), fiscal_year=2564
    )
    with exactly(2):
        told = past.to_enter(actor, row)
    assert (told.lines, told.levels, told.held) == (5, (("พื้นฐาน", 5),), 1)
    with pytest.raises(Conflict) as changed:
        entering.apply_past(actor=actor, import_id=row.public_id, expected=4)
    assert changed.value.code == "changed"
    entering.apply_past(actor=actor, import_id=row.public_id, expected=5)
    with pytest.raises(Conflict) as running:
        entering.apply_past(actor=actor, import_id=row.public_id)
    assert running.value.code == "running"
    assert past.imports(actor).get().is_being_entered
    assert not Certificate.objects.filter(origin="announcement").exists()
    jobs.run_pending()
    assert not past.imports(actor).get().is_being_entered
    assert Certificate.objects.filter(origin="announcement").count() == 4
    assert AuditEntry.objects.get(verb="register.past_applied").facts["lines"] == 5
    assert AuditEntry.objects.get(verb="register.past_entered").facts == {"lines": 5}
    assert past.to_enter(actor, row).lines == 0


@pytest.mark.postgres
def test_a_killed_worker_enters_each_line_once(actor, row):
    batch = entering.apply_past(actor=actor, import_id=row.public_id).batch
    kind = batches.KINDS[entering.ENTER]
    assert batches._chunk(batch.pk, kind, 2, last_turn=False) == 2
    assert Certificate.objects.count() == 2
    row.refresh_from_db()
    entering.work_now(row)
    keys = [int(item) for item in batch.items.values_list("item", flat=True)]
    assert entering.enter_lines(actor=SYSTEM, import_id=row.public_id, keys=keys) == {}
    assert Certificate.objects.values("centre").distinct().count() == Certificate.objects.count() == 5
    assert Certificate.objects.values("publication").distinct().count() == 1


def test_a_chunk_asks_the_database_the_same_however_many_lines(actor, row, exactly):
    keys = list(row.results.filter(entering.READY).order_by("line").values_list("pk", flat=True))
    entering.enter_lines(actor=SYSTEM, import_id=row.public_id, keys=keys[:1])
    for part in (keys[1:2], keys[2:]):
        with exactly(8):
            entering.enter_lines(actor=SYSTEM, import_id=row.public_id, keys=part)
    assert Certificate.objects.count() == 5


def test_a_number_that_was_given_meanwhile_is_told_at_its_line(actor, row, programme):
    CertificateFactory(publication=PublicationFactory(programme=programme), number="3/2564")
    choose(actor, row, 7, centre(6))
    entering.apply_past(actor=actor, import_id=row.public_id)
    choose(actor, row, 7, None)
    assert past.refused_lines(actor, row) == []
    jobs.run_pending()
    row.refresh_from_db()
    ((line, words),) = past.refused_lines(actor, row)
    assert (line.line, words) == (4, "เลขที่ใบรับรอง 3/2564 มีในทะเบียนแล้ว")
    assert row.results.filter(certificate__isnull=False).count() == 4
    assert BatchItem.objects.filter(batch=row.batch, state="done").count() == 5
    choose(actor, row, 4, None)
    assert past.refused_lines(actor, row) == []
