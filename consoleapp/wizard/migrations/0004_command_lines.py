"""Writes commands as in a shell, which used to be typed one word a line: the words stay the same. Seals pasted lines
that became no variables, which used to lie in the drafts in clear.
"""

import shlex

from django.db import migrations, transaction

from consoleapp.domain.secret import Secret
from consoleapp.web import sealing

PIECE = 200
FIELDS = ("commands", "args", "liveness_command", "readiness_command", "post_start_command", "pre_stop_command")


def convert(apps, schema_editor):
    drafts = apps.get_model("wizard", "Draft").objects.order_by("pk")
    last = None
    while True:
        with transaction.atomic():
            piece = list((drafts if last is None else drafts.filter(pk__gt=last))[:PIECE])
            for draft in piece:
                _convert(apps, draft)
        if len(piece) < PIECE:
            return
        last = piece[-1].pk


def _convert(apps, draft):
    is_changed, pasted = False, {}
    for container in draft.data.get("containers", []):
        fields = container["fields"]
        for name in FIELDS:
            before = fields.get(name)
            if isinstance(before, str) and before:
                fields[name] = quote(before)
                is_changed = is_changed or fields[name] != before
        left = str(fields.pop("env_paste", "") or "")
        if left.strip():
            fields["env_waiting"] = str(len(left.split("\n")))
            pasted[f"paste/{container['key']}"] = left
    # Version and moment stay: nobody has saved anything.
    if not is_changed and not pasted:
        return
    if type(draft).objects.filter(pk=draft.pk, version=draft.version).update(data=draft.data):
        for name, left in pasted.items():
            sealed = sealing.seal(Secret(left), f"draft/{draft.pk}/{name}")
            apps.get_model("wizard", "DraftSecret").objects.create(draft_id=draft.pk, name=name, sealed=sealed)


def quote(text):
    return shlex.join(line for line in text.replace("\r\n", "\n").split("\n") if line.strip())


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("wizard", "0003_seal_config_files")]

    operations = [migrations.RunPython(convert, migrations.RunPython.noop, elidable=True)]
