from django.db import migrations

from consoleapp.audit import triggers


class Migration(migrations.Migration):
    """Replaces the triggers of 0002 where they were installed in their older form."""

    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.RunPython(lambda apps, editor: triggers.install(editor.connection), migrations.RunPython.noop)
    ]
