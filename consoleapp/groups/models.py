"""What the console keeps of container groups: nothing while the cloud can be asked, the last look at one that was
deleted from here."""

from django.db import models

from consoleapp.orders.models import Order


class LastLook(models.Model):
    """The group as the cloud told it just before its owner had it deleted, and the last lines of its logs."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="last_look")
    at = models.DateTimeField(db_index=True)
    group = models.JSONField()
    # The name of a container → its last lines; emptied when they have been kept for long enough.
    logs = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.order_id} {self.at:%Y-%m-%d %H:%M:%S}"
