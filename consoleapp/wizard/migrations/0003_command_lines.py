"""Commands used to be typed one word a line; now they are written as in a shell. The words stay the same."""

import shlex

from django.db import migrations

FIELDS = ("commands", "args", "liveness_command", "readiness_command", "post_start_command", "pre_stop_command")


def _convert(apps, write):
    Draft = apps.get_model("wizard", "Draft")
    for draft in Draft.objects.only("pk", "data").iterator(chunk_size=100):
        is_changed = False
        for container in draft.data.get("containers", []):
            fields = container.get("fields", {})
            for name in FIELDS:
                before = fields.get(name)
                if isinstance(before, str) and before:
                    fields[name] = write(before)
                    is_changed = is_changed or fields[name] != before
        if is_changed:
            # Version and moment stay: nobody has saved anything.
            Draft.objects.filter(pk=draft.pk).update(data=draft.data)


def quote(text):
    return shlex.join(line for line in text.replace("\r\n", "\n").split("\n") if line.strip())


def unquote(text):
    try:
        return "\n".join(shlex.split(text))
    except ValueError:
        return text


class Migration(migrations.Migration):
    dependencies = [("wizard", "0002_draft_check")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: _convert(apps, quote), lambda apps, editor: _convert(apps, unquote), elidable=True
        ),
    ]
