"""Reading a criteria file: YAML with its line numbers, the schema, then what the schema cannot say."""

from saduak.programme.reading.document import (
    BUNDLED,
    LIMIT_BYTES,
    Reading,
    bundled,
    digest_of,
    keys_beside,
    read,
    say,
)
from saduak.programme.reading.lines import Problem

__all__ = [
    "BUNDLED",
    "LIMIT_BYTES",
    "Problem",
    "Reading",
    "bundled",
    "digest_of",
    "keys_beside",
    "read",
    "say",
]
