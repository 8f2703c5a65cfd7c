"""`saduak letters read`."""

import json
from pathlib import Path

import pytest

from saduak.correspondence.reading.command import main
from tests.correspondence.reading import samples


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_one_json_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [write(tmp_path, "a.txt", samples.EXTERNAL), write(tmp_path, "b.txt", samples.BUNDLE)]
    assert main(["read", *files, "--json"]) == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (first["file"], len(first["documents"])) == ("a.txt", 1)
    assert (second["file"], [document["number"] for document in second["documents"]]) == (
        "b.txt",
        ["สม 0200/ว 88", "กต 0300/ว 54"],
    )
    assert list(first) == ["file", "documents", "findings"]
    assert second["findings"][0]["code"] == "reference-mismatch"


def test_summary_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", write(tmp_path, "b.txt", samples.BUNDLE)]) == 0
    shown = capsys.readouterr().out
    assert "b.txt: พบ 2 ฉบับ" in shown
    assert "ที่: สม 0200/ว 88" in shown
    assert "หน้าที่ (สั่งการ) อำเภอ: ส่งข้อมูลภายในวันที่ 5 กรกฎาคม 2567 ภายใน 5 ก.ค. 2567" in shown
    assert "ข้อสังเกต" in shown


def test_errors_go_to_stderr_and_the_rest_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [
        write(tmp_path, "no.txt", "สวัสดี"),
        str(tmp_path / "missing.txt"),
        str(tmp_path),
        write(tmp_path, "a.txt", samples.MEMO),
    ]
    assert main(["read", *files, "--json"]) == 2
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 1
    assert "[not-a-letter]" in captured.err
    assert captured.err.count("เปิดไฟล์ไม่ได้") == 2


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["read"]) == 2
    assert main(["read", "--help"]) == 0
    assert "อ่านหนังสือ" in capsys.readouterr().out
