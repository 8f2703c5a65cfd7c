"""Reading a criteria file: YAML with its line numbers, the schema, then what the schema cannot say."""

from saduak.programme.reading.document import Reading, digest_of, read
from saduak.programme.reading.lines import Problem

__all__ = ["Problem", "Reading", "digest_of", "read"]
