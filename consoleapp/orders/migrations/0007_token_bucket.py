"""The model has another name, the table keeps its own: nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_replaces")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Pace", "TokenBucket"),
                migrations.AlterModelTable("TokenBucket", "orders_pace"),
            ]
        )
    ]
