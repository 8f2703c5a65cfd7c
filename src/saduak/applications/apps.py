"""The applications room."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Registers what this room adds to access, jobs and signals when the program starts."""

    name = "saduak.applications"
    label = "applications"
    verbose_name = "ใบสมัคร"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the modules that register themselves."""
        rules = import_module(f"{self.name}.rules")
        parts = [f"rules.{part.name}" for part in iter_modules(rules.__path__)]
        for module in (*parts, "tasks", "receivers", "web.links"):
            if find_spec(f"{self.name}.{module}") is not None:
                import_module(f"{self.name}.{module}")
