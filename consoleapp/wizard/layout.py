"""The sections that fields of the request stand in, and the step of the wizard that each section is on.

Which field stands where is said at its declaration (domain/group.py and its siblings).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BASIC: Final = "basic"
OTHER: Final = "other"

# Every section by its step, in the order of the pages.
SECTIONS: Final[Mapping[str, str]] = {
    "network": BASIC,
    "group": BASIC,
    "sizes": BASIC,
    "policy": BASIC,
    "architecture": BASIC,
    "advanced": BASIC,
    "volumes": BASIC,
    "expert": BASIC,
    "containers": BASIC,
    "eip": OTHER,
    "credentials": OTHER,
    "acr": OTHER,
    "plain_http": OTHER,
    "insecure": OTHER,
    "role": OTHER,
    "tags": OTHER,
    "names": OTHER,
    "times": OTHER,
    "system": OTHER,
}
# The folds of a container's card.
CARD_SECTIONS: Final = (
    "head",
    "image",
    "policy",
    "command",
    "process",
    "size",
    "environment",
    "hiding",
    "ports",
    "mounts",
    "health",
    "lifecycle",
    "security",
    "expert",
)


@dataclass(frozen=True)
class Line:
    """Controls side by side under one label."""

    label: Promise | str
    hint: Promise | str = ""


LINES: Final[Mapping[str, Line]] = {
    "limits": Line(
        _("Limits"), _("Empty: the container may use the whole group. All together not more than the group has.")
    ),
    "request": Line(_("Request")),
    "connection": Line(_("Connection")),
    "timing": Line(_("Timing"), _("Times in seconds. What is left empty is the cloud's default.")),
}
# Sections whose fields stand in another order than they are declared in; those that are not named come last.
ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "advanced": ("auto_match_image_cache", "ephemeral_storage_gib", "schedule_strategy"),
    "expert": (
        "instance_type",
        "spot_strategy",
        "spot_price_limit",
        "spot_duration_hours",
        "zone_id",
        "private_ip_address",
    ),
    "names": (
        "dns_policy",
        "dns_config-name_servers",
        "dns_config-searches",
        "dns_config-options",
        "host_aliases",
        "ntp_servers",
    ),
}
