"""Files: stored by content, checked by content before anybody sees them, served as attachments.

Access to a file goes by the row that refers to it. A room that lets somebody fetch one finds that row through
`visible_to(actor)` and answers with `attachment(row.file)`.
"""

from saduak.foundation.files.clearing import collect, keep
from saduak.foundation.files.keeping import path_of, put, store
from saduak.foundation.files.keeping import read as open  # noqa: A004 - read as `files.open`, never imported bare
from saduak.foundation.files.kinds import accept_attribute, limits_text
from saduak.foundation.files.serve import attachment, made, preview

__all__ = [
    "accept_attribute",
    "attachment",
    "collect",
    "keep",
    "limits_text",
    "made",
    "open",
    "path_of",
    "preview",
    "put",
    "store",
]
