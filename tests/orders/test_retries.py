"""Every row of the retry table."""

from datetime import timedelta

import pytest

from consoleapp.gateways import errors
from consoleapp.gateways.errors import GatewayError
from consoleapp.orders import retries
from consoleapp.orders.retries import Next, Rule, backoff_seconds, rule_for

ROWS: list[tuple[GatewayError, Rule]] = [
    (errors.Conflict("mismatch", code="IdempotentParameterMismatch", http_status=400), retries.MISMATCH),
    (errors.Refused("mismatch", code="IdempotentParameterMismatch", http_status=400), retries.MISMATCH),
    (errors.Conflict("conflict", code="OperationConflict", http_status=400), retries.CONFLICT),
    (errors.OutcomeUnknown("nonce", code="SignatureNonceUsed", http_status=400), retries.NONCE),
    (errors.AccessDenied("nonce", code="SignatureNonceUsed", http_status=400), retries.NONCE),
    (errors.Refused("clock", code="InvalidTimeStamp.Expired", http_status=400), retries.CLOCK),
    (errors.AccessDenied("clock", code="InvalidTimeStamp.Format", http_status=400), retries.CLOCK),
    (errors.Throttled("slow", code="Throttling", http_status=400), retries.SLOW_DOWN),
    (errors.Throttled("slow", code="Throttling.User", http_status=400), retries.SLOW_DOWN),
    (errors.Throttled("slow", http_status=429), retries.SLOW_DOWN),
    (errors.OutcomeUnknown("a proxy's 429", http_status=429), retries.TOO_MANY_REQUESTS),
    (errors.Unreachable("connection refused"), retries.NOT_SENT),
    (errors.OutcomeUnknown("read timed out"), retries.NO_ANSWER),
    (errors.OutcomeUnknown("internal", code="InternalError", http_status=500), retries.NO_ANSWER),
    (errors.OutcomeUnknown("unavailable", code="ServiceUnavailable", http_status=503), retries.NO_ANSWER),
    (errors.OutcomeUnknown("HTML with 502", http_status=502), retries.NO_ANSWER),
    (errors.AccessDenied("no", code="Forbidden.RAM", http_status=403), retries.NOT_ALLOWED),
    (errors.UnknownRegion(), retries.UNKNOWN_REGION),
    (errors.InvalidParameter("bad", field="Cpu", code="InvalidParameter", http_status=400), retries.REFUSED),
    (errors.MissingCredential("who", host="r.example.com"), retries.REFUSED),
    (errors.QuotaExceeded("quota", code="QuotaExceeded", http_status=403), retries.REFUSED),
    (errors.OutOfStock("stock", code="OperationDenied.NoStock", http_status=403), retries.REFUSED),
    (errors.NotFound("vSwitch", code="InvalidVSwitchId.NotFound", http_status=404), retries.REFUSED),
    (errors.Refused("arrears", code="Account.Arrearage", http_status=400), retries.REFUSED),
    (errors.OutcomeUnknown("HTML with 200", http_status=200), retries.UNREADABLE),
    (errors.OutcomeUnknown("moved", http_status=302), retries.UNREADABLE),
    (errors.OutcomeUnknown("?", code="Something.New", http_status=400), retries.UNREADABLE),
    (errors.GatewayError("?"), retries.UNREADABLE),
    (errors.Unavailable("read without answer"), retries.UNREADABLE),
]


@pytest.mark.parametrize(("error", "rule"), ROWS, ids=lambda value: getattr(value, "name", str(value)))
def test_each_answer_finds_its_row(error: GatewayError, rule: Rule) -> None:
    assert rule_for(error) is rule


def test_every_row_of_the_table_is_tested() -> None:
    assert {rule.name for _, rule in ROWS} == {rule.name for rule in retries.TABLE}


def test_only_definite_refusals_and_bugs_forbid_the_same_token() -> None:
    forbidden = {rule for rule in retries.TABLE if not rule.may_repeat}

    assert forbidden == {
        retries.MISMATCH,
        retries.CONFLICT,
        retries.NOT_ALLOWED,
        retries.UNKNOWN_REGION,
        retries.REFUSED,
    }


def test_slowing_down_waits_at_least_a_second() -> None:
    assert all(rule.wait_seconds >= 1 for rule in (retries.SLOW_DOWN, retries.TOO_MANY_REQUESTS))


FAILED = retries.NO_ANSWER.name
UNREADABLE = retries.UNREADABLE.name
CLOCK = retries.CLOCK.name
NEW = timedelta(minutes=1)


@pytest.mark.parametrize(("failures", "ceiling"), [(0, 1), (1, 2), (2, 4), (5, 32), (6, 60), (60, 60), (10**6, 60)])
def test_the_back_off_has_full_jitter_below_a_capped_ceiling(failures: int, ceiling: float) -> None:
    assert backoff_seconds(failures, retries.NO_ANSWER, lambda: 0.0) == 0
    assert backoff_seconds(failures, retries.NO_ANSWER, lambda: 0.5) == ceiling / 2
    assert backoff_seconds(failures, retries.NO_ANSWER, lambda: 1.0) == ceiling


def test_the_back_off_begins_where_the_rule_says() -> None:
    assert backoff_seconds(3, retries.SLOW_DOWN, lambda: 0.0) == 1
    assert backoff_seconds(3, retries.SLOW_DOWN, lambda: 1.0) == 9


@pytest.mark.parametrize(
    ("rules", "is_used"),
    [
        ([], False),
        ([FAILED] * 50, False),
        ([UNREADABLE] * 2, False),
        ([UNREADABLE] * 3, True),
        ([UNREADABLE] * 4, True),
        ([UNREADABLE, UNREADABLE, FAILED, UNREADABLE], False),
        ([UNREADABLE] * 3 + [FAILED], False),
        ([CLOCK], False),
        ([CLOCK, CLOCK], True),
        ([CLOCK, "", CLOCK], False),
        (["a rule of an older release"] * 9, False),
    ],
)
def test_only_an_unbroken_run_uses_a_rule_up(rules: list[str], is_used: bool) -> None:
    assert retries.is_used_up(rules) == is_used


@pytest.mark.parametrize(
    ("rules", "age", "doubt", "step"),
    [
        ([], NEW, None, Next.SEND),
        ([FAILED], NEW, NEW, Next.SEND),
        ([FAILED], timedelta(minutes=9, seconds=59), timedelta(minutes=9, seconds=59), Next.SEND),
        ([FAILED], timedelta(minutes=10), timedelta(minutes=10), Next.LOOK_UP),
        ([FAILED], timedelta(hours=23), None, Next.SEND),
        ([FAILED], timedelta(hours=24), None, Next.REST),
        ([FAILED], timedelta(hours=24), NEW, Next.LOOK_UP_LAST),
        ([UNREADABLE] * 3, NEW, NEW, Next.LOOK_UP_LAST),
        ([CLOCK] * 2, NEW, None, Next.REST),
        ([FAILED, CLOCK, CLOCK], NEW, NEW, Next.LOOK_UP_LAST),
    ],
)
def test_what_is_done_next(rules: list[str], age: timedelta, doubt: timedelta | None, step: Next) -> None:
    assert retries.next_step(rules, age=age, doubt=doubt) is step
