"""What tests of the letters' pages read from them, as somebody without scripts does."""

import re

from django.urls import reverse


def at(name: str, row) -> str:
    return reverse(f"correspondence:{name}", args=[row.public_id])


def text_of(response) -> str:
    """What a person reads, without the marks around it."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def typed(response) -> dict[str, str]:
    """The form as the page shows it: what a person sends who changes nothing."""
    found = {}
    for tag in re.findall(r"<(?:input|textarea)[^>]*>(?:[^<]*</textarea>)?", response.content.decode()):
        name = re.search(r' name="([^"]+)"', tag)
        kind = re.search(r' type="([^"]+)"', tag)
        if name is None or (kind and kind[1] == "file") or name[1] == "csrfmiddlewaretoken":
            continue
        if kind and kind[1] in {"radio", "checkbox"} and " checked" not in tag:
            continue
        value = re.search(r' value="([^"]*)"', tag)
        if tag.startswith("<textarea"):
            value = re.search(r">\s*([^<]*)</textarea>", tag)
        found[name[1]] = value[1] if value else ""
    return found
