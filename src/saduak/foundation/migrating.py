"""Migrations that make many tables at once.

For each table that is made Django builds all models anew that are related to it, in any way and over any number of steps:
here that is nearly all of them, again and again, and takes longer than everything else of a first start. Tables that follow
one another in one migration need it once.
"""

import itertools

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState


class ManyTables(migrations.Migration):
    """To be inherited by a migration with many `CreateModel`; what it leaves is the same as without."""

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """As Django does, but for tables that follow one another: first all of them are known, then they are made."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        whole = self.operations
        try:
            for tables, follow in itertools.groupby(whole, lambda operation: type(operation) is CreateModel):
                self.operations = list(follow)  # type: ignore[misc] # Django's __init__ sets it so, too
                project_state = (
                    self._made(project_state, schema_editor)
                    if tables
                    else super().apply(project_state, schema_editor)
                )
        finally:
            self.operations = whole  # type: ignore[misc]
        return project_state

    def _made(self, state: ProjectState, schema_editor: BaseDatabaseSchemaEditor) -> ProjectState:
        # Without built models a state only notes what is added; the first table that is made then has them built.
        state.__dict__.pop("apps", None)
        before = state.clone()
        for operation in self.operations:
            operation.state_forwards(self.app_label, state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, before, state)
        return state
