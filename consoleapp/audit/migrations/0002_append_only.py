from django.db import migrations

from consoleapp.audit import triggers


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_trail")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: triggers.install(editor.connection),
            lambda apps, editor: triggers.remove(editor.connection),
        )
    ]
