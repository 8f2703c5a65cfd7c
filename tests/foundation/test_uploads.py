"""Files that come piece by piece."""

import hashlib
import uuid
from datetime import timedelta

import pytest

from saduak.foundation import clock, files, tasks
from saduak.foundation.access import Actor, Conflict, Invalid, Refused
from saduak.foundation.files import uploads
from saduak.foundation.models import Upload

pytestmark = pytest.mark.django_db

DATA = bytes(range(256)) * 40
DIGEST = hashlib.sha256(DATA).hexdigest()


def actor(ref: str = "user:1", kind: str = "user") -> Actor:
    return Actor(kind=kind, ref=ref, received_at=clock.now())


ME = actor()


def begun(**more) -> Upload:
    return uploads.start(**{"actor": ME, "name": "ภาพ.jpg", "size": len(DATA), "sha256": DIGEST} | more)


def send(upload: Upload, offset: int, data: bytes, who: Actor = ME) -> Upload:
    return uploads.append(actor=who, upload_id=upload.public_id, offset=offset, data=data)


def whole(**more) -> Upload:
    return send(begun(**more), 0, DATA)


@pytest.mark.parametrize("cut", [1, 255, 256, 5000, len(DATA) - 1])
def test_a_file_goes_on_where_it_was_cut(cut):
    first = begun()
    assert send(first, 0, DATA[:cut]).received == cut
    again = begun(name="another.jpg")
    assert (again, again.received) == (first, cut)
    done = send(again, cut, DATA[cut:])
    with uploads.arrived(done) as file:
        assert (file.read(), file.name) == (DATA, "ภาพ.jpg")


def test_what_was_written_and_not_counted_is_written_again():
    upload = send(begun(), 0, DATA[:100])
    uploads.place_of(upload).write_bytes(DATA[:100] + b"of a process that was killed")
    with uploads.arrived(send(upload, 100, DATA[100:])) as file:
        assert file.read() == DATA


def test_a_piece_that_came_already_is_told_where_to_go_on():
    upload = send(begun(), 0, DATA[:100])
    for offset in (0, 99, 101):
        with pytest.raises(Conflict) as conflict:
            send(upload, offset, b"x")
        assert conflict.value.code == "offset"


@pytest.mark.parametrize(
    ("offset", "data"), [(0, b""), (0, DATA + b"x"), (0, bytes(uploads.LARGEST_PIECE + 1))]
)
def test_a_piece_that_can_not_be_is_refused(offset, data):
    with pytest.raises(Invalid):
        send(begun(), offset, data)


@pytest.mark.parametrize(
    ("more", "code"),
    [({"size": 0}, "file-empty"), ({"size": 21 << 20}, "file-size"), ({"sha256": "x" * 64}, "digest")],
)
def test_what_can_not_be_begun(more, code):
    with pytest.raises(Invalid) as refusal:
        begun(**more)
    assert refusal.value.code == code
    assert not Upload.objects.exists()


def test_nobody_sends_and_others_see_nothing():
    # Whoever has a link sends a file whole, with its form.
    for nobody in (Actor.public(), actor("link:1", "link")):
        with pytest.raises(Refused):
            begun(actor=nobody)
    upload = begun()
    for other in (actor("user:2"), actor("link:1", "link"), Actor.public()):
        assert not Upload.objects.visible_to(other).exists()
        with pytest.raises(Upload.DoesNotExist):
            send(upload, 0, b"x", other)
    assert begun(actor=actor("user:2")) != upload


def test_there_is_an_end_to_what_one_begins(monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 3)
    begun(sha256="")
    assert begun(sha256="") != begun(sha256=DIGEST)
    with pytest.raises(Conflict) as conflict:
        begun(sha256="")
    assert conflict.value.code == "too-many-uploads"


def test_there_is_an_end_to_what_one_sends_in_a_day(settings):
    settings.ACTOR_UPLOADS_BYTES = 2 * len(DATA)
    first = whole()
    uploads.use(actor=ME, upload_id=first.public_id)
    again = begun(sha256="")
    with pytest.raises(Conflict) as conflict:
        begun(sha256="")
    assert conflict.value.code == "too-much-uploaded"
    assert begun(actor=actor("user:2")).size == len(DATA)
    Upload.objects.filter(pk__in=[first.pk, again.pk]).update(expires_at=clock.wall())
    assert begun().size == len(DATA)


def test_a_disk_that_is_nearly_full_takes_no_files(settings):
    settings.FREE_DISK_BYTES = 1 << 62
    with pytest.raises(Refused) as refusal:
        begun()
    assert refusal.value.code == "disk-full"
    assert "พื้นที่เก็บไฟล์ของระบบเกือบเต็ม" in str(refusal.value.reason)
    with pytest.raises(Refused):
        files.store(b"x", name="x.txt")
    # What the program writes itself, receipts and letters, is not stopped before the disk is full.
    assert files.put(b"x", name="x.txt", media_type="text/plain").size == 1


def test_a_file_that_is_not_whole_is_not_given_out():
    for changed in (DATA[:-1], DATA[:-1] + b"x", None):
        Upload.objects.all().delete()
        upload = whole()
        if changed is None:
            uploads.place_of(upload).unlink()
        else:
            uploads.place_of(upload).write_bytes(changed)
        with pytest.raises(Conflict), uploads.arrived(upload):
            pass
    with pytest.raises(Conflict), uploads.arrived(begun(sha256="", size=5)):
        pass


def test_what_the_disk_lost_begins_anew():
    first = send(begun(), 0, DATA[:100])
    uploads.place_of(first).write_bytes(b"less")
    second = begun()
    assert second != first
    uploads.place_of(send(second, 0, DATA[:100])).unlink()
    assert begun() not in {first, second}


def test_a_used_file_goes_and_stays_used():
    upload = whole()
    for _twice in range(2):
        uploads.use(actor=ME, upload_id=upload.public_id)
    upload.refresh_from_db()
    assert upload.used_at is not None
    assert not uploads.place_of(upload).exists()
    with pytest.raises(Conflict):
        send(upload, len(DATA), b"x")
    assert begun() != upload
    with pytest.raises(Upload.DoesNotExist):
        uploads.use(actor=ME, upload_id=uuid.uuid4())


def test_what_was_never_finished_goes_after_a_day():
    old, new = whole(), begun(sha256="")
    Upload.objects.filter(pk=old.pk).update(expires_at=clock.wall() - timedelta(seconds=1))
    with pytest.raises(Upload.DoesNotExist):
        uploads.use(actor=ME, upload_id=old.public_id)
    tasks.prune_uploads()
    assert list(Upload.objects.all()) == [new]
    assert not uploads.place_of(old).exists()
