"""What migrations do to databases that hold something."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

TABLE = "django_tasks_database_dbtaskresult"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_there", [True, False], ids=["with the table", "without it"])
def test_the_table_of_the_task_queue_goes_where_there_is_one(is_there: bool) -> None:
    operation = MigrationLoader(connection).get_migration("orders", "0004_drop_task_queue").operations[0]
    with connection.schema_editor() as editor:
        if is_there:
            editor.execute(f"CREATE TABLE {TABLE} (id integer)")
    recorder = MigrationRecorder(connection)
    recorder.record_applied("django_tasks_database", "0001_initial")

    with connection.schema_editor() as editor:
        operation.code(apps, editor)  # type: ignore[attr-defined]

    assert TABLE not in connection.introspection.table_names()
    assert not recorder.migration_qs.filter(app="django_tasks_database").exists()
