"""What an answer to CreateContainerGroup means for the order: a table; the first row that fits counts.

Which vendor code is of which kind is the gateways' business; a code stands here only where its kind alone does not say
what to do. When the next try is due, and whether the group is looked up first, are pure functions below.
Sources: the vendor's pages on ClientToken and on the common error codes of its OpenAPI gateway.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from itertools import takewhile
from typing import Final

from consoleapp.gateways.errors import GatewayError
from consoleapp.orders.models import AttemptOutcome


@dataclass(frozen=True)
class Rule:
    """One row. It fits an error whose kind is among `kinds` and, where given, whose code or HTTP status is listed.

    `may_repeat`: the same order may be sent again with the same token, `wait_seconds` later at the earliest.
    `max_attempts` in a row (0: any number) end the tries that nobody asks for; what is in doubt is looked up first.
    `at_once`: once more within the same delivery. `proves_nothing_made`: the answer holds for every earlier attempt of
    this token too. `admin_must_know`: no user can mend it; with `max_attempts`, once those are used up.
    """

    name: str
    outcome: AttemptOutcome
    kinds: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()
    may_repeat: bool = True
    wait_seconds: int = 0
    at_once: bool = False
    max_attempts: int = 0
    proves_nothing_made: bool = False
    admin_must_know: bool = False

    def fits(self, error: GatewayError) -> bool:
        """Tell whether this row is about the error."""
        if self.kinds and error.kind not in self.kinds:
            return False
        if not self.codes and not self.statuses:
            return True
        return error.code in self.codes or error.http_status in self.statuses


MISMATCH: Final = Rule(
    "same token, other parameters",
    AttemptOutcome.MISMATCH,
    codes=frozenset({"IdempotentParameterMismatch"}),
    may_repeat=False,
    admin_must_know=True,
)
CONFLICT: Final = Rule(
    "conflict", AttemptOutcome.MISMATCH, kinds=frozenset({"conflict"}), may_repeat=False, admin_must_know=True
)
# Something on the way may have repeated our request, so it may have run.
NONCE: Final = Rule("nonce used", AttemptOutcome.UNKNOWN, codes=frozenset({"SignatureNonceUsed"}), at_once=True)
CLOCK: Final = Rule(
    "clock",
    AttemptOutcome.NOT_SENT,
    codes=frozenset({"InvalidTimeStamp.Expired", "InvalidTimeStamp.Format"}),
    # The client has taken the cloud's own time from the answer.
    at_once=True,
    max_attempts=2,
    admin_must_know=True,
)
SLOW_DOWN: Final = Rule("slow down", AttemptOutcome.SLOW_DOWN, kinds=frozenset({"throttled"}), wait_seconds=1)
TOO_MANY_REQUESTS: Final = Rule(
    "too many requests",
    AttemptOutcome.SLOW_DOWN,
    kinds=frozenset({"outcome_unknown", "error"}),
    statuses=frozenset({429}),
    wait_seconds=1,
)
NOT_SENT: Final = Rule("not sent", AttemptOutcome.NOT_SENT, kinds=frozenset({"unreachable"}))
NO_ANSWER: Final = Rule(
    "no answer",
    AttemptOutcome.UNKNOWN,
    kinds=frozenset({"outcome_unknown"}),
    codes=frozenset({"InternalError", "ServiceUnavailable"}),
    # 0: the connection was lost or too slow after the request had gone out.
    statuses=frozenset({0, 500, 502, 503, 504}),
)
# The gateway looks at the key before it looks at the token, so this says nothing about an earlier attempt.
NOT_ALLOWED: Final = Rule("not allowed", AttemptOutcome.REFUSED, kinds=frozenset({"access_denied"}), may_repeat=False)
# Nothing is sent to a region that is not known; it may have been known when an earlier attempt was sent.
UNKNOWN_REGION: Final = Rule(
    "unknown region", AttemptOutcome.REFUSED, kinds=frozenset({"unknown_region"}), may_repeat=False
)
REFUSED: Final = Rule(
    "refused",
    AttemptOutcome.REFUSED,
    kinds=frozenset(
        {"invalid_parameter", "missing_credential", "quota_exceeded", "out_of_stock", "not_found", "refused"}
    ),
    may_repeat=False,
    proves_nothing_made=True,
)
# Not an answer: our own stored request does not open, or is not the confirmed one. An earlier attempt may have arrived.
UNSENDABLE: Final = Rule("cannot be sent", AttemptOutcome.REFUSED, may_repeat=False, admin_must_know=True)
UNREADABLE: Final = Rule("unreadable", AttemptOutcome.UNKNOWN, max_attempts=3)

TABLE: Final = (
    MISMATCH,
    CONFLICT,
    NONCE,
    CLOCK,
    SLOW_DOWN,
    TOO_MANY_REQUESTS,
    NOT_SENT,
    NO_ANSWER,
    NOT_ALLOWED,
    UNKNOWN_REGION,
    REFUSED,
    UNREADABLE,
)


def rule_for(error: GatewayError) -> Rule:
    """Return the first row that fits; the last one fits everything."""
    return next(rule for rule in TABLE if rule.fits(error))


BACKOFF_BASE_SECONDS: Final = 1.0
BACKOFF_CAP_SECONDS: Final = 60.0
LOOK_UP_AFTER: Final = timedelta(minutes=10)
# Tries that nobody asks for end a day after the press; the order stays, and its page offers the next one.
GIVE_UP_AFTER: Final = timedelta(hours=24)


def backoff_seconds(failures: int, rule: Rule, draw: Callable[[], float] = random.random) -> float:
    """Return the seconds until the next try after so many failures: the rule's wait, full jitter below a capped limit.

    `draw` gives a number from 0 to 1.
    """
    ceiling: float = min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2 ** min(failures, 16))
    return rule.wait_seconds + draw() * ceiling


class Next(Enum):
    """What is done about an open order when its time has come."""

    SEND = "send it, with the same token"
    LOOK_UP = "look its group up by its mark, and send it when there is none"
    LOOK_UP_LAST = "look its group up by its mark, and leave it to a person when there is none"
    REST = "leave it to a person"


def is_used_up(rule_names: Sequence[str]) -> bool:
    """Tell whether the newest attempts (last in the list) have all that one rule allows in a row."""
    rule = next((rule for rule in TABLE if rule_names and rule.name == rule_names[-1]), None)
    if rule is None or not rule.max_attempts:
        return False
    return len(list(takewhile(lambda name: name == rule.name, reversed(rule_names)))) >= rule.max_attempts


def next_step(rule_names: Sequence[str], *, age: timedelta, doubt: timedelta | None) -> Next:
    """Return what to do next. `rule_names` are those of the attempts, newest last; `age` is the order's.

    `doubt` is how long nobody has known whether the group exists, None when it surely does not.
    """
    if is_used_up(rule_names) or age >= GIVE_UP_AFTER:
        return Next.REST if doubt is None else Next.LOOK_UP_LAST
    if doubt is not None and doubt >= LOOK_UP_AFTER:
        return Next.LOOK_UP
    return Next.SEND
