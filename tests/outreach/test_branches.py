"""Who confirmed a long table of centres hears when it was worked, and how it ended."""

import pytest

from saduak.foundation import batches
from saduak.organisations.actions import check_branches, confirm_branches
from saduak.outreach.kinds import KINDS
from saduak.outreach.models import Notice
from tests.organisations.factories import AreaFactory, OrganisationFactory, actor_for


@pytest.mark.django_db
def test_who_confirmed_a_long_table_hears_of_its_end():
    office = OrganisationFactory(kind="state_enterprise", name_th="การไฟฟ้า", area=AreaFactory(code="65"))
    head = actor_for("head", office)
    content = "name\n" + "".join(f"สาขา {n}\n" for n in range(201))
    table = check_branches(actor=head, organisation=office.public_id, content=content.encode())
    row = confirm_branches(actor=head, table=table.public_id, count=201)
    assert Notice.objects.count() == 0
    batches.work(row.batch_id)
    told = Notice.objects.get()
    assert (told.kind, told.person_id, told.target) == ("branches_made", head.person_id, table.public_id)
    kind = KINDS[told.kind]
    assert kind.words(told.params) == "เพิ่มศูนย์จากไฟล์ให้การไฟฟ้าเสร็จแล้ว เพิ่ม 201 แห่ง ต้องแก้ 0 บรรทัด"
    assert kind.url(told.target) == f"/centres/imports/{table.public_id}/"
