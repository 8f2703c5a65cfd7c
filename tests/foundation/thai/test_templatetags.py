"""The filters and tags in a template, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from saduak.foundation.thai.calendar import end_exclusive

CONTEXT = {
    "day": date(2027, 2, 15),
    "last": date(2027, 2, 28),
    "moment": datetime(2027, 2, 24, 9, 42, 7, tzinfo=UTC),
    "clock": time(9, 5),
    "midnight": time(0, 0),
    "closes_at": end_exclusive(date(2027, 2, 28)),
    "now": datetime(2027, 2, 17, 2, 0, tzinfo=UTC),
    "none": None,
    "count": 20000,
    "score": Decimal("74.50"),
    "zero": 0,
    "letter": "มท 0810.7/ว 51",
    "evil": "<b>5&'",
}


def render(source: str, language: str = "th") -> str:
    with translation.override(language):
        return Template("{% load thai %}" + source).render(Context(CONTEXT))


@pytest.mark.parametrize(
    ("source", "thai", "english"),
    [
        ("{{ day|thai_date }}", "จันทร์ 15 กุมภาพันธ์ 2570", "Monday 15 February 2027 (B.E. 2570)"),
        ("{{ day|thai_date_no_weekday }}", "15 กุมภาพันธ์ 2570", "15 February 2027 (B.E. 2570)"),
        ("{{ day|thai_date_short }}", "15 ก.พ. 2570", "15 Feb 2027 (B.E. 2570)"),
        ("{{ day|thai_date_short_no_year }}", "15 ก.พ.", "15 Feb"),
        ("{{ day|thai_month }}", "กุมภาพันธ์ 2570", "February 2027 (B.E. 2570)"),
        ("{{ moment|thai_time }}", "16.42 น.", "16:42"),
        ("{{ moment|thai_time_seconds }}", "16.42.07 น.", "16:42:07"),
        ("{{ clock|thai_time }}", "09.05 น.", "09:05"),
        ("{{ midnight|thai_time }}", "00.00 น.", "00:00"),
        ("{{ moment|thai_datetime }}", "24 ก.พ. 2570 16.42 น.", "24 Feb 2027 (B.E. 2570), 16:42"),
        ("{% thai_range day last %}", "15 – 28 ก.พ. 2570", "15 – 28 Feb 2027 (B.E. 2570)"),
        ("{% thai_range day last 'long' %}", "15 – 28 กุมภาพันธ์ 2570", "15 – 28 February 2027 (B.E. 2570)"),
        ("{% thai_range day last 'no_year' %}", "15 – 28 ก.พ.", "15 – 28 Feb"),
        ("{{ last|days_left:now }}", "อีก 11 วัน", "in 11 days"),
        ("{{ closes_at|days_left:now }}", "อีก 11 วัน", "in 11 days"),
        ("{{ closes_at|days_left_count:now }}", "11", "11"),
        ("{{ closes_at|closing_day|thai_date_short }}", "28 ก.พ. 2570", "28 Feb 2027 (B.E. 2570)"),
        ("{{ day|fiscal_year }}", "2570", "2570"),
        ("{{ letter|thai_digits }}", "มท ๐๘๑๐.๗/ว ๕๑", "มท ๐๘๑๐.๗/ว ๕๑"),
        ("{{ count|number }}", "20,000", "20,000"),
        ("{{ zero|number }}", "0", "0"),
        ("{{ score|number }}", "74.5", "74.5"),
        ("{{ score|number:2 }}", "74.50", "74.50"),
    ],
)
def test_values(source: str, thai: str, english: str) -> None:
    assert render(source) == thai
    assert render(source, "en") == english
    assert render(source, "en-gb") == english


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{% time_tag day %}", '<time datetime="2027-02-15">15 ก.พ. 2570</time>'),
        ("{% time_tag day 'long' %}", '<time datetime="2027-02-15">จันทร์ 15 กุมภาพันธ์ 2570</time>'),
        ("{% time_tag moment 'short' %}", '<time datetime="2027-02-24T16:42:07+07:00">24 ก.พ. 2570</time>'),
        ("{% time_tag moment 'time' %}", '<time datetime="2027-02-24T16:42:07+07:00">16.42 น.</time>'),
        (
            "{% time_tag moment 'datetime' %}",
            '<time datetime="2027-02-24T16:42:07+07:00">24 ก.พ. 2570 16.42 น.</time>',
        ),
        ("{% time_tag day css='small' %}", '<time class="small" datetime="2027-02-15">15 ก.พ. 2570</time>'),
        (
            "{% time_tag day css=evil %}",
            '<time class="&lt;b&gt;5&amp;&#x27;" datetime="2027-02-15">15 ก.พ. 2570</time>',
        ),
    ],
)
def test_time_tags(source: str, html: str) -> None:
    assert render(source) == html


def test_thai_digits_are_escaped_and_spoil_no_entity() -> None:
    assert render("{{ evil|thai_digits }}") == "&lt;b&gt;๕&amp;&#x27;"


@pytest.mark.parametrize(
    "source",
    [
        "{{ none|thai_date }}",
        "{{ none|thai_date_short }}",
        "{{ none|thai_time }}",
        "{{ missing|thai_datetime }}",
        "{{ none|days_left:now }}",
        "{{ none|closing_day|thai_date }}",
        "{{ none|number }}",
        "{{ none|thai_digits }}",
        "{% thai_range day none %}",
        "{% time_tag none 'long' %}",
    ],
)
def test_nothing_is_written_of_nothing(source: str) -> None:
    assert render(source) == ""


@pytest.mark.parametrize("source", ["{% time_tag day 'lang' %}", "{% thai_range day last 'lang' %}"])
def test_a_misspelt_style_is_an_error(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        render(source)
