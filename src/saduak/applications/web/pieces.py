"""The parts of a criterion's page that follow from what is stored, drawn anew after a save or an upload."""

from typing import Any, Final

from django.template.loader import render_to_string

# By id on the page; each has the template "_<id>.html".
_FOLLOWING: Final = ("standing", "signature", "evidence-count", "findings", "estimate")


def following(page: Any) -> dict[str, str]:
    """Badge and sentence, signature, count, findings and gauge, by id: what the client puts in place after a save."""
    return drawn(page, *_FOLLOWING)


def after_upload(page: Any) -> dict[str, str]:
    """The same with the tiles."""
    return drawn(page, "tiles", *_FOLLOWING)


def drawn(page: Any, *names: str) -> dict[str, str]:
    """Parts of the page by id; to a helper no estimate is shown."""
    context = {
        "p": page,
        "application": page.application,
        "may_edit": bool(page.may_edit),
        "estimate": getattr(page, "estimate", None),
        "is_helper": not hasattr(page, "estimate"),
    }
    return {name: render_to_string(f"applications/_{name.replace('-', '_')}.html", context) for name in names}
