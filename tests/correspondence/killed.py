"""A worker in a process of its own, on the tests' database, to be killed: `python -m tests.correspondence.killed`.

`SADUAK_KILLED_DATABASE` names the database, `SADUAK_KILLED_CHUNK` how many offices a chunk may have.
"""

import os
import sys

import django
from django.conf import settings


def main() -> None:
    """Run what is in the queue; say so first."""
    settings.DATABASES["default"]["NAME"] = os.environ["SADUAK_KILLED_DATABASE"]
    django.setup()
    from saduak.foundation import batches, jobs  # noqa: PLC0415 - Django is set up by then

    batches.LARGEST_CHUNK = int(os.environ["SADUAK_KILLED_CHUNK"])
    sys.stdout.write("working\n")
    sys.stdout.flush()
    jobs.run_pending()


if __name__ == "__main__":
    main()
