"""Writes the drafts of the first shape as the tree of the request, see upgrades.py.

In pieces, each in a transaction of its own; it may be run again. A draft that was saved meanwhile is left to its next
loading, and so is one that cannot be understood, which is reported.
"""

import logging

from django.db import migrations, transaction

from consoleapp.wizard.upgrades import CannotUpgrade, upgraded

PIECE = 200
logger = logging.getLogger(__name__)


def upgrade_drafts(apps, schema_editor):
    drafts = apps.get_model("wizard", "Draft").objects.order_by("pk")
    last = None
    while True:
        with transaction.atomic():
            piece = list((drafts if last is None else drafts.filter(pk__gt=last))[:PIECE])
            for draft in piece:
                upgrade_draft(drafts, draft)
        if len(piece) < PIECE:
            return
        last = piece[-1].pk


def upgrade_draft(drafts, draft):
    try:
        tree = upgraded(draft.data)
    except CannotUpgrade as error:
        logger.warning("The draft %s is of no known shape and was left as it is: %s", draft.pk, error)
        return
    if tree is not draft.data:
        # Not a save: nobody has typed anything, so neither version nor time changes.
        drafts.filter(pk=draft.pk, version=draft.version).update(data=tree)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("wizard", "0006_replaces")]

    operations = [migrations.RunPython(upgrade_drafts, migrations.RunPython.noop, elidable=True)]
