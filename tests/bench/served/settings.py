"""The shipped settings with the addresses of the card's two renderings in place of the console's."""

from consoleapp.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.served.cards"
