"""The parts of a criterion's page that follow from what is stored, drawn anew after a save or an upload."""

from typing import Any, Final

from django.template.loader import render_to_string

# By id on the page; each has the template "_<id>.html".
_FOLLOWING: Final = ("standing", "signature", "evidence-count", "estimate")


def following(page: Any) -> dict[str, str]:
    """Badge and sentence, signature, count and gauge, by id: what the client puts in place after a save."""
    return _drawn(page, *_FOLLOWING)


def after_upload(page: Any) -> dict[str, str]:
    """The same with the tiles."""
    return _drawn(page, "tiles", *_FOLLOWING)


def _drawn(page: Any, *names: str) -> dict[str, str]:
    context = {
        "p": page,
        "application": page.application,
        "may_edit": bool(page.may_edit),
        "estimate": page.estimate,
    }
    return {name: render_to_string(f"applications/_{name.replace('-', '_')}.html", context) for name in names}
