"""What rules and quotas say on the pages of a draft: at its controls, in the checklist, in the foot."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain.host import Tag
from consoleapp.domain.roles import Role
from consoleapp.governance.models import Mode
from consoleapp.wizard.draft.marks import exceptions_of
from consoleapp.wizard.models import Draft
from tests.queries import at_most
from tests.teams.people import People, browser_of
from tests.wizard import complete
from tests.wizard.judged import CPU, draft_of, limit, page, rule
from tests.wizard.page_form import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob(people: People) -> Client:
    return browser_of(people[Role.OPERATOR])


def part(html: str, start: str, end: str) -> str:
    """What stands between two words of a page."""
    return html[html.index(start) :].partition(end)[0]


def size(html: str, value: str, name: str = "cpu") -> str:
    """The pill of a size."""
    found = re.search(rf'<label class="size[^>]*>(?:(?!</label>).)*name="{name}" value="{value}".*?</label>', html)
    assert found is not None
    return found[0]


def test_what_is_denied_is_told_at_its_control_before_anything_is_pressed(people: People, bob: Client) -> None:
    made = rule(people, CPU)
    html = page(bob, draft_of(people)).html
    at_cpu = part(html, 'id="id_cpu"', 'id="div_id_memory_gib"')
    assert 'aria-invalid="true" aria-describedby="id_cpu_error"' in at_cpu
    assert '<div class="err" id="id_cpu_error"><span><b>Not allowed.</b> QA: At most 2 vCPU.</span></div>' in at_cpu
    assert f'name="exception-{made.pk}-cpu_at_most"' in at_cpu


def test_what_is_denied_keeps_from_going_on_and_leads_to_its_field(people: People, bob: Client) -> None:
    rule(people, CPU)
    form = page(bob, draft_of(people)).go("confirm")
    assert form.url.endswith("/basic/")
    errors = part(form.html, 'id="errors"', "</div>\n")
    assert 'href="#id_cpu"' in errors
    assert "QA: At most 2 vCPU." in errors
    assert "not allowed" in part(form.html, 'id="aside"', "</aside>")


def test_an_exception_is_asked_for_at_the_field_and_taken_back(people: People, bob: Client) -> None:
    made, draft = rule(people, CPU), draft_of(people)
    name, key = f"exception-{made.pk}-cpu_at_most", f"{made.pk}/cpu_at_most"
    form = page(bob, draft).go(f"exception-ask:{key}", **{name: "A load <test>"})
    at_cpu = part(form.html, 'id="id_cpu"', 'id="div_id_memory_gib"')
    assert "<b>Needs approval.</b> QA: At most 2 vCPU." in at_cpu
    assert "<q>A load &lt;test&gt;</q>" in at_cpu
    assert "aria-invalid" not in at_cpu
    assert name not in form.sent
    assert "Ready to ask for approval" in form.html
    assert form.go("confirm").url.endswith("/confirm/")
    back = page(bob, draft).go(f"exception-drop:{key}")
    assert "<b>Not allowed.</b>" in back.html
    assert exceptions_of(Draft.objects.get().typed) == {}


def test_a_reason_that_was_typed_counts_whatever_is_pressed(people: People, bob: Client) -> None:
    made, draft = rule(people, CPU), draft_of(people)
    form = page(bob, draft).go("confirm", **{f"exception-{made.pk}-cpu_at_most": "A load test"})
    assert form.url.endswith("/confirm/")
    assert exceptions_of(Draft.objects.get().typed) == {f"{made.pk}/cpu_at_most": "A load test"}


def test_who_asks_without_a_reason_is_led_to_where_it_is_typed(people: People, bob: Client) -> None:
    made, draft = rule(people, CPU), draft_of(people)
    form = page(bob, draft).go(f"exception-ask:{made.pk}/cpu_at_most")
    assert f'<details class="more" id="exception-{made.pk}-cpu_at_most" open>' in form.html
    assert f'data-focus="id_exception-{made.pk}-cpu_at_most"' in form.html


def test_no_exception_is_asked_for_what_only_needs_approval(people: People, bob: Client) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    form = page(bob, draft_of(people))
    assert "<b>Needs approval.</b> QA: At most 2 vCPU." in form.html
    assert "exception-" not in form.html
    assert form.go("confirm").url.endswith("/confirm/")


def test_a_warning_says_so_and_keeps_nothing_from_going_on(people: People, bob: Client) -> None:
    rule(people, CPU, mode=Mode.WARN)
    form = page(bob, draft_of(people))
    assert "<b>Take care.</b> QA: At most 2 vCPU." in form.html
    assert "Ready to order" in form.html
    assert form.go("confirm").url.endswith("/confirm/")


def test_sizes_that_a_rule_denies_stay_visible_and_locked_until_an_exception_is_asked(
    people: People, bob: Client
) -> None:
    made, draft = rule(people, CPU), draft_of(people, cpu=Decimal(2), memory_gib=Decimal(4))
    html = page(bob, draft).html
    assert " disabled" in size(html, "8")
    assert "QA: At most 2 vCPU." in size(html, "8")
    assert " disabled" not in size(html, "2")
    assert "QA: At most 2 vCPU." in part(html, 'id="id_cpu_found"', 'id="div_id_memory_gib"')
    asked = page(bob, draft).go("save", **{f"exception-{made.pk}-cpu_at_most": "A load test"})
    assert " disabled" not in size(asked.html, "8")
    assert "Take it back" in part(asked.html, 'id="id_cpu_found"', 'id="div_id_memory_gib"')


def test_a_denied_size_that_is_chosen_stays_chosen(people: People, bob: Client) -> None:
    rule(people, CPU)
    form = page(bob, draft_of(people))
    assert "checked" in size(form.html, "4")
    assert " disabled" not in size(form.html, "4")
    assert form.sent["cpu"] == ["4"]


def test_sizes_above_what_is_left_say_that_there_is_no_room(people: People, bob: Client) -> None:
    limit(people, vcpu_milli=5000, memory_mib=10_000)
    html = page(bob, draft_of(people)).html
    assert "no room" in size(html, "8")
    assert " disabled" in size(html, "8")
    assert "5 of the team&#x27;s 5 vCPU are left." in part(html, 'id="id_cpu_found"', 'id="div_id_memory_gib"')
    assert " disabled" in size(html, "16", "memory_gib")
    assert " disabled" not in size(html, "8", "memory_gib")


def test_sizes_without_room_can_be_asked_for_where_approval_is_wanted_anyway(people: People, bob: Client) -> None:
    limit(people, vcpu_milli=5000)
    rule(people, ("cpu_at_most", "2", "approve"))
    assert " disabled" not in size(page(bob, draft_of(people)).html, "8")


def test_choices_of_the_network_that_rules_deny_are_marked_and_stay(people: People, bob: Client) -> None:
    rule(people, ("regions", "cn-beijing", "deny"), ("vswitches", "vsw-other", "deny"))
    form = page(bob, draft_of(people, cpu=Decimal(2), memory_gib=Decimal(4)))
    assert re.search(r'<option value="cn-shanghai" disabled>[^<]*not allowed</option>', form.html)
    assert re.search(r'<option value="cn-hangzhou" selected>[^<]*not allowed</option>', form.html)
    assert re.search(r'<option value="cn-beijing">[^<]*</option>', form.html)
    assert form.sent["vswitch_ids"] == ["vsw-simhzdefaulth"]
    assert '<details class="fold chosen has-error" id="network-choices" open>' in form.html


def test_a_rule_about_vpcs_stands_at_the_vpc(people: People, bob: Client) -> None:
    rule(people, ("vpcs", "vpc-simhzdefault-not", "deny"))
    html = page(bob, draft_of(people)).html
    assert "QA: Groups run in the VPC vpc-simhzdefault-not." in part(html, 'id="id_vpc_id_found"', "</details>")
    assert 'id="id_vswitch_ids_found"' not in html


def test_other_settings_open_the_fold_in_which_a_rule_says_something(people: People, bob: Client) -> None:
    rule(people, ("tags_required", "cost-centre", "deny"), ("deadline_required", "", "warn"))
    html = page(bob, draft_of(people, tags=(Tag("team", "qa"),)), "other").html
    assert '<details class="fold has-error" id="tags" open>' in html
    assert "QA: Every group has the tags cost-centre." in part(html, 'id="id_tags_found"', 'id="id_tags"')
    assert '<details class="fold" id="times" open>' in html


def test_one_exception_is_offered_once_a_page(people: People, bob: Client) -> None:
    volumes = (complete.config_file("a"),)
    rule(people, ("tags_required", "one two", "deny"))
    form = page(bob, draft_of(people, volumes=volumes), "other")
    assert form.html.count("Ask for an exception") == 1


def test_the_foot_tells_what_the_order_takes_and_what_is_left(people: People, bob: Client) -> None:
    limit(people, groups=50, vcpu_milli=16_000)
    foot = part(page(bob, draft_of(people)).html, 'id="quota"', "</details>")
    assert "takes 4 vCPU, 16 left" in foot
    assert "takes 1 · 50 of 50 left" in foot
    assert '<rect class="this" x="0" width="25" height="6"/>' in foot


def test_a_change_has_the_rules_look_again_where_there_are_any(people: People, bob: Client) -> None:
    draft = draft_of(people)
    assert 'id="judges"' not in page(bob, draft).html
    rule(people, CPU)
    assert 'id="judges"' in page(bob, draft).html
    assert 'id="judges"' in page(bob, draft, "other").html


def test_a_page_that_is_not_stored_is_not_asked_again_by_itself(people: People, bob: Client) -> None:
    rule(people, CPU)
    assert 'id="judges"' not in bob.get("/buy/").content.decode()


def test_a_field_of_which_several_things_are_said_has_one_line_in_the_checklist(people: People, bob: Client) -> None:
    rule(people, CPU, ("price_at_most", "0", "deny"))
    limit(people, vcpu_milli=1000)
    aside = part(page(bob, draft_of(people)).html, 'id="aside"', "</aside>")
    assert aside.count('href="#id_cpu"') == 1


def test_guests_and_people_of_their_own_see_nothing_of_it(people: People, carol: User, alice: User) -> None:
    rule(people, CPU, by=carol)
    client = browser_of(alice)
    draft = complete.draft(alice, complete.spec(cpu=Decimal(4), memory_gib=Decimal(8)))
    html = page(client, draft).html
    assert not any(word in html for word in ("judges", "quota", "exception", 'class="rule', "At most 2 vCPU"))


def test_a_page_that_nobody_has_saved_yet_is_judged_for_the_team(people: People, bob: Client) -> None:
    rule(people, CPU, ("no_latest", "", "deny"))
    html = bob.get("/buy/?image=nginx&cpu=4&memory=8").content.decode()
    assert "QA: No image is called latest." in html


def test_an_exception_asked_for_on_a_new_page_makes_the_draft_with_it(people: People, bob: Client) -> None:
    made = rule(people, CPU)
    new = read(bob, bob.get("/buy/?image=nginx:1.27"))
    form = new.go(f"exception-ask:{made.pk}/cpu_at_most", **{f"exception-{made.pk}-cpu_at_most": "A load test"})
    assert "Take it back" in form.html
    assert exceptions_of(Draft.objects.get().typed) == {f"{made.pk}/cpu_at_most": "A load test"}


@pytest.mark.parametrize("step", ["basic", "other", "confirm"])
def test_a_step_costs_few_queries_with_a_policy_and_a_quota(people: People, bob: Client, step: str) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    limit(people, groups=5, vcpu_milli=8000)
    draft = draft_of(people)
    bob.get(f"/buy/{draft.pk}/{step}/")
    with at_most(8):
        assert bob.get(f"/buy/{draft.pk}/{step}/").status_code == 200


@pytest.mark.parametrize(("step", "do"), [("basic", "next"), ("basic", "confirm"), ("other", "confirm")])
def test_a_press_costs_few_queries_with_a_policy_and_a_quota(people: People, bob: Client, step: str, do: str) -> None:
    rule(people, ("cpu_at_most", "2", "approve"))
    limit(people, groups=5, vcpu_milli=8000)
    form = page(bob, draft_of(people), step)
    with at_most(14):
        assert form.press(do, container_group_name="another").status_code == 303
