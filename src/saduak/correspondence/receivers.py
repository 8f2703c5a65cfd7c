"""What rooms below tell: with the country come the texts of letters and how long letters are kept."""

from typing import Any

from django.dispatch import receiver

from saduak.correspondence import registers_retention, seeds
from saduak.organisations.signals import seeded


@receiver(seeded, dispatch_uid="correspondence.seeded")
def _seeded(sender: object, **_: Any) -> None:
    seeds.seed()
    registers_retention.seed()
