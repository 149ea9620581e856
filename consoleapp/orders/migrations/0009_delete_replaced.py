from django.db import migrations, models

CHOICES = [
    ("", "left alone"),
    ("waiting", "waits until the new one runs"),
    ("done", "deleted"),
    ("given_up", "given up"),
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_press_id")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="delete_replaced",
            field=models.CharField(blank=True, choices=CHOICES, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="order",
            name="delete_replaced_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="delete_replaced_why",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["delete_replaced_at"],
                name="orders_to_replace",
                condition=models.Q(delete_replaced="waiting"),
            ),
        ),
    ]
