"""The shipped settings with the two renderings of the card beside the console's addresses, and every answer weighed."""

from consoleapp.settings import *  # noqa: F403
from consoleapp.settings import MIDDLEWARE as SHIPPED

ROOT_URLCONF = "tests.bench.served.cards"
MIDDLEWARE = ["tests.bench.served.cards.weighed", *SHIPPED]
