"""`python -m saduak.cli` is `saduak`."""

import sys

from saduak.cli.main import main

sys.exit(main())
