"""What one worker tried, another need not."""

from tests.tried import Tried


def test_what_was_tried_is_known_by_its_key(monkeypatch):
    monkeypatch.delenv("SADUAK_TEST_TRIED", raising=False)
    tried = Tried("parts")
    assert tried.missing("/home/", ["a", "b"])
    tried.add("/home/", ["a"])
    assert tried.missing("/home/", ["a", "b"])
    assert not tried.missing("/home/", ["a"])
    assert tried.missing("/board/", ["a"])
    assert Tried("parts").missing("/home/", ["a"])


def test_another_worker_finds_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SADUAK_TEST_TRIED", str(tmp_path))
    one, other = Tried("parts"), Tried("parts")
    one.add("/home/", ["a"])
    assert other.missing("/home/", ["a", "b"])
    assert not other.missing("/home/", ["a"])
    other.add("/home/", ["b"])
    assert not one.missing("/home/", ["a", "b"])
    assert Tried("styles").missing("/home/", ["a"])
