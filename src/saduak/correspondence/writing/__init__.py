"""Writing letters in the regulation's layout. Like `reading`, it knows nothing of the database.

A `LetterDocument` says everything that is printed; `pdf` and `docx` draw it, `forms` knows salutations and closings,
`placeholders` fills templates.
"""

from saduak.correspondence.writing.document import Attached, LetterDocument, Signature

__all__ = ["Attached", "LetterDocument", "Signature"]
