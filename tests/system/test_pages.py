"""Every page that anybody reaches: no broken link, no complaint of axe or of the browser, nothing that runs over."""

import re

import pytest

from saduak.portal.demo.people import SIGN_INS
from tests.system.crawl import Crawl
from tests.system.looks import preview
from tests.system.pictures import task_list

pytestmark = pytest.mark.browser

ROLES = [row.key for row in SIGN_INS]

# The pages on which people spend their time, and the first ones that they meet.
KEY_PAGES = {
    "": ["/", "/en/", "/register/", "/verify/", "/help/", "/criteria/", "/accounts/login/"],
    "officer": ["/home/", "/applications/"],
    "province": ["/home/", "/board/", "/reviews/"],
    "province-clerk": ["/letters/", "/letters/load/"],
    "secretariat": ["/home/", "/rounds/open/", "/screening/", "/meetings/", "/organisations/"],
    "head": ["/home/", "/access/"],
    "evaluator": ["/scoring/"],
}


def test_every_public_page(site, visit):
    with visit(site) as visitor:
        crawl = Crawl(visitor, public=True).run("/", "/en/", "/style/")
        assert len(crawl.looked) > 15
        visitor.nothing_wrong()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_role_reaches(site, visit, role):
    with visit(site) as visitor:
        visitor.sign_in(role)
        crawl = Crawl(visitor).run("/home/")
        assert len(crawl.looked) > 5
        visitor.nothing_wrong()


@pytest.mark.parametrize("role", ["secretariat", "evaluator", "evaluator-2", "committee"])
def test_whoever_judges_finds_work_in_a_new_demo(site, visit, role):
    with visit(site) as visitor:
        visitor.sign_in(role)
        assert re.search(r"^มี \d+ เรื่องที่รอคุณ$", visitor.text(), re.MULTILINE), visitor.text()


def test_key_pages_in_english_fit_a_phone(site, visit):
    with visit(site, width=360) as visitor:
        for role, paths in KEY_PAGES.items():
            if role:
                visitor.sign_in(role)
                visitor.page.context.add_cookies(
                    [{"name": "django_language", "value": "en", "url": site.url}]
                )
            for path in paths:
                visitor.go(path)
        visitor.nothing_wrong()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "dark")])
def test_key_pages_by_night_and_on_a_phone(site, visit, width, scheme):
    with visit(site, width=width, scheme=scheme) as visitor:
        for role, paths in KEY_PAGES.items():
            if role:
                visitor.sign_in(role)
            for path in paths:
                visitor.go(path)
                visitor.axe()
        visitor.sign_in("officer")
        visitor.go("/applications/")
        for step in ("main a.whole", "#gates a", "main a[href$='/library/']"):
            visitor.press(visitor.page.locator(step))
            visitor.axe()
        task_list(visitor)
        visitor.press("ดูข้อที่ยังขาดทั้งหมด")
        visitor.axe()
        preview(visitor)
        visitor.axe()
        visitor.nothing_wrong()
