"""The assessment room."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Registers what this room adds to access, jobs and signals when the program starts."""

    name = "saduak.assessment"
    label = "assessment"
    verbose_name = "การตรวจประเมิน"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the modules that register themselves."""
        for module in ("rules", "practices", "renewals", "letters", "tasks", "receivers"):
            if find_spec(f"{self.name}.{module}") is not None:
                import_module(f"{self.name}.{module}")
