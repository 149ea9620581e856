"""Orders: what was confirmed, frozen, and what became of it; and one row for each attempt to send it.

How an order is made and found is in services.py, how it is sent in delivery.py. Secrets are sealed in one field beside
the plain parameters and leave the row as soon as nothing will be sent any more.
"""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from consoleapp.web.origins import Back, back_to

# Sent with `order=` inside the transaction that makes an order final, so that who keeps copies of its secrets can wipe
# them in the same transaction.
order_final = Signal()


class OrderState(models.TextChoices):
    """`recorded` and `unknown` may be sent (again), `sending` once its claim has run out, the others never.

    `held` waits for an approval, which makes it `recorded` or `refused`: see approvals/.
    """

    HELD = "held", _("waiting for approval")
    RECORDED = "recorded", _("recorded")
    SENDING = "sending", _("being sent")
    CREATED = "created", _("created")
    REFUSED = "refused", _("refused")
    UNKNOWN = "unknown", _("sent, no answer yet")


class DeleteReplaced(models.TextChoices):
    """What becomes of the groups that an order replaces: they are left alone, or deleted once its own group runs."""

    NO = "", _("left alone")
    WAITING = "waiting", _("waits until the new one runs")
    DONE = "done", _("deleted")
    GIVEN_UP = "given_up", _("given up")


class Order(models.Model):
    """One confirmed container group: at most one ever comes of it, because its client token never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Who pressed, and the team they did it for; without one it is theirs alone.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    team = models.ForeignKey("teams.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    # The cloud account that it goes to, and whose that was at the press: a client token means nothing in another one.
    # Without an account it goes where the console is configured to.
    account = models.ForeignKey(
        "cloud_accounts.CloudAccount", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    account_uid = models.CharField(max_length=20, blank=True)
    # A plain value: the draft may be discarded, the order stays.
    draft_id = models.UUIDField(null=True, blank=True)
    draft_version = models.PositiveIntegerField(default=0)
    form_key = models.CharField(max_length=64, unique=True)
    # Of a press for several groups, each an order of its own: the id of the first one, in all of them.
    press_id = models.UUIDField(null=True, blank=True, db_index=True)
    # The order whose group did not run, where this one was made to mend it: that group is billed until it is deleted.
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    # Where the link came from that it was begun with, see web/origins.py, and what the other site calls it.
    origin = models.JSONField(default=dict, blank=True)
    external_ref = models.CharField(max_length=100, blank=True)
    # The version of a template that its draft was made of.
    template_version = models.ForeignKey(
        "launch_templates.LaunchTemplateVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )

    parameters = models.JSONField(default=dict)
    secret_keys = models.JSONField(default=list)
    sealed_secrets = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64)
    client_token = models.CharField(max_length=64, unique=True)

    region_id = models.CharField(max_length=64)
    # Not sent: the vSwitches say it to the cloud. Kept for who wants the same again.
    vpc_id = models.CharField(max_length=64, blank=True)
    # Likewise: the registries of which its owner said that they need no login.
    no_login = models.JSONField(default=list, blank=True)
    group_name = models.CharField(max_length=128)
    first_image = models.CharField(max_length=300, blank=True)
    container_count = models.PositiveSmallIntegerField(default=1)
    # The size that is billed, and its list price a second at the time of the press.
    cpu = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    memory_gib = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    price_per_second = models.DecimalField(max_digits=20, decimal_places=12, null=True, blank=True)
    currency = models.CharField(max_length=8, blank=True)

    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.RECORDED)
    # True after an answer that must not be asked for again by anybody: see retries.MISMATCH.
    is_halted = models.BooleanField(default=False)
    claimed_at = models.DateTimeField(null=True, blank=True)
    # When something will be done about the order by itself; None when nothing will.
    next_try_at = models.DateTimeField(null=True, blank=True)
    # Its place among those that wait for a turn because too many orders came at once: see rate_limit.py.
    slot_at = models.DateTimeField(null=True, blank=True)
    container_group_id = models.CharField(max_length=64, blank=True, db_index=True)
    request_id = models.CharField(max_length=64, blank=True)
    error_kind = models.CharField(max_length=32, blank=True)
    error_code = models.CharField(max_length=128, blank=True)
    error_message = models.TextField(blank=True)
    # The wire name of the value that was refused, or the RAM permission that is missing.
    error_field = models.CharField(max_length=255, blank=True)
    delete_replaced = models.CharField(
        max_length=10, choices=DeleteReplaced.choices, default=DeleteReplaced.NO, blank=True
    )
    # When a worker looks at it next, None for at once; for one that has ended, when that was.
    delete_replaced_at = models.DateTimeField(null=True, blank=True)
    # A word of groups/services/replacing.py, where it was given up.
    delete_replaced_why = models.CharField(max_length=20, blank=True)
    delete_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="orders_of_owner"),
            models.Index(fields=["team", "-created_at", "-id"], name="orders_of_team"),
            models.Index(fields=["owner", "draft_id", "draft_version"], name="orders_of_draft"),
            models.Index(fields=["next_try_at"], name="orders_to_try", condition=models.Q(next_try_at__isnull=False)),
            models.Index(
                fields=["delete_replaced_at"],
                name="orders_to_replace",
                condition=models.Q(delete_replaced="waiting"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_name} ({self.pk})"

    @property
    def world(self) -> str:
        """Return the name of the simulated account that it goes to: its team's, or its owner's."""
        return self.team.world if self.team else self.owner.world

    @property
    def public_parameters(self) -> Mapping[str, str]:
        """Return what is sent, without the secret values."""
        parameters: dict[str, Any] = self.parameters
        return parameters

    @property
    def way_back(self) -> Back | None:
        """Return the way back to the site whose link it was begun with."""
        results = {OrderState.CREATED: "created", OrderState.REFUSED: "refused", OrderState.HELD: "held"}
        return back_to(self.origin, self.pk, results.get(OrderState(self.state), "open"))

    @property
    def instance_types(self) -> str:
        """Return what says the size where vCPU and memory do not; "" for most orders."""
        return self.public_parameters.get("InstanceType", "").replace(",", ", ")

    @property
    def price_per_hour(self) -> Decimal | None:
        """Return the list price of an hour at the time of the press."""
        return self.price_per_second * 3600 if self.price_per_second is not None else None

    @property
    def is_final(self) -> bool:
        """Tell whether nothing will be sent any more."""
        return self.is_halted or self.state in (OrderState.CREATED, OrderState.REFUSED)


class AttemptOutcome(models.TextChoices):
    """What one attempt showed. An attempt that was begun and never ended has OPEN: nobody knows what became of it."""

    OPEN = "open", _("no answer yet")
    CREATED = "created", _("created")
    REFUSED = "refused", _("refused")
    NOT_SENT = "not_sent", _("not sent")
    SLOW_DOWN = "slow_down", _("asked to slow down")
    UNKNOWN = "unknown", _("no usable answer")
    MISMATCH = "mismatch", _("stopped")
    FOUND = "found", _("looked up, found")
    NOT_THERE = "not_there", _("looked up, not there")


class Attempt(models.Model):
    """One time that an order was sent, or looked up by its mark: begun before the first byte, ended with the answer."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="attempts")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=AttemptOutcome.choices, default=AttemptOutcome.OPEN)
    # The row of retries.TABLE that its answer fell under.
    rule = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=128, blank=True)
    message = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.started_at:%H:%M:%S} {self.outcome}"


class TokenBucket(models.Model):
    """How far ahead the turns of one cloud account are taken: see rate_limit.py."""

    account = models.CharField(max_length=128, unique=True)
    taken_until = models.DateTimeField()

    class Meta:
        # As it was called first: the name of a table is not worth a lock.
        db_table = "orders_pace"

    def __str__(self) -> str:
        return self.account


class WorkerBeat(models.Model):
    """When a worker has last said that it works: see heartbeats.py."""

    name = models.CharField(max_length=128, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
