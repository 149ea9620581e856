from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_delete_replaced")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="no_login",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
