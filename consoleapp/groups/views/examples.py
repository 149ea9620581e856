"""Six container groups to begin with in the demo: what runs, and what goes wrong, each with what happens.

Their images are seeded in the simulator, which shares no line with us: a test holds both together.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Whom the simulator's registries let in: user and password, and how far.
LOGINS: Final[tuple[tuple[str, str, str | Promise], ...]] = (
    ("demo", "demo-password", _("may pull everything")),
    ("viewer", "viewer-password", _("may not pull what only few may see")),
)


@dataclass(frozen=True)
class Example:
    """One card; `vpc_id` where the network is the point."""

    icon: str
    title: str | Promise
    image: str
    text: str | Promise
    has_login: bool = False
    vpc_id: str = ""

    @property
    def url(self) -> str:
        """Return the address of the wizard, filled in."""
        asked = {"image": self.image, "vpc": self.vpc_id}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('wizard:start')}?{query}"


EXAMPLES: Final = (
    Example("hub", _("Public image"), "nginx:1.29", _("From Docker Hub, runs in a few seconds, needs no login.")),
    Example(
        "lock",
        _("Private image"),
        "registry.example.com/team/api:1.4.2",
        _("The registry asks who you are before it gives it out."),
        has_login=True,
    ),
    Example(
        "search", _("Wrong version"), "nginx:1.92", _("Found out before you pay, with the versions that are near.")
    ),
    Example(
        "globe",
        _("Plain HTTP"),
        "plain.example.com:5000/lab/web:1.0.0",
        _("A registry without encryption: the console says so, and what to declare."),
    ),
    Example(
        "warn",
        _("Self-issued certificate"),
        "selfsigned.example.com/internal/portal:1.2.0",
        _("Nobody vouches for its certificate: compare the fingerprint, then log in."),
        has_login=True,
    ),
    Example(
        "layers",
        _("No way to the Internet"),
        "nginx:1.29",
        _("This network is shut off; one press gives the group an Elastic IP."),
        vpc_id="vpc-simhzisolated",
    ),
)
