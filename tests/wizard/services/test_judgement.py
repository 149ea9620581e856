"""consoleapp/wizard/services/judgement.py: drafts judged while they are filled in, by what binds a team."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from consoleapp.accounts.models import User
from consoleapp.domain.policy import ImageProof, Rule, Verdict
from consoleapp.domain.policy_rules import RULES
from consoleapp.domain.roles import Role
from consoleapp.domain.spec import Container
from consoleapp.gateways.proof import AccessResult, Cause
from consoleapp.governance import policies
from consoleapp.governance.models import Mode
from consoleapp.orders import services as orders
from consoleapp.teams.actors import Actor
from consoleapp.wizard import steps
from consoleapp.wizard.access.serialization import to_json
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.marks import EXCEPTIONS_MAX, REASON_MAX, ask_exception, exceptions_of
from consoleapp.wizard.draft.problems import Kind
from consoleapp.wizard.services import access_checks
from consoleapp.wizard.services.judgement import Judgement, judge
from consoleapp.wizard.services.pricing import quote
from consoleapp.wizard.shape import Data
from tests.domain.builders import container
from tests.domain.test_policy import BREAKERS
from tests.orders.builders import PARAMETERS, SECRET_KEYS
from tests.teams.people import People, browser_of
from tests.wizard import complete
from tests.wizard.judged import CPU, draft_of, limit, page, rule

pytestmark = pytest.mark.django_db
# What only the cloud, a registry or the last press knows.
NOT_TYPED = {"proof_required", "price_at_most", "quota_at_most", "vpcs"}


def judged(people: People | None, data: Data, **told: Any) -> Judgement:
    evaluation = steps.evaluate(data, {})
    price = quote(None, "nobody", "cn-hangzhou", data["spec"])
    return judge(people.team if people else None, data, evaluation.group, price, **told)


def typed(**changed: Any) -> Data:
    return to_draft(complete.spec(**changed), complete.VPC).data


def told(judgement: Judgement) -> list[tuple[str, Kind, str]]:
    return [(mark.field_id, mark.kind, mark.message) for mark in judgement.marks]


def test_who_acts_for_themselves_is_judged_by_nobody_and_asks_nothing(
    people: People, carol: User, django_assert_num_queries: Any
) -> None:
    rule(people, CPU, by=carol)
    data = typed(cpu=Decimal(4), memory_gib=Decimal(8))
    with django_assert_num_queries(0):
        judgement = judged(None, data)
    assert (judgement.marks, judgement.rooms, judgement.needs_approval) == ((), (), False)


def test_a_team_is_judged_with_two_queries(people: People, carol: User, django_assert_num_queries: Any) -> None:
    site = rule(people, ("no_latest", "", "deny"), by=carol, name="Site")
    policies.exempt(carol, people.team, site, "no_latest", timezone.now() + timedelta(days=1), "Once.")
    policies.exempt(carol, people.team, site, "no_root", timezone.now() + timedelta(days=1), "Twice.")
    rule(people, CPU)
    limit(people, groups=5, vcpu_milli=8000)
    with django_assert_num_queries(2):
        judgement = judged(people, typed(cpu=Decimal(4), memory_gib=Decimal(8)))
    assert [policy.name for policy in judgement.book.policies] == ["Site", "QA"]
    assert {exemption.rule for exemption in judgement.book.exemptions} == {"no_latest", "no_root"}
    assert [room.limit for room in judgement.rooms] == [5, 8000]


def test_a_rule_names_itself_and_who_made_it(people: People, carol: User) -> None:
    rule(people, CPU)
    rule(people, ("no_spot", "", "deny"), by=carol, name="Basics")
    data = typed(cpu=Decimal(4), memory_gib=Decimal(8), spot_strategy="SpotAsPriceGo")
    assert told(judged(people, data)) == [
        ("id_spot_strategy", Kind.DENIED, "Basics of the site: No preemptible instances."),
        ("id_cpu", Kind.DENIED, "QA: At most 2 vCPU."),
    ]


def test_a_half_filled_form_is_judged_by_what_is_there(people: People) -> None:
    rule(people, CPU, ("no_latest", "", "deny"))
    data = typed(cpu=Decimal(4), memory_gib=Decimal(8))
    data["spec"] |= {"container_group_name": "", "memory_gib": "much"}
    data["spec"]["containers"][0] |= {"image": "nginx", "image_version": "", "name": ""}
    assert steps.evaluate(data, {}).spec is None
    key = data["spec"]["containers"][0]["_key"]
    assert {field for field, kind, _message in told(judged(people, data)) if kind == Kind.DENIED} == {
        "id_cpu",
        f"id_{key}-image",
    }


@pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.name)
def test_every_rule_stands_at_a_control_of_the_pages_in_its_own_words(people: People, kind: Rule) -> None:
    value, changes, facts, _path = BREAKERS[kind.name]
    rule(people, (kind.name, value, "approve"))
    draft = draft_of(people, complete.spec(**{"containers": (container(),), **changes}))
    evaluation = steps.evaluate(draft.typed, {})
    book = judge(people.team, draft.typed, evaluation.group, None).book
    findings = book.judge(evaluation.group, facts)
    assert [finding.verdict for finding in findings][:1] == [Verdict.APPROVE]
    judgement = Judgement(draft.typed, evaluation.group, facts, book, findings)
    for mark in judgement.marks:
        assert mark.name
        assert mark.message.startswith("QA: ")
        assert "{" not in mark.message
        html = page(browser_of(people[Role.OPERATOR]), draft, mark.step).html
        assert f'id="{mark.field_id}"' in html
        if kind.name not in NOT_TYPED:
            assert f'id="{mark.field_id}_found"' in html


def test_a_policy_that_warns_keeps_nothing_from_going_on(people: People) -> None:
    rule(people, CPU, mode=Mode.WARN)
    judgement = judged(people, typed(cpu=Decimal(4), memory_gib=Decimal(8)))
    assert [(mark.kind, mark.is_wrong) for mark in judgement.marks] == [(Kind.WARNING, False)]
    assert not judgement.needs_approval
    assert not judgement.denied


def test_an_exemption_of_the_team_silences_the_rule(people: People) -> None:
    made = rule(people, CPU)
    policies.exempt(people[Role.ADMIN], people.team, made, "cpu_at_most", timezone.now() + timedelta(days=1), "Load.")
    assert judged(people, typed(cpu=Decimal(4), memory_gib=Decimal(8))).marks == ()


def test_an_exception_that_is_asked_for_makes_it_a_matter_of_approval(people: People) -> None:
    made, data = rule(people, CPU), typed(cpu=Decimal(4), memory_gib=Decimal(8))
    ask_exception(data, f"{made.pk}/cpu_at_most", "A load \x00 test")
    judgement = judged(people, data)
    assert [(mark.kind, mark.is_wrong) for mark in judgement.marks] == [(Kind.APPROVAL, False)]
    assert judgement.needs_approval
    assert judgement.text_with_reasons(" Please. ") == "Please.\nA load test"


def test_reasons_and_exceptions_are_bounded() -> None:
    data = typed()
    for number in range(EXCEPTIONS_MAX + 5):
        ask_exception(data, f"{number}/no_latest", "x" * 9999)
    ask_exception(data, "1/no_spot", "   ")
    kept = exceptions_of(data)
    assert (len(kept), {len(reason) for reason in kept.values()}) == (EXCEPTIONS_MAX, {REASON_MAX})


def test_the_size_that_is_billed_counts_and_not_the_one_that_is_typed(people: People) -> None:
    rule(people, ("memory_at_most", "8", "deny"))
    # 4 vCPU are sold with 8 GiB or more, 3 are not sold: 4 are billed.
    data = typed()
    data["spec"] |= {"cpu": "3", "memory_gib": "12"}
    assert judged(people, data).facts.cpu == 4


def test_an_instance_type_whose_size_nobody_tells_is_not_within_a_limit(people: People) -> None:
    rule(people, CPU)
    data = typed()
    data["spec"]["instance_type"] = "ecs.g6.16xlarge"
    assert [mark.field_id for mark in judged(people, data).marks] == ["id_cpu"]
    data["spec"]["instance_type"] = "2-4Gi"
    assert judged(people, data).marks == ()


def test_a_quota_without_room_is_told_at_its_field(people: People) -> None:
    limit(people, groups=1, vcpu_milli=3000, memory_mib=9000)
    data = typed()
    data["quantity"] = "2"
    assert told(judged(people, data)) == [
        (
            "id_container_group_name",
            Kind.DENIED,
            "This takes 2 groups, and 1 of the team's 1 are left.",
        ),
        ("id_cpu", Kind.DENIED, "This takes 4 vCPU, and 3 of the team's 3 are left."),
    ]


def test_what_waits_for_approval_waits_for_room_too(people: People) -> None:
    limit(people, vcpu_milli=3000)
    rule(people, ("cpu_at_most", "2", "approve"))
    judgement = judged(people, typed(cpu=Decimal(4), memory_gib=Decimal(8)))
    assert {mark.kind for mark in judgement.marks} == {Kind.APPROVAL, Kind.WARNING}
    assert judgement.lacking == []


def test_held_orders_are_told_and_not_counted(people: People) -> None:
    limit(people, groups=9, vcpu_milli=9000, memory_mib=9000, price_micro_per_hour=9_000_000)
    actor = Actor(people[Role.OPERATOR], people.team)
    for number in range(2):
        size: dict[str, Any] = {"cpu": Decimal("2.5"), "memory_gib": Decimal(4), "price_per_second": Decimal("0.0001")}
        orders.record_order(actor, PARAMETERS, SECRET_KEYS, orders.Press(f"held-{number}", is_held=True, **size))
    orders.record_order(actor, PARAMETERS, SECRET_KEYS, orders.Press("sent", cpu=Decimal(1)))
    rooms = judged(people, typed()).rooms
    assert [(room.used, room.waiting) for room in rooms] == [(0, 2), (0, 5000), (0, 8192), (0, 720_000)]


def test_the_share_of_the_quota_is_that_of_the_fullest(people: People) -> None:
    limit(people, groups=100, vcpu_milli=4000)
    rule(people, ("quota_at_most", "40", "approve"))
    judgement = judged(people, typed())
    assert judgement.facts.quota_percent == 50
    assert [mark.field_id for mark in judgement.marks] == ["id_cpu"]


def test_proofs_are_known_by_the_images_as_they_are_sent(people: People) -> None:
    rule(people, ("proof_required", "", "approve"))
    spec = complete.spec(containers=(Container(name="web", image="nginx:1.27"),))
    draft = draft_of(people, spec)
    assert judged(people, draft.typed).marks == ()
    assert [mark.kind for mark in judged(people, draft.typed, is_last=True).marks] == [Kind.APPROVAL]
    now = timezone.now()
    question = access_checks.questions_of_all(draft)[0]
    result = AccessResult(Cause.CAN_BE_PULLED, question.host, now, timedelta(seconds=1))
    told = {"fingerprint": question.fingerprint, "is_continued": True, "is_proved_anonymous": True}
    draft.typed["checks"] = {"answers": {question.image: {**told, "result": to_json(result)}}, "marks": {}}
    judgement = judged(people, draft.typed, is_last=True)
    assert judgement.facts.proofs == {"nginx:1.27": ImageProof(now, was_overridden=True)}
    assert judgement.marks == ()
