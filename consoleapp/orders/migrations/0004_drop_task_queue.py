"""The orders themselves are the queue: the tables of the task library go, where a database has them."""

from django.db import migrations
from django.db.migrations.recorder import MigrationRecorder

APP = 'django_tasks_database'
TABLE = 'django_tasks_database_dbtaskresult'


def drop_tables(apps, schema_editor):
    connection = schema_editor.connection
    if TABLE in connection.introspection.table_names():
        schema_editor.execute(f'DROP TABLE {schema_editor.quote_name(TABLE)}')
    MigrationRecorder(connection).migration_qs.filter(app=APP).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0003_looked_up'),
    ]

    operations = [
        migrations.RunPython(drop_tables, migrations.RunPython.noop),
    ]
