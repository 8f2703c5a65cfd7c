"""Reading a criteria file: YAML with its line numbers, the schema, then what the schema cannot say."""

from saduak.programme.reading.document import BUNDLED, Reading, bundled, digest_of, keys_beside, read, say
from saduak.programme.reading.lines import Problem

__all__ = ["BUNDLED", "Problem", "Reading", "bundled", "digest_of", "keys_beside", "read", "say"]
