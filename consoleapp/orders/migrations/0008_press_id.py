from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_token_bucket")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="press_id",
            field=models.UUIDField(blank=True, db_index=True, null=True),
        ),
    ]
