"""What one may try in the demo: images that run or fail in one way each, and the logins that they take.

They are seeded in the simulator, which shares no line with us: tests hold both together. Their page is in demo.py.
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
    """An image and what happens with it; `user` is whose login it takes, `vpc_id` is told where the network matters."""

    image: str
    text: str | Promise
    user: str = ""
    vpc_id: str = ""
    # Of those that are cards on the home page of a first visit.
    icon: str = ""
    title: str | Promise = ""

    @property
    def url(self) -> str:
        """Return the address of the wizard, filled in."""
        asked = {"image": self.image, "vpc": self.vpc_id}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('wizard:start')}?{query}"

    @property
    def password(self) -> str:
        return next((password for user, password, _far in LOGINS if user == self.user), "")


EXAMPLES: Final = (
    Example(
        "nginx:1.29",
        _("From Docker Hub, runs in a few seconds, needs no login."),
        icon="hub",
        title=_("Public image"),
    ),
    Example(
        "registry.example.com/team/api:1.4.2",
        _("The registry asks who you are before it gives it out."),
        user="demo",
        icon="lock",
        title=_("Private image"),
    ),
    Example(
        "nginx:1.92",
        _("Found out before you pay, with the versions that are near."),
        icon="search",
        title=_("Wrong version"),
    ),
    Example(
        "plain.example.com:5000/lab/web:1.0.0",
        _("A registry without encryption: the console says so, and what to declare."),
        icon="globe",
        title=_("Plain HTTP"),
    ),
    Example(
        "selfsigned.example.com/internal/portal:1.2.0",
        _("Nobody vouches for its certificate: compare the fingerprint, then log in."),
        user="demo",
        icon="warn",
        title=_("Self-issued certificate"),
    ),
    Example(
        "nginx:1.29",
        _("This network is shut off; one press gives the group an Elastic IP."),
        vpc_id="vpc-simhzisolated",
        icon="layers",
        title=_("No way to the Internet"),
    ),
    Example("harbor.example.com/shop/cart:1.8.0", _("A private image of a registry with a token server."), user="demo"),
    Example(
        "registry.example.com/billing/payments:3.1.0",
        _("An image that few may see: try it as viewer first, then as demo."),
        user="viewer",
    ),
    Example("open.example.com/public/wbe:1.0.0", _("A repository that does not exist.")),
    Example("open.example.com/edge/agent:0.5.0", _("An image for ARM64 alone.")),
    Example("silent.example.com/public/web:1.0.0", _("A registry that does not answer.")),
    Example(
        "busy.example.com/public/web:1.0.0",
        _("A registry with too many requests: with a login it answers."),
        user="demo",
    ),
    Example("moved.example.com/public/web:1.0.0", _("A registry that has moved to another host.")),
)
FIRST: Final = tuple(example for example in EXAMPLES if example.icon)
