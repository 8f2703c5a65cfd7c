"""The certification room."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """Registers what this room adds to access, jobs and signals when the program starts."""

    name = "saduak.certification"
    label = "certification"
    verbose_name = "การรับรอง"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the modules that register themselves."""
        for module in ("rules", "letters", "renewals", "tasks", "receivers"):
            if find_spec(f"{self.name}.{module}") is not None:
                import_module(f"{self.name}.{module}")
