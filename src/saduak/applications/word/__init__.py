"""An application's texts as a Word file and back. Pure: data in, bytes out; what comes back is read without trusting it."""

from saduak.applications.word.fields import Field, Section, comparable, mark, tag_of
from saduak.applications.word.reading import read
from saduak.applications.word.writing import Book, Heading, to_docx

__all__ = ["Book", "Field", "Heading", "Section", "comparable", "mark", "read", "tag_of", "to_docx"]
