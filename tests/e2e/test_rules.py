"""The rules of a team at the fields of the wizard, with a mouse: told at once, excepted, and asked for."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.server import ROOT, ConsoleServer
from tests.e2e.visitor import Visitor
from tests.e2e.watch import Watch
from tests.gallery.journeys_apart import PASSWORD, server_with_sign_in

TEAM = """
from consoleapp.accounts.models import User
from consoleapp.domain.policy_rules import read_rule
from consoleapp.domain.quota import Unit
from consoleapp.governance import policies, quotas
from consoleapp.governance.models import Mode, Policy
from consoleapp.teams.services import create_team
alice = User.objects.get(username="alice")
team = create_team(alice, "qa", "QA", alice)
rules = (("cpu_at_most", "4"), ("no_latest", ""), ("no_privileged", ""))
said = [read_rule(name, value, "deny") for name, value in rules]
policies.save(alice, Policy(team=team, name="QA"), said, mode=Mode.ENFORCE)
quotas.set_limit(team, Unit.VCPU, 16000)
"""


@pytest.fixture(scope="module")
def console() -> Iterator[ConsoleServer]:
    server = server_with_sign_in()
    server.start()
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", TEAM]
    subprocess.run(command, cwd=ROOT, env=server.environment, check=True, capture_output=True)
    yield server
    server.stop()
    shutil.rmtree(server.data_dir, ignore_errors=True)


@pytest.fixture
def visitor(browser: Browser, console: ConsoleServer, watch: Watch) -> Iterator[Visitor]:
    context = browser.new_context(base_url=console.url, viewport={"width": 1440, "height": 900})
    watch.follow(context, console.url)
    alice = Visitor(context.new_page())
    alice.page.goto("/")
    alice.page.get_by_label("User name").fill("alice")
    alice.page.get_by_label("Password").fill(PASSWORD)
    alice.page.keyboard.press("Enter")
    expect(alice.page.locator("summary", has_text="alice")).to_be_visible()
    yield alice
    context.close()


def test_a_rule_is_told_where_something_is_typed_or_ticked_and_an_exception_lets_it_pass(visitor: Visitor) -> None:
    page = visitor.begin(image="nginx:1.27", name="by-the-rules").page
    cpu = page.locator("#div_id_cpu")
    expect(cpu.locator("label", has_text="8").first.locator("input")).to_be_disabled()
    expect(cpu.locator(".rule p")).to_have_text("QA: At most 4 vCPU.")

    page.locator("#id_container_group_name").press("Enter")
    page.wait_for_url("**/basic/**")
    visitor.unfold("Security context")
    page.get_by_label("All rights of the host").check()
    security = page.locator("details[id$=-security]")
    expect(security.locator(".rule.bad > .err")).to_contain_text("QA: No container is privileged.")
    page.get_by_label("All rights of the host").uncheck()
    expect(security.locator(".rule.bad > .err")).to_have_count(0)

    page.locator("input[name$=-image_version]").fill("latest")
    page.locator("input[name$=-image_version]").press("Tab")
    expect(page.locator("#what .rule.bad > .err")).to_contain_text("QA: No image is called latest.")
    page.locator("input[name$=-image_version]").fill("1.27")
    page.locator("input[name$=-image_version]").press("Tab")
    expect(page.locator("#what .rule")).to_have_count(0)

    cpu.locator(".rule summary").click()
    cpu.get_by_label("Why it is needed").fill("A load test")
    cpu.get_by_role("button", name="Ask", exact=True).click()
    expect(cpu.get_by_text("A load test")).to_be_visible()
    eight = cpu.locator("label", has_text="8").first
    expect(eight.locator("input")).to_be_enabled()
    eight.click()
    expect(eight.locator("input")).to_be_checked()
    expect(page.locator("#quota summary")).to_contain_text("takes 8 vCPU, 16 left")
    expect(page.locator("#aside")).to_contain_text("Ready to ask for approval")

    visitor.button("Confirm Configuration").click()
    expect(page.get_by_role("heading", name="This order needs approval")).to_be_visible()
    visitor.agree()
    visitor.button("Ask for approval").click()
    page.wait_for_url("**/orders/**")


def test_an_answer_about_the_image_takes_no_reason_away_that_is_being_typed(visitor: Visitor) -> None:
    page = visitor.begin(image="nginx:latest", name="with-a-reason").page
    page.locator("#what .rule summary").click()
    page.locator("#what").get_by_label("Why it is needed").fill("The newest is what we test")
    # Nobody is in the field any more when the answer comes.
    page.locator("#id_container_group_name").focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("input[name$=-image_version]").dispatch_event("input")
    expect(page.locator("[id^=check-]").first).to_contain_text("Can be pulled")
    page.wait_for_function("!document.querySelector('.htmx-request')")
    expect(page.locator("#what").get_by_label("Why it is needed")).to_have_value("The newest is what we test")
