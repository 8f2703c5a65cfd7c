"""One browser, two people: nothing that one wrote is stored as another's, by whatever way it comes, and nothing is lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from saduak.applications.models import Answer, AnswerNote, Delegation, Evidence, Remark
from saduak.foundation.models import Upload
from tests.applications.web.test_criterion import SCRIPT, address_of
from tests.applications.web.test_helping import LINK, at, autosave, give
from tests.applications.web.world import answer_of, picture

KEY = re.compile(r'data-account="(\w{16})"')


@pytest.fixture
def answer(application):
    return answer_of(application, "2.12")


def key_in(page):
    return KEY.search(page.content.decode()).group(1)


@pytest.fixture
def key(world, answer):
    """Whose page it is, as that page says: also in its forms, for browsers without scripts."""
    page = world.client("officer").get(address_of(answer))
    found = key_in(page)
    assert page.content.decode().count(f'name="account_key" value="{found}"') == 3
    return found


def nothing_was_stored():
    written = Answer.objects.exclude(narrative="", claim="").exists()
    return not (written or any(m.objects.exists() for m in (AnswerNote, Remark, Evidence, Upload)))


def file():
    return SimpleUploadedFile("a.jpg", picture(3), "image/jpeg")


def writes(application, answer):
    """Every write of a page where somebody writes: its address and what it sends."""
    library = reverse("applications:library", args=[application.centre.public_id])
    return [
        (address_of(answer), {"version": 0, "narrative": "ของคนก่อน", "points": "1"}),
        (at("note", answer.public_id), {"version": 0, "note": "ของคนก่อน"}),
        (at("remarks", answer.public_id), {"text": "ของคนก่อน"}),
        (library, {"file": file(), "caption": "ของคนก่อน"}),
        (at("help-item", answer.public_id), {"version": 0, "narrative": "ของคนก่อน"}),
        (at("help-attach", answer.public_id), {"file": file(), "caption": "ของคนก่อน"}),
        (reverse("foundation:upload-start"), {"name": "ของคนก่อน", "size": 5}),
    ]


def test_a_form_of_another_account_is_given_back_and_not_stored(world, application, answer, key):
    helper = world.client("helper")
    for address, data in writes(application, answer):
        page = helper.post(address, data | {"account_key": key})
        text = page.content.decode()
        assert page.status_code == 409, address
        assert str(world.people["helper"]) in text
        # To be copied, and to be sent again once its owner has signed in.
        assert ">ของคนก่อน</textarea>" in text
        assert f'name="account_key" value="{key}"' in text
    assert nothing_was_stored()
    address, data = writes(application, answer)[0]
    assert world.client("officer").post(address, data | {"account_key": key}).status_code == 302
    assert Answer.objects.get(pk=answer.pk).narrative == "ของคนก่อน"


def test_a_script_of_another_account_is_told_so(world, application, answer, key):
    helper = world.client("helper")
    head = {"X-Requested-With": "fetch", "Accept": "application/json", "X-Saduak-Account": key}
    single = (address_of(answer), {"field": "narrative", "narrative": "ของคนก่อน", "version": 0})
    for address, data in [single, *writes(application, answer)]:
        told = helper.post(address, data, headers=head)
        assert (told.status_code, told.json()["code"]) == (409, "other-account")
        assert str(world.people["helper"]) in told.json()["message"]
    assert nothing_was_stored()
    assert world.client("officer").post(*single, headers=head).status_code == 200


def test_a_piece_of_a_file_is_not_added_by_another(world, application, answer, key):
    officer, start = world.client("officer"), reverse("foundation:upload-start")
    begun = officer.post(start, {"name": "a.jpg", "size": 5}, **SCRIPT).json()
    piece = {"content_type": "application/octet-stream", "headers": {"Upload-Offset": "0"}}
    address = f"{start}{begun['id']}/"
    piece["headers"]["X-Saduak-Account"] = "0" * 16
    assert officer.post(address, b"12345", **piece).status_code == 409
    piece["headers"]["X-Saduak-Account"] = key
    assert officer.post(address, b"12345", **piece).json()["offset"] == 5


def test_who_lost_their_link_finds_their_words_by_the_next_one(world, application, answer):
    link = LINK.search(give(world, application, [answer]).content.decode()).group()
    browser = Client()
    browser.post(link)
    before = key_in(browser.get(at("help-item", answer.public_id)))
    row = Delegation.objects.get()
    officer = world.client("officer")
    again = LINK.search(
        officer.post(at("delegation", row.public_id), {"do": "link"}).content.decode()
    ).group()
    # What waits in the page is not lost: the next link opens the same work, so it is sent as the same person's.
    refused = autosave(browser, answer, "รอส่งอยู่")
    assert refused.status_code == 403
    browser.post(again)
    assert key_in(browser.get(at("help-item", answer.public_id))) == before
    data = {"field": "narrative", "narrative": "รอส่งอยู่", "version": 0}
    head = SCRIPT["headers"] | {"X-Saduak-Account": before}
    assert browser.post(at("help-item", answer.public_id), data, headers=head).status_code == 200
    other = LINK.search(give(world, application, [answer], name="อีกคน").content.decode()).group()
    browser.post(other)
    assert browser.post(at("help-item", answer.public_id), data, headers=head).status_code == 409
