import datetime
import io
import uuid

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from saduak.applications import actions, queries, rules
from saduak.applications.models import Evidence, EvidenceUse
from saduak.foundation.access import Actor, Conflict, Holding, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.applications.factories import answer, signed_application, submitted_application
from tests.organisations.factories import ServiceCentreFactory
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db


def photo(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return SimpleUploadedFile("ป้าย.png", out.getvalue(), "image/png")


def add(actor, row=None, file=None, **more):
    target = {"answer_id": row.public_id} if row else {}
    return actions.add_evidence(actor=actor, file=file or photo(), caption="ป้ายหน้าศูนย์", **target, **more)


def test_a_photo_is_added_to_the_library_and_backs_the_answer(draft, people):
    row = answer(draft, "3", "physical")
    actions.save_answer(actor=people.officer, answer_id=row.public_id, version=0, claim="met")
    added = add(people.officer, row, taken_on=datetime.date(2027, 2, 4))
    assert (added.evidence.kind, added.evidence.caption, added.reused) == ("photo", "ป้ายหน้าศูนย์", False)
    assert added.use.answer == row
    row.refresh_from_db()
    draft.refresh_from_db()
    assert row.evidence_count == 1
    assert (draft.gates_met, draft.items_evidenced) == (1, 1)
    assert row.version == 1, "evidence makes no text conflict"
    entry = AuditEntry.objects.filter(verb="applications.evidence_linked").get()
    assert entry.facts["sha256"] == added.evidence.file.sha256


def test_the_same_file_is_noticed_and_used_again(draft, people):
    first = add(people.officer, answer(draft, "3", "physical"))
    second = add(people.helper, answer(draft, "1.4"))
    assert second.reused
    assert second.evidence == first.evidence
    assert Evidence.objects.count() == 1
    assert EvidenceUse.objects.count() == 2
    third = add(people.officer, answer(draft, "1.4"))
    assert third.use == second.use


def test_a_retired_file_comes_back_as_a_new_one(draft, people):
    first = add(people.officer, centre_id=draft.centre.public_id)
    actions.retire_evidence(actor=people.officer, evidence_id=first.evidence.public_id)
    assert not add(people.officer, centre_id=draft.centre.public_id).reused


def test_a_file_goes_into_the_library_without_an_answer(land, people):
    added = add(people.officer, centre_id=land.centre.public_id, kind="document")
    assert (added.use, added.evidence.kind, added.evidence.centre) == (None, "document", land.centre)
    with pytest.raises(Refused):
        add(people.city_officer, centre_id=land.centre.public_id)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"caption": "  "}, "caption"),
        ({"caption": "ก" * 301}, "caption"),
        ({"kind": "film"}, "kind"),
        ({"taken_on": datetime.date(2027, 2, 5)}, "taken_on"),
        ({"answer_id": None}, "centre"),
    ],
)
def test_what_is_missing_or_wrong_is_said(draft, people, more, field):
    values = {"caption": "ป้าย", "answer_id": answer(draft, "1.4").public_id} | more
    with pytest.raises(Invalid) as invalid:
        actions.add_evidence(actor=people.officer, file=photo(), **values)
    assert field in invalid.value.fields
    assert not Evidence.objects.exists()


def test_a_wrong_file_is_refused_in_words(draft, people):
    with pytest.raises(Invalid):
        add(people.officer, answer(draft, "1.4"), SimpleUploadedFile("a.exe", b"MZ" + b"\0" * 100))
    assert not Evidence.objects.exists()


def test_others_do_not_add_and_nothing_is_stored(draft, people):
    with pytest.raises(Refused):
        add(people.province, answer(draft, "1.4"))
    submitted_application(draft, officer=people.officer)
    with pytest.raises(Conflict):
        add(people.officer, answer(draft, "1.4"))


def test_evidence_of_the_library_is_linked_and_unlinked(draft, people):
    item = add(people.officer, centre_id=draft.centre.public_id).evidence
    row = answer(draft, "2.1")
    actions.save_answer(actor=people.officer, answer_id=row.public_id, version=0, claim="met")
    use = actions.link_evidence(actor=people.helper, answer_id=row.public_id, evidence_id=item.public_id)
    assert (
        actions.link_evidence(actor=people.helper, answer_id=row.public_id, evidence_id=item.public_id) == use
    )
    draft.refresh_from_db()
    assert draft.points_evidenced == 1
    for _twice in range(2):
        actions.unlink_evidence(actor=people.officer, answer_id=row.public_id, evidence_id=item.public_id)
    row.refresh_from_db()
    draft.refresh_from_db()
    assert (row.evidence_count, draft.points_evidenced, draft.items_claimed) == (0, 0, 1)
    assert AuditEntry.objects.filter(verb="applications.evidence_unlinked").count() == 1
    again = actions.link_evidence(actor=people.helper, answer_id=row.public_id, evidence_id=item.public_id)
    assert again != use


def test_only_evidence_of_the_own_centre_is_linked(draft, people, land):
    foreign = add(people.city_officer, centre_id=land.city_centre.public_id).evidence
    with pytest.raises(Evidence.DoesNotExist):
        actions.link_evidence(
            actor=people.officer, answer_id=answer(draft, "2.1").public_id, evidence_id=foreign.public_id
        )


def test_retired_evidence_stays_where_it_is_used_and_is_not_chosen_any_more(draft, people):
    row = answer(draft, "2.1")
    item = add(people.officer, row).evidence
    for _twice in range(2):
        retired = actions.retire_evidence(actor=people.officer, evidence_id=item.public_id)
    assert retired.retired_at == people.officer.received_at
    row.refresh_from_db()
    assert row.evidence_count == 1
    with pytest.raises(Conflict):
        actions.link_evidence(
            actor=people.officer, answer_id=answer(draft, "2.2").public_id, evidence_id=item.public_id
        )
    with pytest.raises(Refused):
        actions.retire_evidence(actor=people.city_officer, evidence_id=item.public_id)
    assert list(queries.library(people.officer, draft.centre.public_id)) == []


def test_what_happens_to_a_library_stands_in_the_history_of_its_centre(land, people):
    """The same file again, and taking out twice, tell nothing."""
    for _twice in range(2):
        item = actions.add_evidence(
            actor=people.officer, file=photo(), caption="ป้าย", centre_id=land.centre.public_id
        ).evidence
    for _twice in range(2):
        actions.retire_evidence(actor=people.officer, evidence_id=item.public_id)
    rows = AuditEntry.objects.filter(aggregate_id=land.centre.pk, verb__startswith="applications.")
    assert [(row.verb, row.facts["sha256"]) for row in rows.order_by("seq")] == [
        ("applications.evidence_added", item.file.sha256),
        ("applications.evidence_retired", item.file.sha256),
    ]


def test_new_evidence_voids_the_signature(draft, people):
    signed_application(draft, head=people.head)
    add(people.officer, answer(draft, "2.1"))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_an_unknown_answer_is_unknown(people):
    with pytest.raises(ObjectDoesNotExist):
        actions.add_evidence(actor=people.officer, file=photo(), caption="ก", answer_id=uuid.uuid4())
    with pytest.raises(ObjectDoesNotExist):
        actions.link_evidence(actor=people.officer, answer_id=uuid.uuid4(), evidence_id=uuid.uuid4())


def test_the_library_says_how_often_and_whether_here(draft, people, land, exactly):
    row, other = answer(draft, "2.1"), answer(draft, "2.2")
    red = add(people.officer, row, photo("red")).evidence
    blue = actions.add_evidence(
        actor=people.officer,
        file=photo("blue"),
        caption="ผังงาน",
        centre_id=land.centre.public_id,
        kind="document",
    ).evidence
    actions.link_evidence(actor=people.officer, answer_id=other.public_id, evidence_id=red.public_id)
    with exactly(1):
        rows = list(queries.library(people.officer, land.centre.public_id, answer_id=row.public_id))
    assert {r: (r.uses_now, r.linked) for r in rows} == {red: (2, True), blue: (0, False)}
    assert [r.linked for r in queries.library(people.officer, land.centre.public_id)] == [False, False]
    assert list(queries.library(people.officer, land.centre.public_id, q="ผัง")) == [blue]
    assert list(queries.library(people.officer, land.centre.public_id, q="ผ" * 60_000)) == []
    assert list(queries.library(people.officer, land.centre.public_id, kind="photo")) == [red]
    assert list(queries.library(people.province, land.centre.public_id)) == rows
    for nobody in (people.stranger, people.city_officer, people.secretariat):
        assert list(queries.library(nobody, land.centre.public_id)) == []


def test_libraries_are_those_of_my_centres(land, people, actor_system):
    sister = ServiceCentreFactory(organisation=land.district, name_th="จุดบริการที่ 2")
    assert set(queries.libraries(people.helper)) == {land.centre, sister}
    assert set(queries.libraries(people.province)) == set()
    assert land.city_centre in queries.libraries(actor_system)


def test_a_link_uses_the_evidence_of_its_one_application(draft, people, land):
    target = (rules.LINK_TARGET, str(draft.public_id))
    holding = Holding(ref="link:1", role="link", capabilities=frozenset({rules.EDIT}), target=target)
    link = Actor(kind="link", ref="link:1", received_at=MID_WINDOW, holdings=(holding,))
    one, other = answer(draft, "3", "physical"), answer(draft, "4", "physical")
    used = add(people.officer, one).evidence
    use = actions.link_evidence(actor=link, answer_id=other.public_id, evidence_id=used.public_id)
    assert (use.answer, use.evidence) == (other, used)
    unused = add(people.officer, file=photo("blue"), centre_id=land.centre.public_id).evidence
    with pytest.raises(ObjectDoesNotExist):
        actions.link_evidence(actor=link, answer_id=other.public_id, evidence_id=unused.public_id)
