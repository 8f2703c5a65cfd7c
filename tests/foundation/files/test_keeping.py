"""The store: checked, kept once by content, read back, and served so that nothing runs."""

import hashlib
import io
import os
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from PIL import Image

from saduak.foundation import clock, files
from saduak.foundation.access import Actor, Conflict, Invalid
from saduak.foundation.files import clearing, serve
from saduak.foundation.files.keeping import path_of, preview_of, waiting_room
from saduak.foundation.models import StoredFile
from tests.foundation.factories import ReferringFactory, StoredFileFactory, UserFactory
from tests.foundation.files import samples

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def content(stored: StoredFile) -> bytes:
    with files.open(stored) as file:
        return file.read()


@pytest.mark.parametrize(
    "source",
    [samples.PDF, io.BytesIO(samples.PDF), SimpleUploadedFile("b.pdf", samples.PDF)],
    ids=["bytes", "file", "upload"],
)
def test_a_file_is_kept_by_its_content(source):
    user = UserFactory()
    actor = Actor(kind="user", ref=f"user:{user.pk}", received_at=clock.now(), user_id=user.pk)
    stored = files.store(source, name="../แผนงาน.pdf", actor=actor)
    digest = hashlib.sha256(samples.PDF).hexdigest()
    assert (stored.sha256, stored.size, stored.name) == (digest, len(samples.PDF), "แผนงาน.pdf")
    assert (stored.media_type, stored.uploaded_by, stored.reencoded) == ("application/pdf", user, False)
    assert content(stored) == samples.PDF
    assert path_of(digest).parent.name == digest[2:4]
    assert list(waiting_room().iterdir()) == []


def test_a_file_that_was_read_before_is_read_from_its_start(actor_system):
    source = io.BytesIO(samples.PDF)
    source.read()
    assert files.store(source, name="a.pdf", actor=actor_system).size == len(samples.PDF)


def test_the_same_content_is_kept_once(files_root):
    first, second = (files.store(samples.PDF, name=name) for name in ("ก.pdf", "ข.pdf"))
    assert first.sha256 == second.sha256
    assert first.pk != second.pk
    assert sum(path.is_file() for path in files_root.rglob("*")) == 1
    assert first.uploaded_by is None


def test_a_picture_is_kept_as_we_drew_it():
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    data = samples.picture("JPEG", exif=exif)
    stored = files.store(data, name="ภาพ.jpeg")
    assert (stored.media_type, stored.name, stored.reencoded) == ("image/jpeg", "ภาพ.jpg", True)
    assert b"Phone" in data
    assert b"Phone" not in content(stored)


class TestPreview:
    @pytest.fixture
    def drawn(self):
        return files.store(samples.picture("JPEG", (1200, 900)), name="ป้าย.หน้า.jpg")

    def test_it_is_made_once_beside_the_picture(self, drawn):
        place = preview_of(drawn.sha256)
        assert place.parent == path_of(drawn.sha256).parent
        os.utime(place, (0, 0))
        assert files.store(samples.picture("JPEG", (1200, 900)), name="b.jpg").sha256 == drawn.sha256
        assert place.stat().st_mtime == 0
        assert list(waiting_room().iterdir()) == []

    def test_it_is_shown_in_the_page_and_runs_nothing(self, drawn):
        response = files.preview(drawn)
        data = b"".join(response.streaming_content)
        assert Image.open(io.BytesIO(data)).size == (480, 360)
        assert (response["Content-Type"], response["Content-Length"]) == ("image/webp", str(len(data)))
        assert response["Content-Disposition"].startswith("inline")
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"] == "private, no-cache"
        response.close()

    def test_a_picture_from_before_is_shown_whole(self, drawn):
        preview_of(drawn.sha256).unlink()
        response = files.preview(drawn)
        assert Image.open(io.BytesIO(b"".join(response.streaming_content))).size == (1200, 900)
        assert response["Content-Type"] == "image/jpeg"
        response.close()

    def test_of_a_refused_file_there_is_none(self, drawn):
        drawn.state = "refused"
        with pytest.raises(Conflict):
            files.preview(drawn)

    def test_it_goes_with_its_picture(self, drawn):
        for place in (path_of(drawn.sha256), preview_of(drawn.sha256)):
            os.utime(place, (0, 0))
        assert files.collect() == (0, 0)
        assert preview_of(drawn.sha256).exists()
        StoredFile.objects.all().delete()
        assert files.collect() == (0, 1)
        assert not preview_of(drawn.sha256).exists()

    def test_one_that_was_left_without_its_picture_goes_too(self, drawn):
        path_of(drawn.sha256).unlink()
        os.utime(preview_of(drawn.sha256), (0, 0))
        assert files.collect() == (0, 0)
        assert not preview_of(drawn.sha256).exists()


def test_a_gif_becomes_a_png():
    stored = files.store(samples.picture("GIF"), name="a.gif")
    assert (stored.media_type, stored.name) == ("image/png", "a.png")


def test_old_thai_text_becomes_utf8():
    stored = files.store("ที่ มท ๐๐๑๘".encode("cp874"), name="หนังสือ.txt", accept={"letter"})
    assert content(stored).decode() == "ที่ มท ๐๐๑๘"
    assert files.store("ที่ มท".encode(), name="ข.md").name == "ข.md"


def test_a_missing_extension_is_added():
    assert files.store(samples.PDF, name="แผนงาน").name == "แผนงาน.pdf"


def test_too_large_is_refused_and_nothing_is_left(settings, files_root):
    settings.UPLOAD_LIMIT_BYTES = len(samples.PDF) - 1
    with pytest.raises(Invalid) as refusal:
        files.store(samples.PDF, name="a.pdf")
    assert refusal.value.code == "file-size"
    assert not StoredFile.objects.exists()
    assert not any(path.is_file() for path in files_root.rglob("*"))


def test_exactly_the_limit_is_taken(settings):
    settings.UPLOAD_LIMIT_BYTES = len(samples.PDF)
    assert files.store(samples.PDF, name="a.pdf").size == len(samples.PDF)


def test_our_own_bytes_are_kept_as_they_are():
    stored = files.put(b'{"format":1}', name="submission.json", media_type="application/json")
    assert (stored.media_type, content(stored)) == ("application/json", b'{"format":1}')


def test_a_refused_file_is_not_opened():
    with pytest.raises(Conflict):
        files.open(StoredFileFactory(state="refused"))


class TestAttachment:
    def test_a_download_that_runs_nothing(self):
        response = files.attachment(StoredFileFactory(name="แผน งาน.pdf", data=b"%PDF-x"))
        assert b"".join(response.streaming_content) == b"%PDF-x"
        assert response["Content-Disposition"] == (
            "attachment; filename=\"file.pdf\"; filename*=utf-8''"
            "%E0%B9%81%E0%B8%9C%E0%B8%99%20%E0%B8%87%E0%B8%B2%E0%B8%99.pdf"
        )
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Length"] == "6"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"] == "private, no-cache"
        response.close()

    def test_another_name(self):
        response = files.attachment(StoredFileFactory(), name="receipt.pdf")
        assert response["Content-Disposition"] == 'attachment; filename="receipt.pdf"'
        response.close()

    def test_text_says_its_encoding(self):
        response = files.attachment(files.store("ก".encode(), name="a.txt"))
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        response.close()

    def test_inline_is_for_pictures_that_we_drew(self):
        drawn = files.store(samples.picture("PNG"), name="a.png")
        foreign = StoredFileFactory(media_type="image/png", name="b.png")
        pdf = StoredFileFactory(reencoded=True, name="c.pdf")
        found = [files.attachment(row, inline=True) for row in (drawn, foreign, pdf)]
        assert [r["Content-Disposition"].partition(";")[0] for r in found] == [
            "inline",
            "attachment",
            "attachment",
        ]
        for response in found:
            response.close()

    @pytest.mark.parametrize("name", ["ชื่อ.ไทย", "ชื่อ"])
    def test_a_name_without_a_plain_ending(self, name):
        assert 'filename="file";' in serve.disposition(name)

    def test_no_name_at_all(self):
        assert serve.disposition("", inline=True) == "inline"


class TestCollect:
    @pytest.fixture(autouse=True)
    def _registry(self, monkeypatch):
        monkeypatch.setattr(clearing, "_kept", {})

    @staticmethod
    def age(*rows: StoredFile) -> None:
        old = clock.wall() - timedelta(days=8)
        StoredFile.objects.filter(pk__in=[row.pk for row in rows]).update(created_at=old)
        for row in rows:
            os.utime(path_of(row.sha256), (time.time() - 8 * 86400,) * 2)

    def test_an_old_file_that_nothing_refers_to_goes(self):
        row = StoredFileFactory()
        self.age(row)
        assert files.collect() == (1, 1)
        assert not StoredFile.objects.exists()
        assert not path_of(row.sha256).exists()

    def test_a_young_one_stays(self):
        StoredFileFactory()
        assert files.collect() == (0, 0)

    def test_what_a_row_refers_to_stays(self):
        row = ReferringFactory().file
        self.age(row)
        assert files.collect() == (0, 0)
        assert path_of(row.sha256).exists()

    def test_what_a_registered_condition_names_stays(self):
        row, other = StoredFileFactory(), StoredFileFactory()
        self.age(row, other)
        files.keep("test", lambda: Q(public_id=row.public_id))
        assert files.collect() == (1, 1)
        assert StoredFile.objects.get() == row

    def test_content_that_another_row_names_stays(self):
        old, young = StoredFileFactory(data=b"%PDF-same"), StoredFileFactory(data=b"%PDF-same")
        self.age(old)
        os.utime(path_of(old.sha256), (time.time() - 8 * 86400,) * 2)
        assert files.collect() == (1, 0)
        assert content(young) == b"%PDF-same"

    def test_content_without_a_row_goes_after_grace(self):
        row = StoredFileFactory()
        StoredFile.objects.all().delete()
        assert files.collect() == (0, 0)
        os.utime(path_of(row.sha256), (0, 0))
        assert files.collect() == (0, 1)

    def test_storing_again_begins_the_grace_anew(self):
        row = StoredFileFactory(data=samples.PDF)
        self.age(row)
        again = files.store(samples.PDF, name="a.pdf")
        assert files.collect() == (1, 0)
        assert content(again) == samples.PDF

    def test_half_written_files_are_thrown_away(self):
        waiting_room().mkdir(parents=True)
        left = waiting_room() / "left"
        left.write_bytes(b"x")
        os.utime(left, (0, 0))
        assert files.collect() == (0, 0)
        assert not left.exists()

    def test_in_groups(self, monkeypatch):
        monkeypatch.setattr(clearing, "AT_ONCE", 2)
        self.age(*(StoredFileFactory() for _number in range(5)))
        assert [files.collect() for _time in range(3)] == [(2, 2), (2, 2), (1, 1)]

    def test_a_file_that_vanishes_meanwhile_is_no_problem(self, tmp_path):
        assert clearing._is_old(tmp_path / "gone", time.time()) is False
