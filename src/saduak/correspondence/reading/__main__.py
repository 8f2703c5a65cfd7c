"""`python -m saduak.correspondence.reading read FILE… --json`."""

import sys

from saduak.correspondence.reading.command import main

sys.exit(main(sys.argv[1:]))
