"""Self-managed registries: without TLS, with a self-issued certificate; undeclared ones fail with a remedy."""

from playwright.sync_api import expect

from tests.e2e.visitor import OTHER, Visitor

PLAIN, SELF_ISSUED = "plain.example.com:5000", "selfsigned.example.com"


def test_a_registry_on_plain_http_runs_once_it_is_declared(visitor: Visitor) -> None:
    visitor.begin(image=f"{PLAIN}/lab/web:1.0.0").go_on()
    visitor.enter_credential().unfold("Registries on plain HTTP")
    visitor.button(f"Add {PLAIN}").first.click()
    expect(visitor.main.get_by_label("Registries on plain HTTP").last).to_have_value(PLAIN)
    visitor.confirm().order()
    visitor.is_running()


def test_an_undeclared_registry_on_plain_http_is_explained_and_mended(visitor: Visitor) -> None:
    visitor.begin(image=f"{PLAIN}/lab/web:1.0.0").go_on().enter_credential().confirm(anyway=True).order(anyway=True)
    visitor.is_event_shown("server gave HTTP response to HTTPS client")
    visitor.main.locator("#do-retry").click()
    visitor.is_at(OTHER)
    visitor.enter_credential().confirm().view_request()
    expect(visitor.main.get_by_text("PlainHttpRegistry")).to_be_visible()
    visitor.order()
    visitor.is_running()


def test_a_self_issued_certificate_runs_once_it_is_declared(visitor: Visitor) -> None:
    visitor.begin(image=f"{SELF_ISSUED}/internal/portal:1.2.0").go_on()
    visitor.enter_credential().unfold("Registries with a self-issued certificate")
    visitor.button(f"Add {SELF_ISSUED}").last.click()
    expect(visitor.main.get_by_label("Registries with a self-issued certificate").last).to_have_value(SELF_ISSUED)
    visitor.confirm().order()
    visitor.is_running()


def test_an_undeclared_self_issued_certificate_is_explained_and_mended(visitor: Visitor) -> None:
    visitor.begin(image=f"{SELF_ISSUED}/internal/portal:1.2.0").go_on().enter_credential().confirm(anyway=True).order(
        anyway=True
    )
    visitor.is_event_shown("x509: certificate signed by unknown authority")
    visitor.main.locator("#do-retry").click()
    visitor.is_at(OTHER)
    visitor.enter_credential().confirm().view_request()
    expect(visitor.main.get_by_text("InsecureRegistry")).to_be_visible()
    visitor.order()
    visitor.is_running()
