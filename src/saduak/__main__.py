"""`python -m saduak`: the same as the `saduak` command."""

import sys

from saduak.cli import main

if __name__ == "__main__":
    sys.exit(main())
