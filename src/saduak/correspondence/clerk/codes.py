"""The kinds of doubt that lie between letters. `receipt-before-letter` is also a code of the reader, inside one file."""

from typing import Final

CITES_DIFFERENTLY: Final = "cites-differently"
RECEIPT_BEFORE_LETTER: Final = "receipt-before-letter"
RECEIPT_ORDER: Final = "receipt-order"
DEADLINE_LATER: Final = "deadline-later-than-parent"
CODE_NOT_OF_ISSUER: Final = "code-not-of-issuer"
NUMBER_REUSED: Final = "number-reused"
ALREADY_HERE: Final = "already-here"
ISSUER_UNKNOWN: Final = "issuer-unknown"
BEFORE_REGISTER: Final = "before-register"
