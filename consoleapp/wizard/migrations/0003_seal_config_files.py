"""Seals the contents of config files, which were plain texts in drafts and in the parameters of orders.

In a draft they become secrets beside it. Of an order that may still be sent they join its sealed secrets; of one that is
final they are dropped, as its passwords were. In pieces, each in a transaction of its own; it may be run again.
"""

import json
import re

from django.db import migrations, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from consoleapp.domain.secret import Secret
from consoleapp.orders.payload import payload_hash
from consoleapp.web import sealing

PIECE = 200
CONTENT_KEY = re.compile(r"Volume\.\d+\.ConfigFileVolume\.ConfigFileToPath\.\d+\.Content")


def has_open_contents(data):
    return any("contents" in row["fields"] for row in data["volumes"])


def take_contents(data):
    """Return the contents of config files in the data, by their names in the vault; give the files keys instead."""
    taken = {}
    for row in data["volumes"]:
        if "contents" not in row["fields"]:
            continue
        columns = {name: _texts(row["fields"].pop(name, [])) for name in ("paths", "modes", "contents")}
        count = max(map(len, columns.values()))
        paths, modes, contents = ([*texts, *[""] * (count - len(texts))] for texts in columns.values())
        first = data["next_key"]
        data["next_key"] = first + count
        keys = [f"f{first + place}" for place in range(count)]
        row["fields"] |= {"keys": keys, "paths": paths, "modes": modes}
        for key, content in zip(keys, contents, strict=True):
            if content:
                taken[f"volume/{row['key']}/file/{key}"] = content.replace("\r\n", "\n")
    return taken


def _texts(value):
    return value if isinstance(value, list) else []


def seal_drafts(apps, schema_editor):
    for draft in _in_pieces(apps.get_model("wizard", "Draft"), "data"):
        if has_open_contents(draft.data):
            contents = take_contents(draft.data)
            changed = type(draft).objects.filter(pk=draft.pk, version=draft.version).update(data=draft.data)
            for name, content in contents.items() if changed else ():
                sealed = sealing.seal(Secret(content), f"draft/{draft.pk}/{name}")
                apps.get_model("wizard", "DraftSecret").objects.create(draft=draft, name=name, sealed=sealed)


def seal_orders(apps, schema_editor):
    for order in _in_pieces(apps.get_model("orders", "Order"), "parameters"):
        contents = {key: text for key, text in order.parameters.items() if CONTENT_KEY.fullmatch(key)}
        # One that was altered is sent by nobody, and stays as it is.
        if not contents or payload_hash(order.parameters, order.secret_keys) != order.payload_hash:
            continue
        try:
            sealed = _with(contents, order)
        except sealing.SealBroken:
            continue
        public = {key: text for key, text in order.parameters.items() if key not in contents}
        hidden = sorted({*order.secret_keys, *contents})
        type(order).objects.filter(pk=order.pk, payload_hash=order.payload_hash, state=order.state).update(
            parameters=public, secret_keys=hidden, sealed_secrets=sealed, payload_hash=payload_hash(public, hidden)
        )


def _with(contents, order):
    """Return the order's sealed secrets and these; "" of a final one."""
    if order.is_halted or order.state in ("created", "refused"):
        return ""
    bound_to = f"order/{order.pk}"
    secrets = json.loads(sealing.unseal(order.sealed_secrets, bound_to).reveal()) if order.sealed_secrets else {}
    return sealing.seal(Secret(json.dumps({**secrets, **contents})), bound_to)


def _in_pieces(model, column):
    """Yield the rows that have a config file, each inside the transaction of its piece."""
    rows = model.objects.order_by("pk").annotate(as_text=Cast(column, TextField()))
    rows = rows.filter(as_text__contains="ConfigFile")
    last = None
    while True:
        with transaction.atomic():
            piece = list((rows if last is None else rows.filter(pk__gt=last))[:PIECE])
            yield from piece
        if len(piece) < PIECE:
            return
        last = piece[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("orders", "0002_delivery"),
        ("wizard", "0002_draft_check"),
    ]

    operations = [
        migrations.RunPython(seal_drafts, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(seal_orders, migrations.RunPython.noop, elidable=True),
    ]
