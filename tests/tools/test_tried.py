"""What one worker tried, another need not."""

from tests.tried import Tried


def test_what_was_tried_is_known_by_its_key(monkeypatch):
    monkeypatch.delenv("SADUAK_TEST_TRIED", raising=False)
    tried = Tried("parts")
    assert tried.fresh("/home/", ["a", "b"]) == ["a", "b"]
    tried.add("/home/", ["a"])
    assert tried.fresh("/home/", ["a", "b"]) == ["b"]
    assert tried.fresh("/home/", ["a"]) == []
    assert tried.fresh("/board/", ["a"]) == ["a"]
    assert Tried("parts").fresh("/home/", ["a"]) == ["a"]


def test_another_worker_finds_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SADUAK_TEST_TRIED", str(tmp_path))
    one, other = Tried("parts"), Tried("parts")
    one.add("/home/", ["a"])
    assert other.fresh("/home/", ["a", "b"]) == ["b"]
    assert other.fresh("/home/", ["a"]) == []
    other.add("/home/", ["b"])
    assert one.fresh("/home/", ["a", "b"]) == []
    assert Tried("styles").fresh("/home/", ["a"]) == ["a"]
