"""A letter's first page as a picture, for groups that read on a phone."""

from saduak.correspondence.writing.apart import done_apart

WIDEST = 4000


def first_page_png(pdf: bytes, width: int = 1080) -> bytes:
    """The first page as PNG, so many pixels wide.

    The file is opened in a process of its own, which may take so long and so much memory and no more.

    Raises:
        ValueError: the file is encrypted, broken or no PDF; its text is a code, as of `stamp.stamped`.
    """
    return done_apart("picture", pdf, number=max(1, min(width, WIDEST)))
