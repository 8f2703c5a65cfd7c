"""Template nodes that put something around their content."""

from django.template import Context, Node, NodeList
from django.template.base import FilterExpression
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


class Around(Node):
    """Puts something around its content, and nothing at all around no content."""

    def __init__(self, nodelist: NodeList, before: str, after: str) -> None:
        self.nodelist = nodelist
        self.before = before
        self.after = after

    def render(self, context: Context) -> SafeString:
        """Render the content; wrap it if there is any."""
        content = self.nodelist.render(context).strip()
        if not content:
            return SafeString("")
        before = self.before % {"label": conditional_escape(_("ตำแหน่งในระบบ"))}
        return mark_safe(f"{before}{content}{self.after}")  # noqa: S308 - constants around rendered template


class WithAside(Node):
    """The page's content and, when there is an aside, two columns."""

    def __init__(self, nodelist: NodeList, aside: NodeList) -> None:
        self.nodelist = nodelist
        self.aside = aside

    def render(self, context: Context) -> SafeString:
        """Render both; one column when the aside is empty."""
        content = self.nodelist.render(context)
        aside = self.aside.render(context)
        if not aside.strip():
            return content
        pattern = '<div class="aside-page"><div class="flow-l">{}</div><aside class="flow-l" aria-label="{}">{}</aside></div>'
        return format_html(pattern, content, context.get("aside_label") or _("เรื่องที่เกี่ยวข้อง"), aside)

    child_nodelists = ("nodelist", "aside")


class Fact(Node):
    """A label and its value in a list of facts."""

    def __init__(self, label: FilterExpression, nodelist: NodeList) -> None:
        self.label = label
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Write the pair."""
        return format_html(
            "<div><dt>{}</dt><dd>{}</dd></div>", self.label.resolve(context), self.nodelist.render(context)
        )
