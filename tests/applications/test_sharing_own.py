"""What a centre brings as its own, and what of it is a headquarters': by content, in whatever order it was clicked."""

import pytest
from django.core.management import call_command

from saduak.applications import actions, queries, signals, tasks
from saduak.applications.actions import Sharing, Source, sharing
from saduak.applications.models import Evidence, SharedItem
from saduak.applications.web import attaching
from saduak.foundation import batches, clock, files, jobs
from saduak.foundation.access import Actor, Conflict
from saduak.foundation.files.clearing import unreferenced
from saduak.foundation.models import AuditEntry, Batch, JobRun, StoredFile
from saduak.portal.rehearsal import invariants
from tests.applications.factories import answer, filled, fresh, head_of, officer_of
from tests.applications.factories_renewing import held, round_after
from tests.applications.factories_sharing import drafted, published, use
from tests.applications.test_evidence import add, photo
from tests.organisations.factories import OrganisationFactory, actor_for
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
URL = "https://www.dopa.go.th/manual"
# The lock of the application, the item, the answers' locks, they, their count and they again, the counts of the whole,
# and the history.
RECOUNT = 9


def brought(actor, row, item):
    """The headquarters' own file, downloaded and attached."""
    with files.open(item.file) as stream:
        data = stream.read()
    return actions.add_evidence(
        actor=actor, file=data, name="x.png", caption="ของศูนย์", answer_id=row.public_id
    )


def linked(actor, row):
    return actions.add_link(actor=actor, url=URL, caption="ของศูนย์", answer_id=row.public_id)


def counted(row):
    row.refresh_from_db()
    return row.evidence_count


@pytest.mark.postgres
def test_the_order_of_two_clicks_makes_no_proof(draft, gate, item, people):
    added = brought(people.officer, gate, item)
    assert (added.reused, added.evidence.shared, added.evidence.caption) == (True, item, item.caption)
    assert counted(gate) == 0
    assert use(people.officer, gate, item).evidence == added.evidence
    # Nor does it help to take the row out of the library first.
    actions.retire_evidence(actor=people.officer, evidence_id=added.evidence.public_id)
    actions.unlink_evidence(
        actor=people.officer, answer_id=gate.public_id, evidence_id=added.evidence.public_id
    )
    again = brought(people.officer, gate, item)
    assert again.evidence != added.evidence
    assert (again.evidence.shared, counted(gate)) == (item, 0)
    draft.refresh_from_db()
    assert draft.gates_met == 0


@pytest.mark.postgres
def test_the_same_holds_for_a_link(gate, hq, land, people):
    item = published(hq, land.department, land.round, source=Source(url=URL))
    assert linked(people.officer, gate).evidence.shared == item
    assert counted(gate) == 0


def test_what_is_no_headquarters_over_the_centre_or_was_never_published_is_the_centres_own(
    gate, hq, land, people
):
    sister = OrganisationFactory(kind="department")
    published(actor_for("officer", sister, received_at=MID_WINDOW), sister, land.round)
    thrown = drafted(hq, land.department, land.round)
    actions.retire_shared(actor=hq, item_id=thrown.public_id)
    added = brought(people.officer, gate, thrown)
    assert (added.reused, added.evidence.shared, counted(gate)) == (False, None, 1)


def test_what_was_retired_is_attached_again_by_who_brings_it(draft, gate, hq, item, people):
    kept = use(people.officer, answer(draft, "1.4"), item).evidence
    actions.retire_shared(actor=hq, item_id=item.public_id)
    added = brought(people.officer, gate, item)
    assert (added.evidence, added.use.answer, counted(gate)) == (kept, gate, 0)
    with pytest.raises(Conflict) as refusal:
        actions.link_evidence(
            actor=people.officer, answer_id=answer(draft, "1.5").public_id, evidence_id=kept.public_id
        )
    assert refusal.value.code == "retired"


def test_what_counted_alone_and_was_retired_becomes_the_centres_own(gate, hq, land, people):
    """The current one comes first while there is one."""
    item = published(hq, land.department, land.round, needs_local=False, source=Source(url=URL))
    kept = use(people.officer, gate, item).evidence
    assert linked(people.officer, gate).evidence == kept
    actions.retire_shared(actor=hq, item_id=item.public_id)
    own = linked(people.officer, gate)
    assert (own.reused, own.evidence.shared, own.evidence.caption) == (False, None, "ของศูนย์")
    assert linked(people.officer, gate).evidence == own.evidence, "once"


def test_of_two_versions_with_one_file_the_current_one_is_meant(gate, hq, item, people):
    use(people.officer, gate, item)
    following = actions.renew_shared(actor=hq, item_id=item.public_id)
    actions.publish_shared(actor=hq, item_id=following.public_id)
    assert brought(people.officer, gate, item).evidence.shared == following


def test_it_is_said_whose_it_is_without_a_way_to_a_page_that_refuses(gate, hq, item, land, people):
    order = published(hq, land.department, land.round, needs_local=False, source=Source(url=URL))
    whole = "นี่คือรายการของส่วนกลาง ชื่อ “คู่มือมาตรฐานการให้บริการ” จึงใช้รายการนั้น "
    found = brought(people.officer, gate, item).evidence
    outcome = attaching.Attached(known=[(found, "x")])
    assert outcome._noted() == {
        "note": {"text": whole + "แนบหลักฐานของศูนย์ด้วย รายการของส่วนกลางอย่างเดียวไม่นับเป็นหลักฐาน"}
    }
    assert str(attaching.already(use(people.officer, gate, order).evidence)) == whole + "ไม่เก็บซ้ำ"
    own = add(people.officer, gate, photo("blue")).evidence
    note = attaching.Attached(known=[(own, "x")])._noted()["note"]
    assert str(own.public_id) in note["url"]


def test_carrying_over_leaves_what_is_attached_already(hq, item, land):
    """An item that needs local proof counts for nothing: its answer is untouched, and yet it is there."""
    later = MID_WINDOW.replace(year=2030)
    officer = officer_of(land.centre)
    first = actions.start(actor=officer, centre_id=land.centre.public_id, round_id=land.round.public_id)
    filled(first)
    kept = use(officer, answer(first, "3", "physical"), item).evidence
    signer = head_of(land.centre)
    actions.sign(actor=signer, application_id=first.public_id, digest=queries.current_digest(fresh(first)))
    actions.submit(actor=officer, application_id=first.public_id)
    held(first)
    officer = officer_of(land.centre, later)
    row = round_after(land.round, land.round.criteria_set, 2573)
    with clock.travel(later):
        now = actions.start(actor=officer, centre_id=land.centre.public_id, round_id=row.public_id)
        gate = answer(now, "3", "physical")
        assert use(officer, gate, item).evidence == kept
        assert actions.carry_over(actor=officer, application_id=now.public_id)
    uses = gate.uses.filter(removed_at__isnull=True)
    assert uses.count() == gate.carried.evidence_carried == 2
    assert (uses.filter(evidence=kept).count(), counted(gate)) == (1, 1)
    assert Evidence.objects.filter(shared=item).count() == 1


# --- Room --------------------------------------------------------------------------------------------------------------


def test_a_headquarters_library_has_its_room_and_a_draft_that_goes_gives_it_back(hq, land, settings):
    first = drafted(hq, land.department, land.round)
    same = drafted(hq, land.department, land.round, caption="อีกเล่ม")
    settings.CENTRE_FILES_BYTES = 2 * first.file.size
    blue = Source(file=photo("blue"))
    for refused in (
        lambda: drafted(hq, land.department, land.round, source=blue),
        lambda: actions.edit_shared(
            actor=hq, item_id=same.public_id, about=Sharing("x", keys(same)), source=blue
        ),
    ):
        with pytest.raises(Conflict) as refusal:
            refused()
        assert refusal.value.code == "library-full"
    assert SharedItem.objects.count() == StoredFile.objects.count() == 2, "asked before it is kept"
    # The last room is not given twice: it is asked for again with the size of the file.
    settings.CENTRE_FILES_BYTES = 2 * first.file.size + 1
    with pytest.raises(Conflict):
        drafted(hq, land.department, land.round, source=blue)
    link = drafted(hq, land.department, land.round, source=Source(url=URL))
    assert link.file is None
    for gone in (first, same):
        actions.retire_shared(actor=hq, item_id=gone.public_id)
    settings.CENTRE_FILES_BYTES = 10_000
    assert drafted(hq, land.department, land.round, source=Source(file=photo("blue"))).file
    assert first.file in set(unreferenced())


def keys(item):
    return [row.key for row in item.criteria.all()]


def recounted(item):
    """In how many applications copies of an item are counted anew, by its job and the batch of that."""
    found = tasks.recount_copies(item_id=str(item.public_id))
    for batch in Batch.objects.filter(kind=sharing.RECOUNT):
        batches.work(batch.pk)
        assert not batches.progress(batch).failed
    return found


@pytest.fixture
def fell():
    """Of which applications, items and criteria rooms above heard that less counts."""
    heard = []
    signals.proof_fell.connect(
        lambda application, item, numbers, **_: heard.append((application, item, numbers)),
        weak=False,
        dispatch_uid="t",
    )
    return heard


def shown(people, row):
    page = queries.criterion_page(people.officer, row.public_id)
    return page.evidence


def copies_recounted():
    return AuditEntry.objects.filter(verb="applications.copies_recounted").count()


@pytest.mark.postgres
@pytest.mark.parametrize("source", [None, Source(url=URL)])
def test_a_copy_that_was_there_first_proves_nothing_once_it_is_published(
    draft, city, gate, hq, land, people, source, fell
):
    item = drafted(hq, land.department, land.round, source=source)
    bring = brought if source is None else (lambda actor, row, _item: linked(actor, row))
    other = add(people.officer, answer(draft, "2", "physical"), photo("blue"))
    own = bring(people.officer, gate, item).evidence
    outside = bring(people.city_officer, answer(city, "3", "physical"), item)
    assert (own.shared, counted(gate)) == (None, 1), "nobody has published it yet"
    for row in (gate, other.use.answer):
        row.refresh_from_db()
        actions.save_answer(actor=people.officer, answer_id=row.public_id, version=row.version, claim="met")
    before = fresh(draft)
    assert (before.gates_met, before.items_evidenced) == (2, 2)
    actions.publish_shared(actor=hq, item_id=item.public_id)
    assert sharing.with_copies(item.public_id) == [draft.public_id], "never of another line"
    assert recounted(item) == 1
    now = fresh(draft)
    assert (now.gates_met, now.items_evidenced, now.last_edit_at) == (1, 1, before.last_edit_at)
    assert (counted(gate), counted(other.use.answer), counted(outside.use.answer)) == (0, 1, 1)
    assert fell == [(draft, item, ["3"])], "told once"
    assert [(row.is_copy, row.evidence.shared) for row in shown(people, gate)] == [(True, None)]
    assert (recounted(item), copies_recounted()) == (0, 1), "twice is once"
    # Beside what is shared, and of an older version: it is still not the centre's own.
    actions.use_shared(actor=people.officer, answer_id=gate.public_id, item_id=item.public_id)
    following = actions.renew_shared(actor=hq, item_id=item.public_id)
    actions.edit_shared(
        actor=hq,
        item_id=following.public_id,
        about=Sharing("ฉบับใหม่", keys(item), needs_local=True),
        source=Source(file=photo("red"), name="ใหม่.png"),
    )
    actions.publish_shared(actor=hq, item_id=following.public_id)
    second = answer(draft, "4", "physical")
    actions.link_evidence(actor=people.officer, answer_id=second.public_id, evidence_id=own.public_id)
    assert (counted(gate), counted(second)) == (0, 0)
    # The centre's own proof counts beside it.
    add(people.officer, gate, photo("green"))
    assert counted(gate) == 1
    assert list(invariants._counts(land.round)) == []


def test_a_copy_of_what_counts_alone_counts_and_what_was_filed_stays_as_it_was(draft, gate, hq, land, people):
    alone = drafted(hq, land.department, land.round, needs_local=False, source=Source(url=URL))
    linked(people.officer, gate)
    actions.publish_shared(actor=hq, item_id=alone.public_id)
    assert sharing.with_copies(alone.public_id) == []
    assert not JobRun.objects.filter(path="applications.tasks.recount_copies").exists()
    item = drafted(hq, land.department, land.round)
    brought(people.officer, answer(draft, "1.4"), item)
    actions.withdraw(actor=people.officer, application_id=draft.public_id, reason="พอแล้ว")
    actions.publish_shared(actor=hq, item_id=item.public_id)
    assert JobRun.objects.get(path="applications.tasks.recount_copies").kwargs == {
        "item_id": str(item.public_id)
    }
    assert sharing.with_copies(item.public_id) == []
    done = sharing.recount_copies(
        actor=Actor.system("test"), application_id=draft.public_id, item_id=item.public_id
    )
    assert (done, counted(answer(draft, "1.4")), counted(gate)) == (0, 1, 1)


def test_an_update_has_copies_of_every_item_counted_anew(draft, gate, hq, land, people, capsys):
    item = drafted(hq, land.department, land.round)
    brought(people.officer, gate, item)
    # As it stood before copies were looked for: published, and yet it counts.
    SharedItem.objects.filter(pk=item.pk).update(state="published", published_at=MID_WINDOW)
    drafted(hq, land.department, land.round, caption="ร่าง")
    published(hq, land.department, land.round, needs_local=False, source=Source(url=URL))
    assert counted(gate) == 1
    for _n in range(2):
        call_command("copies")
        assert capsys.readouterr().out.splitlines() == ["ให้นับใหม่เบื้องหลังสำหรับ 1 รายการของคลังกลาง"]
        jobs.run_pending()
        assert (counted(gate), copies_recounted()) == (0, 1)


@pytest.mark.postgres
@pytest.mark.parametrize("rows", [1, 3])
def test_counting_copies_anew_costs_the_same_for_many_answers(draft, hq, land, people, exactly, rows):
    item = drafted(hq, land.department, land.round)
    for number in range(1, rows + 1):
        brought(people.officer, answer(draft, str(number), "physical"), item)
    actions.publish_shared(actor=hq, item_id=item.public_id)
    with exactly(1 + 1):
        assert sharing.with_copies(item.public_id) == [draft.public_id]
    with exactly(RECOUNT):
        done = sharing.recount_copies(
            actor=Actor.system("test"), application_id=draft.public_id, item_id=item.public_id
        )
    assert done == rows
