"""From the bytes of a criteria file to a document, or to problems by line."""

import hashlib
import json
import pathlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import rfc8785
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent

from saduak.foundation.access.registry import Words
from saduak.programme.reading import meaning
from saduak.programme.reading.lines import Problem, Where, line_of, plain

LIMIT_BYTES = 1_000_000
# The set that comes with the program: what the demo, rehearsals and tests import.
BUNDLED = "gecc-2568-unofficial"
_DEEPEST = 20
_KEY_LINE = re.compile(rb"^[ -]*\{?key: *(c-[0-9a-f]{6,12})\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says. `document` is to be used only when there are no problems."""

    document: dict[str, Any]
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the set can be imported."""
        return not self.problems


def digest_of(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of a document: the same for the same content, however it is laid out."""
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def bundled(name: str = BUNDLED) -> bytes:
    """The bytes of a criteria file that comes with the program.

    Raises:
        FileNotFoundError: there is none of this name.
    """
    return files("saduak.programme").joinpath(f"criteria/{name}.yaml").read_bytes()


def keys_beside(path: pathlib.Path) -> frozenset[str]:
    """Keys in the other criteria files of the same folder: the earlier sets, when no database is at hand."""
    others = (other for other in path.parent.glob("*.yaml") if other.resolve() != path.resolve())
    return frozenset(key.decode() for other in others for key in _KEY_LINE.findall(other.read_bytes()))


def say(problem: Problem) -> Words:
    """A problem with its line, in one sentence."""
    return format_lazy(_("บรรทัด {line}: {message}"), line=problem.line, message=problem.message)


def read(content: bytes, *, known_keys: Collection[str] = ()) -> Reading:
    """Read a criteria file. Never raises for what the file holds: everything wrong becomes a problem with its line.

    Args:
        content: the bytes of the file, UTF-8.
        known_keys: keys of criteria of earlier sets, which `replaces` may name.
    """
    if len(content) > LIMIT_BYTES:
        return Reading({}, (Problem(1, _("ไฟล์ใหญ่เกิน 1 เมกะไบต์ ไฟล์เกณฑ์ปกติเล็กกว่านี้มาก ตรวจว่าเลือกไฟล์ถูก")),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Reading({}, (Problem(line, _("ไฟล์ต้องเป็นข้อความ UTF-8 บันทึกไฟล์ใหม่เป็น UTF-8 แล้วลองอีกครั้ง")),))
    try:
        root = _parse(text)
    except YAMLError as error:
        return Reading({}, (_syntax(error),))
    except ValueError:
        # Not YAML's own complaint: a value that looks like a date and is none.
        return Reading(
            {}, (Problem(1, _("อ่านไฟล์ YAML นี้ไม่ได้ มีค่าที่เหมือนวันที่แต่ไม่ใช่วันที่ ใส่เครื่องหมายคำพูดครอบค่านั้น")),)
        )
    if isinstance(root, Problem):
        return Reading({}, (root,))
    document = plain(root)
    problems = list(_of_schema(root, document))
    if not problems:
        found = meaning.problems(document, known_keys)
        problems = [Problem(line_of(root, path), message) for path, message in found]
    return Reading(
        document if isinstance(document, dict) else {}, tuple(sorted(problems, key=lambda p: p.line))
    )


def _parse(text: str) -> Any:
    """The file as ruamel's containers, which know their lines.

    Aliases and deep nesting are refused while scanning: a small file could otherwise take for ever.
    """
    depth = 0
    for event in YAML(typ="rt").parse(text):
        if isinstance(event, AliasEvent):
            return Problem(event.start_mark.line + 1, _("ใช้การอ้างซ้ำ (*ชื่อ) ไม่ได้ เขียนข้อความเต็มแทน"))
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST:
            return Problem(event.start_mark.line + 1, _("ย่อหน้าหรือวงเล็บซ้อนกันลึกเกินไป"))
    return YAML(typ="rt").load(text)


def _syntax(error: YAMLError) -> Problem:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    line = mark.line + 1 if mark is not None else 1
    detail = str(getattr(error, "problem", "") or "")
    if "duplicate key" in detail:
        return Problem(line, format_lazy(_("หัวข้อ {name} เขียนซ้ำในที่เดียวกัน"), name=_quoted(detail)))
    return Problem(line, _("รูปแบบ YAML ไม่ถูกต้อง ดูการย่อหน้าและเครื่องหมาย : ที่บรรทัดนี้และบรรทัดก่อนหน้า"))


def _quoted(detail: str) -> str:
    parts = detail.split('"')
    return parts[1] if len(parts) > 1 else ""


def _of_schema(root: Any, document: Any) -> Iterator[Problem]:
    """What the schema finds; headings that one place lacks are one problem, which the validator tells one by one."""
    told = set()
    for error in _validator().iter_errors(document):
        problem = Problem(line_of(root, _where(error)), _say(error))
        if (said := (problem.line, str(problem.message))) not in told:
            told.add(said)
            yield problem


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(
        files("saduak.programme").joinpath("criteria/schema.json").read_text(encoding="utf-8")
    )
    return Draft202012Validator(schema)


def _where(error: ValidationError) -> Where:
    """An unknown heading is best shown on its own line; everything else on the value's line."""
    path = list(error.absolute_path)
    if error.validator == "additionalProperties":
        path += _unknown(error)[:1]
    return path


def _unknown(error: ValidationError) -> list[str]:
    """The headings that the schema does not know."""
    schema: Any = error.schema
    instance: Any = error.instance
    return sorted(set(instance) - set(schema.get("properties", {})))


def _say(error: ValidationError) -> Words:
    """A schema error in Thai."""
    name = next((str(step) for step in reversed(error.absolute_path) if isinstance(step, str)), "")
    validator = str(error.validator)
    value: Any = error.validator_value
    instance: Any = error.instance
    if validator == "required":
        missing = [key for key in value if key not in instance]
        return format_lazy(_("ขาดหัวข้อ {names}"), names=", ".join(missing))
    if validator == "additionalProperties":
        return format_lazy(_("ไม่รู้จักหัวข้อ {names}"), names=", ".join(_unknown(error)))
    if validator == "type":
        return format_lazy(
            _("{name} ต้องเป็น{kind}"), name=name or _("ทั้งไฟล์"), kind=_KINDS.get(str(value), value)
        )
    if validator in {"enum", "const"}:
        allowed = value if isinstance(value, list) else [value]
        return format_lazy(_("{name} ต้องเป็น {values}"), name=name, values=" / ".join(map(str, allowed)))
    return format_lazy(_SAY.get(validator, _("{name} ไม่ถูกต้อง")), name=name, value=str(value))


_KINDS: dict[str, Words] = {
    "object": _("กลุ่มหัวข้อ"),
    "array": _("รายการ"),
    "string": _("ข้อความ"),
    "integer": _("จำนวนเต็ม"),
    "boolean": _(" true หรือ false"),
}
_SAY: dict[str, Any] = {
    "pattern": _("{name} มีรูปแบบไม่ถูกต้อง ต้องตรงกับ {value}"),
    "minimum": _("{name} ต้องไม่น้อยกว่า {value}"),
    "maximum": _("{name} ต้องไม่เกิน {value}"),
    "minLength": _("{name} ต้องไม่ว่าง"),
    "maxLength": _("{name} ยาวเกิน {value} ตัวอักษร"),
    "minItems": _("{name} ต้องมีอย่างน้อย {value} รายการ"),
    "minProperties": _("{name} ต้องมีเนื้อหา"),
}
