"""Telephones, faxes and links."""

from __future__ import annotations

import re

from saduak.correspondence.reading.model import Document

# Nine digits for a fixed line, ten for a mobile, three to six for a hotline or a number inside the house; a number may be wrapped
# over two lines.
_NUMBER = (
    r"(?:(?:\(0\d{1,2}\)[\s-]{0,3}\d{3}[\s-]{0,3}\d{3,4}|\+66[\s-]{0,3}\d(?:[\s-]{0,3}\d){7,8})(?!\d)|0[\s-]{0,3}(?:[2-7](?:[\s-]{0,3}\d){7}|[1689](?:[\s-]{0,3}\d){8})(?!\d)(?: ?- ?\d{1,2}(?!\d))?|[1-9]\d{2,5}(?: ?- ?\d{1,2})?(?![\d/.]))"
    r"(?:\s{0,3}ต่อ\s{0,3}\d{1,6}(?: ?[,-] ?\d{1,6}(?![\d-]))*)?"
)
_LABEL = re.compile(
    r"(?P<both>(?:โทร(?:ศัพท์)?\.?\s?(?:/|และ)\s?โทรสาร|โทรศัพท์/โทรสาร))|(?P<fax>โทรสาร|แฟกซ์|แฟ็กซ์|fax\b)|"
    r"(?P<phone>โทรศัพท์|โทร|ทร\.|สายด่วน|มือถือ|tel\b|phone\b)",
    re.IGNORECASE,
)
_GAP = re.compile(r"[\s.:ฯ]{0,6}(?:(?:เคลื่อนที่|มือถือ|หมายเลข|เบอร์|ภายใน|สายใน|ท[บรอ]\.|กห\.|มท)[\s.:]{0,3})?")
_NEXT = re.compile(r"\s{0,3}(?:,|หรือ|และ|/)\s{0,3}")
_VALUE = re.compile(_NUMBER)
_MOBILE = re.compile(
    r"(?<![\d/.-])(?<!\d\s)0[\s-]?[689](?:[\s-]?\d){8}(?![\d/-])"
)  # ten digits so begun are nothing else
_LINK = re.compile(
    r"(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{3,400}|(?<![\w.@])[A-Za-z0-9._-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}"
)
_MOST = 60


def _add(document: Document, name: str, value: str, start: int, end: int) -> None:
    values: list[str] = getattr(document, name)
    if value not in values and len(values) < _MOST:
        document.spans[f"{name}.{len(values)}"] = (start, end)
        values.append(value)


def read_contacts(document: Document, folded: str, start: int, end: int) -> None:
    """Read telephones, faxes and links between two places of the folded text."""
    for match in _LABEL.finditer(folded, start, end):
        gap = _GAP.match(folded, match.end(), end)
        at = gap.end() if gap else match.end()
        while value := _VALUE.match(folded, at, end):
            shown = re.sub(r"\s+", " ", value.group()).strip()
            if match.lastgroup != "fax":
                _add(document, "phones", shown, value.start(), value.end())
            if match.lastgroup != "phone":
                _add(document, "faxes", shown, value.start(), value.end())
            follow = _NEXT.match(folded, value.end(), end)
            if not follow:
                break
            at = follow.end()
    for match in _MOBILE.finditer(folded, start, end):
        shown = re.sub(r"\s+", " ", match.group())
        if not any(shown in known for known in (*document.phones, *document.faxes)):
            _add(document, "phones", shown, match.start(), match.end())
    for match in _LINK.finditer(folded, start, end):
        link = match.group().rstrip(".,;:)]'!?")
        if len(link) > 7:
            _add(document, "links", link, match.start(), match.start() + len(link))
