"""Guessed passwords: twelve connections guess without a pause, and somebody who is signed in looks at pages."""

import math
import threading
import time
from functools import partial
from typing import Final

from tests.campaigns import people
from tests.campaigns.report import Report, percentile
from tests.topology import Topology

GUESSERS: Final = 12
PAGE_SECONDS: Final = 0.3
# Presses that one address has in a minute; the campaign begins in one minute and may end in another.
PRESSES_A_MINUTE: Final = 30
# So many are never tried within one minute, or a minute and a part of the next.
TOO_MANY: Final = 2 * PRESSES_A_MINUTE + 1
FOUND_SECONDS: Final = 60


def run(*, is_short: bool) -> Report:
    """The report."""
    seconds = 5 if is_short else 60
    report = Report(f"{GUESSERS} connections guess for {seconds} s", "sign-ins without a limit", not is_short)
    settings = {"CONSOLE_SIGN_IN": "required"}
    with Topology(database="sqlite", has_cache=False, servers=1, workers=0, settings=settings) as topology:
        pages, guesses = _looked_at(topology.servers[0].url, seconds)
        tried = _tried(guesses)
        report.exactly("pages that did not come", sum(answer.status != 200 for answer in pages), 0)
        report.at_most_time("page, p95", percentile([page.seconds for page in pages], 0.95), PAGE_SECONDS, " s")
        report.at_most("passwords tried", tried, PRESSES_A_MINUTE * (1 + (seconds + 59) // 60))
        report.exactly("other answers than 200 and 429", sum(a.status not in (200, 429) for a in guesses), 0)
        report.exactly("rows of the trail for them", _failures(), tried)
        report.add("guesses", len(guesses), len(guesses) > tried)
        report.add("pages", len(pages), len(pages) > 0)
        report.finds_defect = _finds(topology)
    return report


def _failures() -> int:
    from consoleapp.audit.models import AuditRow

    return AuditRow.objects.filter(action="account.sign-in-failed").count()


def _tried(guesses: list[people.Answer]) -> int:
    return sum(answer.status == 200 for answer in guesses)


def _finds(topology: Topology) -> bool:
    bad = topology.served("flawed", "tests.campaigns.flawed:application", CAMPAIGN_DEFECT="no-limits")
    try:
        _pages, guesses = _looked_at(bad.url, FOUND_SECONDS, enough=TOO_MANY)
        return _tried(guesses) >= TOO_MANY
    finally:
        bad.end()


def _looked_at(url: str, seconds: float, enough: float = math.inf) -> tuple[list[people.Answer], list[people.Answer]]:
    """What a signed-in person gets meanwhile, and what the guessers get, until so many passwords were tried."""
    cookie, paths = people.onlooker(url)
    ended = threading.Event()
    guesses: list[people.Answer] = []
    guessers = [threading.Thread(target=partial(_guess, url, f"name-{n}", ended, guesses)) for n in range(GUESSERS)]
    for guesser in guessers:
        guesser.start()
    try:
        pages, until = [], time.monotonic() + seconds
        while time.monotonic() < until and _tried(guesses) < enough:
            pages += [people.ask(url, path, cookie, timeout=10) for path in paths]
            time.sleep(0.1)
        return pages, guesses
    finally:
        ended.set()
        for guesser in guessers:
            guesser.join()


def _guess(url: str, name: str, ended: threading.Event, guesses: list[people.Answer]) -> None:
    from django.conf import settings

    cookie = f"{settings.CSRF_COOKIE_NAME}={people.CSRF}"
    while not ended.is_set():
        form = {"login": name, "password": f"guess-{len(guesses)}"}
        guesses.append(people.ask(url, "/accounts/sign-in/", cookie, form))
