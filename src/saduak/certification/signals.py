"""What rooms above hear: `announced(announcement, actor)`, sent in the transaction that makes results public."""

from django.dispatch import Signal

announced = Signal()
