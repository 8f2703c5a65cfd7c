"""A headquarters' shared library: versions, who sees and uses it, that it proves nothing alone, what is signed."""

import json
import uuid

import pytest

from saduak.applications import actions, content, queries, signals
from saduak.applications.actions import Sharing, Source
from saduak.applications.models import Answer, Evidence, EvidenceUse, SharedItem
from saduak.applications.queries import copied
from saduak.applications.queries.quality import BETWEEN, with_photos
from saduak.applications.queries.sharing import users_of
from saduak.applications.rules import SEE
from saduak.applications.rules import sharing as rules
from saduak.foundation import files
from saduak.foundation.access import Actor, Conflict, Holding, Invalid, Refused
from saduak.foundation.models import AuditEntry
from tests.applications.factories import answer, filled, fresh, head_of
from tests.applications.factories_sharing import TEXT, drafted, key_of, published, use
from tests.applications.test_evidence import add, photo
from tests.organisations.factories import (
    OrganisationFactory,
    ServiceCentreFactory,
    actor_for,
    relate,
)
from tests.programme.factories import MID_WINDOW

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
LINK = Source(url="https://www.dopa.go.th/manual", kind="video")


@pytest.fixture
def told():
    """What the rooms above were told: (the old one, the new one)."""
    heard = []
    signals.shared_changed.connect(
        lambda item, following, **_: heard.append((item, following)), weak=False, dispatch_uid="t"
    )
    return heard


def seen(actor):
    return set(SharedItem.objects.visible_to(actor))


# --- Published by a headquarters ---------------------------------------------------------------------------------------


def test_a_draft_becomes_public_and_never_changes_again(hq, land, people):
    made = drafted(hq, land.department, land.round, text=f"  {TEXT}\r\nต่อ ")
    assert (made.state, made.version, made.kind, made.needs_local) == ("draft", 1, "photo", True)
    assert made.text == f"{TEXT}\nต่อ"
    assert seen(people.officer) == set()
    said = Sharing("คู่มือ พ.ศ. 2570", [key_of(land.round, "1.4")], needs_local=False)
    changed = actions.edit_shared(actor=hq, item_id=made.public_id, about=said)
    assert (changed.caption, changed.file, changed.text) == ("คู่มือ พ.ศ. 2570", made.file, "")
    assert [row.key for row in changed.criteria.all()] == [key_of(land.round, "1.4")]
    both = Sharing("คู่มือ", [key_of(land.round, "1.4"), key_of(land.round, "1.5")])
    changed = actions.edit_shared(actor=hq, item_id=made.public_id, about=both, source=LINK)
    assert (changed.file, changed.url, changed.kind, changed.host) == (
        None,
        "https://www.dopa.go.th/manual",
        "video",
        "www.dopa.go.th",
    )
    assert changed.criteria.count() == 2
    actions.publish_shared(actor=hq, item_id=made.public_id)
    assert seen(people.officer) == {made}
    with pytest.raises(Conflict) as refusal:
        actions.edit_shared(actor=hq, item_id=made.public_id, about=said)
    assert refusal.value.code == "not-draft"
    with pytest.raises(Conflict):
        actions.publish_shared(actor=hq, item_id=made.public_id)
    verbs = AuditEntry.objects.filter(aggregate="applications.shareditem").order_by("seq")
    assert [entry.verb.removeprefix("applications.shared_") for entry in verbs] == [
        *("drafted", "edited", "edited", "published")
    ]
    assert verbs.first().facts["sha256"]
    assert verbs.last().facts["url"] == "https://www.dopa.go.th/manual"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"caption": " "}, "caption"),
        ({"criteria": []}, "criteria"),
        ({"criteria": ["no-such-key"]}, "criteria"),
        ({"text": "ก" * 5_001}, "text"),
        ({"source": Source()}, "file"),
        ({"source": Source(file=b"x", url="https://www.dopa.go.th")}, "url"),
        ({"source": Source(url="http://www.dopa.go.th")}, "url"),
        ({"source": Source(url="https://www.dopa.go.th", kind="photo")}, "kind"),
        ({"source": Source(file=photo(), kind="link")}, "kind"),
    ],
)
def test_what_can_not_be_shared(hq, land, more, field):
    with pytest.raises(Invalid) as refusal:
        drafted(hq, land.department, land.round, **more)
    assert field in refusal.value.fields
    assert SharedItem.objects.count() == 0


def test_a_link_is_a_link_and_a_key_makes_one_item(hq, land):
    said = {
        "organisation_id": land.department.public_id,
        "programme_id": land.programme.public_id,
        "about": Sharing("แผน", [key_of(land.round, "1.4")]),
        "source": Source(url="https://www.dopa.go.th/plan"),
        "idempotency_key": uuid.uuid4(),
    }
    one, two = (actions.draft_shared(actor=hq, **said) for _ in range(2))
    assert one == two
    # Who went back and corrected the address alone asks for something else.
    other = actions.draft_shared(
        actor=hq, **said | {"source": Source(url="https://www.dopa.go.th/plan-2570")}
    )
    assert (other == one, other.url) == (False, "https://www.dopa.go.th/plan-2570")
    film = actions.draft_shared(actor=hq, **said | {"source": Source(url=one.url, kind="video")})
    assert (film == one, film.kind) == (False, "video")
    assert (one.kind, one.made_by_id) == ("link", hq.user_id)


def test_only_a_headquarters_own_people_publish(land, people, hq):
    supervisor = actor_for("supervisor", land.department, reach="line", received_at=MID_WINDOW)
    for_one = actor_for(
        "officer",
        land.department,
        centre=ServiceCentreFactory(organisation=land.department),
        received_at=MID_WINDOW,
    )
    other = actor_for("officer", land.department, programme=land.other, received_at=MID_WINDOW)
    ministry = OrganisationFactory(kind="ministry")
    assert rules.may_share(supervisor, land.department)
    assert rules.may_share(SYSTEM, land.department)
    assert rules.offices_of(hq) == {land.department.pk}
    assert rules.offices_of(for_one) == frozenset()
    for actor, office, code in (
        (for_one, land.department, "not-yours"),
        (other, land.department, "not-yours"),
        (hq, ministry, "not-yours"),
        (people.officer, land.district, "no-headquarters"),
        (SYSTEM, land.province, "no-headquarters"),
    ):
        with pytest.raises(Refused) as refusal:
            drafted(actor, office, land.round)
        assert refusal.value.code == code
    assert rules.may_share(other, land.department)
    made = drafted(hq, land.department, land.round)
    for act in (actions.publish_shared, actions.retire_shared, actions.renew_shared):
        with pytest.raises(Refused):
            act(actor=people.officer, item_id=made.public_id)
    with pytest.raises(Refused):
        actions.edit_shared(actor=other, item_id=made.public_id, about=Sharing("x", ["y"]))
    assert list(queries.shared_offices(hq)) == [land.department]


def test_a_new_version_takes_the_place_of_the_old_one(hq, land, item, told, people, gate):
    use(people.officer, gate, item)
    begun = actions.renew_shared(actor=hq, item_id=item.public_id)
    assert actions.renew_shared(actor=hq, item_id=item.public_id) == begun
    assert (begun.version, begun.replaces, begun.state, begun.caption) == (2, item, "draft", item.caption)
    assert [row.key for row in begun.criteria.all()] == [row.key for row in item.criteria.all()]
    item.refresh_from_db()
    assert item.state == "published"
    assert told == []
    actions.publish_shared(actor=hq, item_id=begun.public_id)
    item.refresh_from_db()
    assert (item.state, item.retired_at) == ("retired", MID_WINDOW)
    assert told == [(item, begun)]
    assert list(users_of(item)) == [(land.district.pk, land.centre.pk, land.centre.name_th)]
    assert list(users_of(begun)) == []
    with pytest.raises(Conflict) as refusal:
        actions.renew_shared(actor=hq, item_id=item.public_id)
    assert refusal.value.code == "not-published"


def test_retiring_ends_it_and_a_thrown_away_draft_tells_nobody(hq, land, item, told):
    draft = actions.renew_shared(actor=hq, item_id=item.public_id)
    actions.retire_shared(actor=hq, item_id=item.public_id)
    assert told == [(item, None)]
    # The next version comes out after the old one went: nothing is left to replace.
    actions.publish_shared(actor=hq, item_id=draft.public_id)
    assert told == [(item, None)]
    thrown = drafted(hq, land.department, land.round)
    assert actions.retire_shared(actor=hq, item_id=thrown.public_id).state == "retired"
    assert told == [(item, None)]
    with pytest.raises(Conflict):
        actions.retire_shared(actor=hq, item_id=item.public_id)
    with pytest.raises(SharedItem.DoesNotExist):
        actions.retire_shared(actor=hq, item_id=thrown.public_id)
    # What happened to it stays in the record; the row is gone.
    told_of = AuditEntry.objects.filter(aggregate="applications.shareditem", aggregate_id=thrown.pk)
    assert told_of.order_by("seq").last().verb == "applications.shared_retired"


# --- Who sees it -------------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_the_line_sees_what_is_published_and_nobody_else(hq, land, item, people):
    hidden = drafted(hq, land.department, land.round)
    own = actor_for("head", ServiceCentreFactory(organisation=land.department).organisation)
    below = actor_for("helper", centre=land.centre, received_at=MID_WINDOW)
    town = actor_for("officer", land.city, received_at=MID_WINDOW)
    province = actor_for("supervisor", land.province, reach="line", received_at=MID_WINDOW)
    other_round = actor_for("officer", land.district, programme=land.other, received_at=MID_WINDOW)
    assert seen(hq) == seen(own) == {item, hidden}
    assert seen(people.officer) == seen(below) == {item}
    assert seen(town) == seen(province) == seen(other_round) == seen(people.secretariat) == set()
    sister = OrganisationFactory(kind="department")
    assert seen(actor_for("officer", sister, received_at=MID_WINDOW)) == set()
    # The line of today decides.
    relate(land.city, land.department)
    assert seen(town) == {item}
    assert rules.is_in_line(item, land.city.pk)
    assert not rules.is_in_line(item, land.province.pk)
    bound = actor_for("head", land.city, programme=land.programme, received_at=MID_WINDOW)
    assert seen(bound) == {item}
    assert queries.shared_item(bound, item.public_id) == item
    assert queries.shared_item(province, item.public_id) is None
    # Who comes by a link to one application works at no office.
    holding = Holding(ref="link:1", role="link", capabilities=frozenset({SEE}))
    assert seen(Actor(kind="link", ref="link:1", received_at=MID_WINDOW, holdings=(holding,))) == set()


# --- Used by a centre --------------------------------------------------------------------------------------------------


def test_alone_it_proves_nothing_and_local_proof_completes_it(draft, gate, item, people):
    made = use(people.officer, gate, item)
    assert use(people.officer, gate, item) == made
    kept = made.evidence
    assert (kept.centre, kept.shared, kept.file, kept.caption) == (
        *(draft.centre, item),
        *(item.file, item.caption),
    )
    gate.refresh_from_db()
    draft.refresh_from_db()
    assert (gate.evidence_count, draft.gates_met, draft.items_evidenced) == (0, 0, 0)
    page = queries.criterion_page(people.officer, gate.public_id)
    assert [row.evidence for row in page.evidence] == [kept]
    assert "gate" in [finding.key for finding in page.findings.blocking]
    add(people.officer, gate, photo("blue"))
    gate.refresh_from_db()
    draft.refresh_from_db()
    assert (gate.evidence_count, draft.gates_met, draft.items_evidenced) == (1, 1, 1)
    # For another criterion the same row serves.
    second = use(people.officer, answer(draft, "1.4"), item)
    assert second.evidence == kept
    assert Evidence.objects.filter(shared=item).count() == 1


def test_what_needs_no_local_proof_counts_by_itself(draft, gate, hq, land, people):
    order = published(hq, land.department, land.round, needs_local=False, source=LINK)
    use(people.officer, gate, order)
    gate.refresh_from_db()
    draft.refresh_from_db()
    assert (gate.evidence_count, draft.gates_met) == (1, 1)
    assert gate.uses.get().evidence.host == "www.dopa.go.th"
    actions.unlink_evidence(
        actor=people.officer, answer_id=gate.public_id, evidence_id=gate.uses.get().evidence.public_id
    )
    gate.refresh_from_db()
    assert gate.evidence_count == 0


def test_who_may_not_use_it(gate, hq, item, land, people):
    with pytest.raises(Refused):
        use(hq, gate, item)
    hidden = drafted(hq, land.department, land.round)
    sister = OrganisationFactory(kind="department")
    elsewhere = published(actor_for("officer", sister, received_at=MID_WINDOW), sister, land.round)
    for one in (hidden, elsewhere):
        with pytest.raises(SharedItem.DoesNotExist):
            use(people.officer, gate, one)
    SharedItem.objects.filter(pk=item.pk).update(programme=land.other)
    with pytest.raises(SharedItem.DoesNotExist):
        use(people.officer, gate, item)


def test_retired_it_is_not_taken_up_again_and_stays_where_it_is(draft, gate, hq, item, people):
    use(people.officer, gate, item)
    actions.retire_shared(actor=hq, item_id=item.public_id)
    assert use_refused(people.officer, gate, item) == "retired"
    kept = Evidence.objects.get(shared=item)
    other = answer(draft, "1.4")
    with pytest.raises(Conflict) as refusal:
        actions.link_evidence(actor=people.officer, answer_id=other.public_id, evidence_id=kept.public_id)
    assert refusal.value.code == "retired"
    assert Evidence.objects.visible_to(people.officer).get(pk=kept.pk).file == item.file
    assert gate.uses.filter(removed_at__isnull=True).count() == 1


def use_refused(actor, row, item):
    with pytest.raises(Conflict) as refusal:
        use(actor, row, item)
    return refusal.value.code


def test_its_name_is_the_headquarters_own_and_it_may_leave_the_library(gate, item, people):
    kept = use(people.officer, gate, item).evidence
    with pytest.raises(Conflict) as refusal:
        actions.edit_evidence(actor=people.officer, evidence_id=kept.public_id, caption="ของเรา")
    assert refusal.value.code == "shared"
    actions.retire_evidence(actor=people.officer, evidence_id=kept.public_id)
    actions.unlink_evidence(actor=people.officer, answer_id=gate.public_id, evidence_id=kept.public_id)
    again = use(people.officer, gate, item)
    assert again.evidence != kept


def test_the_same_file_from_the_centre_is_no_proof_of_its_own(gate, item, people):
    kept = use(people.officer, gate, item).evidence
    with files.open(item.file) as stream:
        data = stream.read()
    added = actions.add_evidence(
        actor=people.officer, file=data, name="x.png", caption="ของศูนย์", answer_id=gate.public_id
    )
    assert (added.evidence, added.reused) == (kept, True)
    gate.refresh_from_db()
    assert gate.evidence_count == 0


# --- What is signed and filed ------------------------------------------------------------------------------------------


def test_title_and_version_are_signed_and_read_again(draft, gate, hq, item, land, people):
    filled(draft)
    use(people.officer, gate, item)
    signer = head_of(draft.centre)
    digest = queries.current_digest(fresh(draft))
    actions.sign(actor=signer, application_id=draft.public_id, digest=digest)
    filed = actions.submit(actor=people.officer, application_id=draft.public_id)
    actions.retire_shared(actor=hq, item_id=item.public_id)
    with files.open(filed.snapshot) as stream:
        data = stream.read()
    raw = json.loads(data)
    key = key_of(land.round, "3", "physical")
    proofs = next(a for a in raw["content"]["answers"] if a["criterion"] == key)["evidence"]
    assert "shared" not in proofs[0]
    assert proofs[1] == {
        "caption": item.caption,
        "kind": "photo",
        "taken_on": None,
        "sha256": item.file.sha256,
        "media_type": item.file.media_type,
        "size": item.file.size,
        "shared": {
            "item": str(item.public_id),
            "title": "คู่มือมาตรฐานการให้บริการ",
            "version": 1,
            "needs_local": True,
        },
    }
    read = next(a for a in content.read(data)["content"]["answers"] if a["criterion"] == key)["evidence"]
    assert (read[0]["shared"], read[1]["shared"]["version"]) == (None, 1)


# --- Texts -------------------------------------------------------------------------------------------------------------


def test_a_text_is_taken_over_once_and_is_no_copy(draft, hq, land, people):
    both = [key_of(land.round, "2.3"), key_of(land.round, "2.4")]
    item = published(hq, land.department, land.round, criteria=both, text=TEXT)
    first, second = answer(draft, "2.3"), answer(draft, "2.4")
    actions.save_answer(
        actor=people.officer, answer_id=first.public_id, version=0, claim="met", narrative="ที่อำเภอของเรา \n"
    )
    actions.save_answer(actor=people.officer, answer_id=second.public_id, version=0, claim="met")
    assert take(people.officer, first, item) == take(people.officer, second, item) is True
    assert take(people.officer, first, item) is False
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.narrative == f"ที่อำเภอของเรา\n\n{TEXT.strip()}"
    assert second.narrative == TEXT.strip()
    keys = [f.key for f in queries.task_list(people.officer, draft.public_id).findings.rows]
    assert "copied" not in keys
    # Without the item it is what it looks like.
    for row in (first, second):
        evidence = row.uses.get().evidence
        actions.unlink_evidence(actor=people.officer, answer_id=row.public_id, evidence_id=evidence.public_id)
    keys = [f.key for f in queries.task_list(people.officer, draft.public_id).findings.rows]
    assert keys.count("copied") == 2


def take(actor, row, item):
    return actions.take_shared_text(actor=actor, answer_id=row.public_id, item_id=item.public_id)


def test_nothing_to_take_over(gate, item, people):
    with pytest.raises(Invalid) as refusal:
        take(people.officer, gate, item)
    assert refusal.value.code == "no-text"
    assert EvidenceUse.objects.count() == 0, "all or nothing"


def test_taking_a_text_over_voids_a_signature_once(draft, hq, land, people):
    item = published(hq, land.department, land.round, text=TEXT)
    filled(draft)
    gate = answer(draft, "3", "physical")
    use(people.officer, gate, item)
    digest = queries.current_digest(fresh(draft))
    actions.sign(actor=head_of(draft.centre), application_id=draft.public_id, digest=digest)
    assert take(people.officer, gate, item)
    draft.refresh_from_db()
    gate.refresh_from_db()
    assert (draft.state, gate.narrative) == ("draft", f"เรื่องของข้อ 3\n\n{TEXT.strip()}")


@pytest.mark.parametrize("words", ["", "สั้น", TEXT])
def test_exempt_is_what_stands_in_a_known_text(words):
    own = "ศูนย์ของเราเปิดบริการวันเสาร์ด้วยเพราะชาวบ้านมาตลาดนัดกันวันนั้น และมีเจ้าหน้าที่เวียนกันมาทำงานทุกสัปดาห์ตลอดทั้งปี"
    texts = {1: TEXT + own, 2: TEXT, 3: own + TEXT}
    exempt = copied.copies(texts, exempt=[words] if words else ())
    # Their own words still are compared: one and three say the same without the known text.
    assert exempt == ({1: [3], 3: [1]} if words == TEXT else copied.copies(texts))


@pytest.mark.postgres
def test_texts_of_several_items_come_with_the_answers(draft, hq, land, people):
    row = answer(draft, "2.3")
    for number, text in enumerate([TEXT, "", "ข้อความที่สอง"]):
        source = Source(url=f"https://www.dopa.go.th/{number}")
        use(people.officer, row, published(hq, land.department, land.round, text=text, source=source))
    found = with_photos(Answer.objects.filter(pk=row.pk)).get()
    assert sorted(found.shared_text.split(BETWEEN)) == sorted([TEXT.strip(), "ข้อความที่สอง"])
    assert with_photos(Answer.objects.exclude(pk=row.pk)).first().shared_text is None
