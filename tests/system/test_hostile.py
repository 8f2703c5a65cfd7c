"""Bad input over HTTP: a clear message in Thai, nothing lost, never a 500."""

import io
import itertools
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from saduak.applications.models import Answer, Evidence
from saduak.correspondence.models import Letter
from saduak.foundation import clock
from saduak.organisations.models import Organisation
from saduak.portal.demo.moments import named
from saduak.portal.rehearsal.world import picture
from saduak.programme.models import CriteriaSet
from tests.system.routes import Route, address, routes, table
from tests.system.web import Forms
from tests.system.world import LETTER

# In one worker, with the routes: the small country is made once, and no form of somebody's is tried twice.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("world")]

THAI = re.compile(r"[ก-๙]{4}")
FETCH = {"headers": {"X-Requested-With": "fetch", "Accept": "application/json"}}
# With a NUL, which PostgreSQL refuses wherever it is asked, and the door before all pages takes out.
LONG = "ก\x00" + "ข" * 40_000
SIGNED_OUT = "คุณออกจากระบบไปแล้ว"
PAYLOADS = {
    "long": LONG,
    "markup": "<script>alert(1)</script> ' OR 1=1 -- {{ 7|add:7 }} %s %(x)s",
    "number": "99999999999999999999999",
    "day": "๓๑/๐๒/๒๕๗๐",
    "strange": "\u202e\ud83d\ude00\uffff\u0e33\u0e4d".encode("utf-16", "surrogatepass").decode(
        "utf-16", "replace"
    ),
}
MIXED = ("strange", "markup", "day", "long")
# What a database takes or refuses by itself is tried on it: PostgreSQL keeps no text that is too long and no number that is
# too large, SQLite's driver stumbles over the latter in any field. The rest is the same whatever lies below.
WRITTEN = frozenset({"text", "textarea", "search", "email", "tel", "url", "password"})
# What the pages ask for in their addresses, and what is no answer to any of it.
ASKED = (
    *("page", "q", "sort", "state", "view", "area", "group", "round", "kind", "case", "person", "code"),
    *("announced", "done", "level", "province", "every", "next"),
    *("fiscal_year", "application_first", "application_last", "source_letter"),
)
VALUES = ("x", "-1", "99999999999999999999", "%00", "%FF%FE", ";--", "%E0%B9%91")
METHODS = ("OPTIONS", "HEAD", "PUT", "PATCH", "DELETE", "TRACE")
TOGETHER = {value: "&".join(f"{name}={value}" for name in ASKED) for value in VALUES}


def queries(turn):
    """What stands behind a question mark: no value at all of its kind, one too large, and in turn whatever else is odd."""
    odd = (
        f"{('page', 'q', 'state')[turn % 3]}=-1",
        TOGETHER["-1"],
        TOGETHER["%FF%FE"],
        TOGETHER[";--"],
        f"q={'a' * 60_000}",
        TOGETHER["%E0%B9%91"],
        "view=x&view=y",
    )
    return [TOGETHER["x"], TOGETHER["99999999999999999999"], odd[turn % len(odd)]]


def words(answer) -> str:
    """What was answered, without the markup."""
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


def owner(route: Route) -> str | None:
    """Somebody who gets in there, by the table."""
    return next(
        (who for who, status in table()[route.key].items() if status in {"200", "405/302", "405/422"}), None
    )


def load(there, name: str, content: bytes, **more: str):
    """A clerk of a province brings a file in as a letter that the province's office received."""
    holder = Organisation.objects.get(code="provincial-admin:49").public_id
    values = {"file": SimpleUploadedFile(name, content), "holder": str(holder), **more}
    return there.client("province-clerk").post("/letters/load/", values)


PAGES = [route for route in routes() if owner(route)]


# Files


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.exe", b"MZ\x90\x00" + bytes(500), "รับไฟล์"),
        ("photo.jpg", b"this is no picture at all", "ไฟล์"),
        ("empty.pdf", b"", "ไฟล์"),
        ("page.html", b"<html><script>alert(1)</script></html>", "รับไฟล์"),
        ("broken.pdf", b"%PDF-1.7\n" + bytes(200), "ไฟล์"),
    ],
)
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_wrong_file_is_refused_with_a_reason(there, name, content, said, script):
    where = f"/applications/{there.things['application']}/items/{there.things['answer']}/"
    before = Evidence.objects.count()
    client = there.client("officer")
    if script:
        answer = client.post(f"{where}evidence/", {"file": SimpleUploadedFile(name, content)}, **FETCH)
        assert answer.status_code == 422
        assert said in answer.json()["message"]
    else:
        values = {
            "file": SimpleUploadedFile(name, content),
            "version": "0",
            "narrative": "ข้อความที่พิมพ์ไว้",
            "upload": "1",
        }
        answer = client.post(where, values)
        assert answer.status_code in {409, 422}
        assert said in words(answer)
        assert "ข้อความที่พิมพ์ไว้" in answer.content.decode()
    assert Evidence.objects.count() == before


def test_a_file_that_is_too_big_is_refused_with_its_limit(there, settings):
    settings.UPLOAD_LIMIT_BYTES = 1024 * 1024
    where = f"/applications/{there.things['application']}/items/{there.things['answer']}/evidence/"
    big = SimpleUploadedFile("photo.jpg", picture(1) + bytes(1024 * 1024))
    answer = there.client("officer").post(where, {"file": big}, **FETCH)
    assert answer.status_code == 422
    assert "1 MB" in answer.json()["message"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("note.txt", "ซื้อนม ไข่ ขนมปัง".encode()),
        ("photo.txt", picture(2)),
        ("empty.txt", b""),
        ("blank.txt", b"\n\n   \n"),
        ("zeros.txt", bytes(5000)),
        ("letter.docx", b"PK\x03\x04" + bytes(300)),
        ("latin.txt", bytes(range(128, 256)) * 20),
        ("long.txt", ("เรื่อง " * 40_000).encode()),
    ],
)
def test_a_letter_that_is_no_letter(there, name, content):
    before = Letter.objects.count()
    answer = load(there, name, content)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["file"]
    assert THAI.search(str(answer.context["form"].errors["file"]))
    assert Letter.objects.count() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"just words", "บรรทัด"),
        (b"a: [1, 2\nb: }", "บรรทัด"),
        (bytes(100), "ไฟล์"),
        (b"format: 1\nkey: x\n", "บรรทัด"),
        (b"", "ไฟล์"),
        (b"&a [*a, *a]\n" * 3, "ไฟล์"),
    ],
)
def test_a_criteria_file_with_errors_says_where(there, content, said):
    before = CriteriaSet.objects.count()
    client = there.client("secretariat")
    programme = client.get("/criteria-sets/import/").context["form"].fields["programme"].choices[0][0]
    values = {"programme": programme, "file": SimpleUploadedFile("criteria.yaml", content)}
    answer = client.post("/criteria-sets/import/", values)
    assert answer.status_code == 422
    assert said in words(answer)
    assert CriteriaSet.objects.count() == before


# Twice, too late, signed out


def test_sent_twice_is_done_once(there):
    before = Letter.objects.count()
    once = str(uuid.uuid4())
    text = LETTER.replace("ว 12", "ว 14").encode()
    sent = [load(there, "a.txt", text, once=once).url for _try in range(2)]
    assert sent[0] == sent[1]
    assert Letter.objects.count() == before + 1


def test_an_autosave_after_the_session_is_over_is_told_so_and_is_taken_afterwards(there):
    answer_id = there.things["answer"]
    where = f"/applications/{there.things['application']}/items/{answer_id}/"
    row = Answer.objects.get(public_id=answer_id)
    typed = {"version": str(row.version), "field": "narrative", "narrative": "พิมพ์ไว้ก่อนหมดเวลา"}
    refused = there.client("nobody").post(where, typed, **FETCH)
    assert refused.status_code == 302
    assert refused.url.startswith("/accounts/login/?next=")
    assert there.client("officer").post(where, typed, **FETCH).json()["version"] == row.version + 1
    row.refresh_from_db()
    assert row.narrative == "พิมพ์ไว้ก่อนหมดเวลา"


def test_a_form_sent_after_the_session_is_over_can_be_sent_again(there):
    where = f"/applications/{there.things['application']}/withdraw/"
    reason = "ย้ายที่ทำการ <b>กลางปี</b>"
    officer = there.client("officer", enforce_csrf_checks=True)
    officer.get(where)
    token = officer.cookies["csrftoken"].value
    expired = there.client("nobody", enforce_csrf_checks=True)
    expired.cookies["csrftoken"] = token
    answer = expired.post(where, {"reason": reason, "csrfmiddlewaretoken": token})
    assert answer.status_code == 403
    assert SIGNED_OUT in words(answer)
    assert "ย้ายที่ทำการ" in words(answer)
    # In another tab: this one keeps what was typed.
    assert 'href="/accounts/login/?next=/accounts/other-tab/"' in answer.content.decode()
    (again,) = [form for form in Forms(answer.content.decode()).forms if form.action == where]
    assert dict(again.values)["reason"] == reason
    # Words that another site put into a form are never offered to be sent again.
    forged = there.client("nobody", enforce_csrf_checks=True).post(where, {"reason": reason})
    assert forged.status_code == 403
    assert "ย้ายที่ทำการ" not in forged.content.decode()
    with transaction.atomic():
        done = officer.post(where, dict(again.values) | {"csrfmiddlewaretoken": token})
        assert done.status_code == 302
        transaction.set_rollback(True)


def test_after_the_window_has_closed_everything_says_so(there):
    application, answer_id = there.things["application"], there.things["answer"]
    where = f"/applications/{application}/items/{answer_id}/"
    client = there.client("officer")
    row = Answer.objects.get(public_id=answer_id)
    with clock.travel(named("screening").when):
        late = client.post(
            where, {"version": str(row.version), "field": "narrative", "narrative": "สายไป"}, **FETCH
        )
        assert late.status_code in {403, 409}
        assert THAI.search(late.json()["message"])
        assert "version" not in late.json()
        whole = client.post(where, {"version": str(row.version), "narrative": "สายไปทั้งหน้า", "claim": "met"})
        assert whole.status_code in {403, 409, 422}
        assert "สายไปทั้งหน้า" in whole.content.decode()
        submit = client.post(f"/applications/{application}/submit/", {"once": str(uuid.uuid4())})
        assert submit.status_code in {403, 409, 422}
        assert "ปิดรับ" in words(submit) or "สิ้นสุด" in words(submit)
    row.refresh_from_db()
    assert "สายไป" not in row.narrative


def test_two_tabs_both_see_both_texts(there):
    where = f"/applications/{there.things['application']}/items/{there.things['answer']}/"
    row = Answer.objects.get(public_id=there.things["answer"])
    first, second = there.client("officer"), there.client("helper")
    base = {"version": str(row.version), "field": "narrative"}
    assert first.post(where, {**base, "narrative": "จากแท็บแรก"}, **FETCH).status_code == 200
    clash = second.post(where, {**base, "narrative": "จากแท็บที่สอง"}, **FETCH)
    assert clash.status_code == 409
    assert clash.json()["theirs"] == "จากแท็บแรก"
    whole = second.post(where, {"version": str(row.version), "narrative": "จากแท็บที่สอง", "claim": "met"})
    assert whole.status_code == 409
    assert "จากแท็บแรก" in whole.content.decode()
    assert "จากแท็บที่สอง" in whole.content.decode()


# Everything, everywhere


@pytest.mark.postgres
@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.key)
def test_no_field_of_any_form_breaks_a_page(there, route):
    """Every form on the page of somebody who may open it: each field alone, and all of them together."""
    where, who = address(route, there), owner(route)
    # On PostgreSQL the page is asked for once: for its forms, and with numbers that are too large for it.
    large = f"?{TOGETHER['99999999999999999999']}" if connection.vendor == "postgresql" else ""
    answer = there.client(who).get(where + large)
    assert answer.status_code < 500, getattr(answer, "exc_info", "")
    if large and answer.status_code != 200:
        answer = there.client(who).get(where)
    content = b"".join(answer)
    if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
        return
    broken = []
    for form in Forms(content.decode()).forms:
        to = form.action.partition("#")[0] or where
        names = [
            name for name, kind in form.names.items() if kind != "submit" and name != "csrfmiddlewaretoken"
        ]
        # What stands on every page (leaving, the language) is tried once for each person (and worker), not on each page.
        once = (who, to, *names)
        if form.method != "post" or once in there.forms_tried:
            continue
        there.forms_tried.add(once)
        kept = [pair for pair in form.values if pair[0] != "csrfmiddlewaretoken"]
        for what, values in fillings({name: form.names[name] for name in names}):
            broken += _tried(there.client(who), to, values, what)
        for name in one_of_each(names) if connection.vendor == "sqlite" else ():
            one = {**dict(kept), name: PAYLOADS["number"]}
            broken += _tried(there.client(who), to, one, f"{name} number")
    assert broken == []


def fillings(fields):
    """What all fields of a form, by the kinds of their inputs, are filled with at once, each under a name.

    What is the same whatever lies below comes in turn, so that neighbours differ.
    """
    if connection.vendor == "sqlite":
        turns = zip(fields, itertools.cycle(MIXED), strict=False)
        return [
            ("all number", dict.fromkeys(fields, PAYLOADS["number"])),
            ("mixed", {name: PAYLOADS[what] for name, what in turns}),
        ]
    kinds = {name: "long" if kind in WRITTEN else "number" for name, kind in fields.items()}
    return [("what differs", {name: PAYLOADS[what] for name, what in kinds.items()})]


def one_of_each(names):
    """A field of every kind: the rows of a list are one kind ("duty-0-who", "duty-1-who", …)."""
    return list({re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "*", name): name for name in names}.values())


def _tried(client, to: str, values: dict, what: str) -> list[str]:
    """Send it as somebody who has just come in, since a form before it may have led out; undo it; what went wrong."""
    with transaction.atomic():
        answer = client.post(to, values)
        b"".join(answer)
        transaction.set_rollback(True)
    if answer.status_code >= 500:
        return [f"{to} {what}: {answer.status_code} {getattr(answer, 'exc_info', ('', ''))[1]!r}"]
    if answer.status_code == 403 and SIGNED_OUT in words(answer):
        return [f"{to} {what}: tried by nobody"]
    return []


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.key)
def test_no_query_breaks_a_page(there, route):
    where, client = address(route, there), there.client(owner(route))
    for query in queries(PAGES.index(route)):
        answer = client.get(f"{where}?{query}")
        assert answer.status_code < 500, (query, getattr(answer, "exc_info", ""))
        if answer.streaming:
            b"".join(answer)
        # Django reads the query when somebody asks for it: a page where nobody did is the same for any other query.
        if "GET" not in answer.wsgi_request.__dict__:
            break


@pytest.mark.parametrize("route", [route for route in PAGES if route.parameters], ids=lambda route: route.key)
def test_what_is_not_there_is_not_found(there, route):
    where, client = address(route, there), there.client(owner(route))
    ids = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    for by in (str(uuid.UUID(int=7)), "not-a-uuid"):
        wrong = ids.sub(by, where)
        if wrong == where:
            continue
        # What is no id leads to no view, whatever the method.
        for answer in (client.get(wrong), *([client.post(wrong)] if by.startswith("0") else [])):
            assert answer.status_code in {404, 405, 422, 403}, (wrong, answer.status_code)
            assert bool(THAI.search(words(answer))) is not where.startswith("/en/"), wrong


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.key)
def test_no_method_breaks_an_address(there, route):
    """They are one matter to Django and to the pages' own door: each address is asked for one of them, in turn."""
    where, client = address(route, there), there.client(owner(route))
    method = METHODS[PAGES.index(route) % len(METHODS)]
    with transaction.atomic():
        answer = client.generic(method, where)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (method, getattr(answer, "exc_info", ""))
    if answer.streaming:
        b"".join(answer)


def test_an_address_that_nobody_has_is_explained(there):
    for who in ("nobody", "officer"):
        answer = there.client(who).get("/no/such/page/")
        assert answer.status_code == 404
        assert THAI.search(words(answer))


def test_a_body_that_is_no_form(there):
    client = there.client("officer")
    where = f"/applications/{there.things['application']}/items/{there.things['answer']}/"
    for kind, body in (
        ("application/json", b"{"),
        ("multipart/form-data; boundary=x", b"--y"),
        ("multipart/form-data", b""),
        ("text/plain", bytes(1000)),
        ("application/x-www-form-urlencoded", b"%%%=&&&\xff\xfe=\x00"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2000))),
    ):
        answer = client.generic("POST", where, io.BytesIO(body).getvalue(), content_type=kind)
        assert answer.status_code < 500, (kind, getattr(answer, "exc_info", ""))
