"""Template tags of the component library: what stands inside rows and loops, and what components ask for.

Whole parts of a page are cotton components (templates/cotton); these tags are cheaper, so they are used where things repeat.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template import Context
from django.template.base import Parser, Token
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from saduak.foundation import clock
from saduak.foundation.access import Refused
from saduak.foundation.templatetags import thai
from saduak.foundation.thai import calendar, numerals, words
from saduak.foundation.web import errors, fields, gauge, languages, nav, nodes
from saduak.foundation.web.pages import is_public

register = template.Library()

# A status is a word, a tint and a loop: the loop alone tells it, too.
STATES = {
    "done": ("tag tag-done", "done"),
    "sent": ("tag tag-done", "sent"),
    "due": ("tag tag-due", "lack"),
    "back": ("tag tag-due", "back"),
    "late": ("tag tag-late", "late"),
    "wait": ("tag tag-wait", "wait"),
    "work": ("tag tag-work", "work"),
    "none": ("tag", "none"),
    "off": ("tag", "off"),
}
FORCES = {
    "order": ("tag tag-work", gettext_lazy("สั่งการ")),
    "ask": ("tag", gettext_lazy("ขอความร่วมมือ")),
    "invite": ("tag", gettext_lazy("เชิญชวน")),
    "inform": ("tag", gettext_lazy("เพื่อทราบ")),
}
LEVELS = {
    "basic": (1, gettext_lazy("พื้นฐาน")),
    "advanced": (2, gettext_lazy("ก้าวหน้า")),
    "excellent": (3, gettext_lazy("เป็นเลิศ")),
}
SAVES = {
    "none": ("saved", "", ""),
    "saved": ("saved", "sent", gettext_lazy("บันทึกแล้ว")),
    "saving": ("saved saved-now", "wait", gettext_lazy("กำลังบันทึก")),
    "failed": ("saved saved-late", "late", gettext_lazy("ยังบันทึกไม่ได้ ข้อความยังอยู่ในเครื่องนี้")),
    "kept": ("saved saved-due", "lack", gettext_lazy("เก็บไว้ในเครื่องนี้แล้ว จะบันทึกให้เมื่อเชื่อมต่อได้")),
    "both": ("saved saved-due", "back", gettext_lazy("มีคนอื่นแก้พร้อมกับคุณ")),
}
STAIRS = ((2, 15, 7), (9, 9, 13), (16, 3, 19))
LONGEST_PHRASE = (
    17  # letters, marks above and below aside, that are kept on one line: a title's width on a phone
)


def _known(table: Mapping[str, Any], key: object, what: str) -> Any:
    """What a table holds for a key written in a template.

    Raises:
        TemplateSyntaxError: a word that the library doesn't know, so that a slip shows at once.
    """
    try:
        return table[str(key)]
    except KeyError:
        raise template.TemplateSyntaxError(f"no {what} {key!r}: one of {', '.join(table)}") from None


# --- Icons, tags, levels -----------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing of the sprite, hidden from screen readers: it always stands beside a word."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f"icon {css}".strip(),
        static("foundation/icons.svg"),
        name,
    )


@register.simple_tag(name="tag")
def status_tag(state: str, label: object, icon: str = "") -> SafeString:
    """A status: word, tint and loop."""
    css, loop = _known(STATES, state or "none", "state")
    return format_html('<span class="{}">{}{}</span>', css, _icon(icon or loop), label)


_icon: Callable[[str], SafeString] = icon


@register.simple_tag
def force_tag(force: str) -> SafeString:
    """How binding a duty is: the fuller the loop, the more."""
    css, label = _known(FORCES, force, "force")
    return format_html('<span class="{}">{}{}</span>', css, _icon(force), label)


@register.simple_tag
def level(key: str, label: object = "") -> SafeString:
    """A level: stairs and its name. Only for levels that were awarded or are being explained."""
    steps, name = _known(LEVELS, key, "level")
    stairs = format_html_join(
        "",
        '<rect{} x="{}" y="{}" width="6" height="{}" rx="1"/>',
        [
            (mark_safe(' class="on"') if index < steps else "", x, y, height)
            for index, (x, y, height) in enumerate(STAIRS)
        ],
    )
    return format_html(
        '<span class="level level-{}"><svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>{}</span>',
        key,
        stairs,
        label or name,
    )


@register.simple_tag
def progress(value: object, of: object, label: object) -> SafeString:
    """How much of a whole, with words for those who can't see the bar."""
    return format_html(
        '<progress value="{}" max="{}" aria-label="{}"></progress>', value or 0, of or 1, label
    )


# --- Dates and numbers -------------------------------------------------------------------------------------------------

_WHEN: dict[str, Callable[[Any], str]] = {
    "short": thai.thai_date_short,
    "day": thai.thai_date_short_no_year,
    "long": thai.thai_date,
    "plain": thai.thai_date_no_weekday,
    "time": thai.thai_time,
    "seconds": thai.thai_time_seconds,
    "datetime": thai.thai_datetime,
    "lately": lambda value: (
        thai.thai_time(value) if calendar.bangkok_date(value) == clock.today() else thai.thai_datetime(value)
    ),
    "weekday": lambda value: calendar.format_short(value, weekday=True, language=_language()),
}


def _language() -> Any:
    return languages.current()


@register.simple_tag
def when(value: Any, style: str = "short") -> SafeString | str:
    """A date or moment for people in a <time> for machines; text that is no date is passed on; nothing stays nothing."""
    if value in (None, ""):
        return ""
    if not isinstance(value, date):
        return conditional_escape(value)
    machine = (
        calendar.bangkok(value).isoformat(timespec="seconds")
        if isinstance(value, datetime)
        else value.isoformat()
    )
    return format_html('<time datetime="{}">{}</time>', machine, _known(_WHEN, style, "date style")(value))


@register.simple_tag
def days_left(value: date | None) -> SafeString | str:
    """เหลือ 11 วัน, วันสุดท้าย, เลยมา 2 วัน; by the clock of the business, half-open for moments."""
    if not value:
        return ""
    return format_html('<span class="nb">{}</span>', days_in_words(calendar.days_left(value, clock.now())))


def days_in_words(days: int) -> str:
    """The days left, in words."""
    if days == 0:
        return _("วันสุดท้าย")
    if days < 0:
        return ngettext("เลยมา %(days)d วัน", "เลยมา %(days)d วัน", -days) % {"days": -days}
    return ngettext("เหลือ %(days)d วัน", "เหลือ %(days)d วัน", days) % {"days": days}


@register.simple_tag
def days_to(value: date) -> int:
    """The days left as a number, for the big figure of a deadline."""
    return calendar.days_left(value, clock.now())


@register.filter
def absolute(value: int) -> int:
    """The number without its sign."""
    return abs(value)


@register.filter
def of(part: object, whole: object) -> str:
    """12 จาก 14."""
    return _("%(part)s จาก %(whole)s") % {"part": part, "whole": whole}


@register.filter
def plain_number(value: Any) -> str:
    """A number with thousands separators; text stays text."""
    return numerals.format_number(value) if isinstance(value, int | float) else str(value)


# --- Text --------------------------------------------------------------------------------------------------------------


register.filter("bare_level", words.bare_level)


@register.filter
def nb(text: Any) -> SafeString:
    """Keep each phrase of a title whole: lines break at its spaces only, where Thai has its commas."""
    phrases = str(conditional_escape(text)).split()
    wrapped = [
        f'<span class="nb">{phrase}</span>' if 1 < _width(phrase) <= LONGEST_PHRASE else phrase
        for phrase in phrases
    ]
    return mark_safe(" ".join(wrapped))  # noqa: S308 - every phrase was escaped above


def _width(phrase: str) -> int:
    """Letters that take room: Thai marks stand above or below one."""
    return sum(unicodedata.category(letter) != "Mn" for letter in phrase)


@register.filter
def paragraphs(text: Any) -> SafeString:
    """Plain text as paragraphs: an empty line parts them, a line break stays one. Everything is escaped."""
    safe = str(conditional_escape(text)).replace("\r\n", "\n").strip()
    parts = [part.replace("\n", "<br>") for part in re.split(r"\n\s*\n", safe) if part.strip()]
    return mark_safe("".join(f"<p>{part}</p>" for part in parts))  # noqa: S308 - escaped above


@register.filter
def html_attrs(attrs: Mapping[str, Any]) -> SafeString:
    """A component's remaining attributes, each value escaped (cotton's own string of them is not).

    What has no value of its own (None, False) is left out; `class` is left to the component.
    """
    # A component names its own attributes with underscores; a page may write them with hyphens.
    excluded = {name.replace("-", "_") for name in getattr(attrs, "_exclude_from_str", ())} | {"class"}
    return format_html_join(
        "",
        "{}",
        [
            (format_html(" {}", key) if value is True else format_html(' {}="{}"', key, value),)
            for key, value in attrs.items()
            if key.replace("-", "_") not in excluded and value is not None and value is not False
        ],
    )


# --- Addresses ---------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """The present query with some parameters changed; None takes one away."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.simple_tag(takes_context=True)
def page_query(context: Context, param: str, number: int) -> str:
    """The present query on another page of a list."""
    return query(context, **{param: number})


@register.simple_tag
def public_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a public page in the reader's language."""
    return languages.public_url(name, *args, **kwargs)


@register.simple_tag
def place(name: str) -> str:
    """Where one of the frame's own links leads; empty while no room offers it."""
    return nav.place_url(name)


@register.simple_tag(takes_context=True)
def nav_items(context: Context, kind: str = "main") -> list[nav.Item]:
    """The entries of a menu: main, public or footer."""
    request: HttpRequest = context["request"]
    forced = str(context.get("nav_key") or "")
    if kind == "footer":
        return nav.footer_items(request)
    return nav.public_items(request, forced) if kind == "public" else nav.items(request, forced)


@register.simple_tag(takes_context=True)
def other_language(context: Context) -> dict[str, str]:
    """The other language and where this page stands in it; empty where the reader's cookie decides, by a button."""
    request: HttpRequest = context["request"]
    key, url = languages.other(request)
    if not url and request.resolver_match and is_public(request.resolver_match.func):
        url = nav.place_url("front", key)
    return {"key": key, "url": url, "name": "English" if key == "en" else "ไทย"}


@register.simple_tag(takes_context=True)
def language_back(context: Context) -> str:
    """Where a page leads back to once a language was chosen by a button: itself, or the page whose form was sent."""
    request: HttpRequest = context["request"]
    back = errors.here(request)
    return back if request.resolver_match else languages.without_prefix(back)


# --- Rows --------------------------------------------------------------------------------------------------------------


@register.simple_tag
def crumb(label: object, url: str = "") -> SafeString:
    """One step of the way here; without an address it is this page."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_tag
def task(
    url: str,
    title: object,
    *,
    no: object = "",
    why: object = "",
    state: str = "",
    label: object = "",
    end: object = "",
    **more: Any,
) -> SafeString:
    """One row of a list of things to do: the whole row is the target of its one link (of none without `url`).

    `more` may hold `date` (a day, shown without its year) and `icon` (instead of the state's own).
    """
    day, loop = more.get("date"), str(more.get("icon") or "")
    name = title if no else format_html("<b>{}</b>", title)
    link = format_html('<a class="whole" href="{}">{}</a>', url, name) if url else format_html("{}", name)
    first = format_html('<span><span class="no">{}</span>{}</span>', no, link) if no else link
    reason = format_html('<span class="why">{}</span>', why) if why else ""
    last = format_html_join(
        "",
        "{}",
        [
            (part,)
            for part in (
                format_html('<span class="small soft nb">{}</span>', end) if end not in ("", None) else "",
                status_tag(state, label, loop) if label else "",
                format_html('<span class="small">{}</span>', when(day, "day")) if day else "",
            )
            if part
        ],
    )
    return format_html(
        "<li>{}{}{}</li>", first, reason, format_html('<span class="end">{}</span>', last) if last else ""
    )


@register.simple_tag(takes_context=True)
def th(context: Context, label: object, key: str = "", css: str = "") -> SafeString:
    """The head of a column; with a key it is a link that sorts by it, and says how the table is sorted now."""
    kind = format_html(' class="{}"', css) if css else ""
    if not key:
        return format_html('<th scope="col"{}>{}</th>', kind, label)
    now = context["request"].GET.get("sort", context.get("sort", ""))
    order = {key: "ascending", f"-{key}": "descending"}.get(str(now), "")
    url = query(context, sort=f"-{key}" if order == "ascending" else key, page=None)
    state = format_html(' aria-sort="{}"', order) if order else ""
    return format_html('<th scope="col"{}{}><a class="sort" href="{}">{}</a></th>', kind, state, url, label)


@register.simple_tag
def call(phone: str, name: object, log: str = "", value: object = "", last: object = "") -> SafeString:
    """A telephone link of 44 pixels and, inside a form, the button that notes the call."""
    link = format_html(
        '<a href="tel:{}" aria-label="{}">{}{}</a>',
        numerals.dialled(phone),
        _("โทร %(name)s") % {"name": name},
        _icon("tel"),
        _("โทร"),
    )
    button = (
        format_html(
            '<button class="btn-text" name="{}" value="{}" aria-label="{}">{}</button>',
            log,
            value,
            _("จดว่าโทรแล้ว %(name)s") % {"name": name},
            _("โทรแล้ว"),
        )
        if log
        else ""
    )
    note = format_html("<small>{}</small>", last) if last else ""
    return format_html('<span class="call">{}{}{}</span>', link, button, note)


@register.simple_tag
def telephone(phone: str) -> SafeString:
    """A number within a sentence, to be called by pressing it."""
    return format_html('<a class="nb" href="tel:{}">{}</a>', numerals.dialled(phone), phone)


# --- What components ask for -------------------------------------------------------------------------------------------


@register.simple_tag
def draw_field(bound: BoundField, **options: Any) -> fields.Drawn:
    """A form's field, ready to be drawn (see the component c-field)."""
    data = {key: options.pop(key, None) for key in ("autosave", "autosave_url", "version")}
    attributes = {
        "data-autosave": data["autosave"],
        "data-autosave-url": data["autosave_url"],
        "data-version": data["version"],
    }
    kept = {key: value for key, value in options.items() if value not in (None, "")}
    kept["readonly"] = bool(kept.get("readonly"))
    return fields.draw(bound, data=attributes, **kept)


@register.simple_tag
def error_summary(
    form: BaseForm | None = None, refusal: Refused | None = None, errors: Any = None
) -> fields.Summary | None:
    """What went wrong in a form (see the component c-errors)."""
    return fields.summary(form or None, refusal or None, errors or None)


@register.simple_tag
def build_gauge(**options: Any) -> gauge.Gauge:
    """The geometry of the score gauge (see the component c-gauge)."""
    known = {key: value for key, value in options.items() if value not in (None, "")}
    for key in ("gates_done", "gates_total"):
        known[key] = int(known.get(key, 0))
    return gauge.build(**{"have": 0, **known})


@register.simple_tag
def save_state(state: str) -> dict[str, object]:
    """Look and words of an autosave status (see the component c-saved)."""
    css, loop, words = _known(SAVES, state or "none", "save state")
    return {"css": css, "icon": loop, "words": words}


@register.filter
def pages(page: Any) -> list[int | None]:
    """The numbers that a pager shows; None is a gap."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in shown]


@register.tag
def crumbs(parser: Parser, _token: Token) -> nodes.Around:
    """The way here, around its steps; nothing when there are none."""
    nodelist = parser.parse(("endcrumbs",))
    parser.delete_first_token()
    return nodes.Around(nodelist, '<nav class="crumbs" aria-label="%(label)s"><ol>', "</ol></nav>")


@register.tag
def with_aside(parser: Parser, _token: Token) -> nodes.WithAside:
    """`{% with_aside %}content{% aside %}aside{% endwith_aside %}`."""
    content = parser.parse(("aside",))
    parser.delete_first_token()
    aside = parser.parse(("endwith_aside",))
    parser.delete_first_token()
    return nodes.WithAside(content, aside)


@register.tag
def fact(parser: Parser, token: Token) -> nodes.Fact:
    """`{% fact label %}value{% endfact %}` inside <c-facts>."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError("fact takes one label")
    nodelist = parser.parse(("endfact",))
    parser.delete_first_token()
    return nodes.Fact(parser.compile_filter(parts[1]), nodelist)
