"""Every page of the console in every state, as journeys of one visitor: each yields the name of a scene when the page
shows it.

The gallery takes pictures of the scenes, tests/e2e/test_scenes.py examines them. Journeys through the wizard and its
dialog are here; those through orders and container groups are in journeys_after.py, those through a broken cloud and
sign-in in journeys_apart.py.
"""

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import expect

from tests.e2e.visitor import COMMON, CONFIRM, DOCKER, ENTERPRISE, PERSONAL, PRIVATE_IMAGE, Visitor

Journey = Callable[[Visitor], Iterator[str]]

# As long as the cloud allows, and without a place to break a line.
LONG_NAME = "longest" * 18 + "ab"
LONG_CONTAINER_NAME = "container" * 7
LONG_IMAGE = "registry.example.com:5000/department/of/very/long/paths/" + "component" * 13 + ":2026.11.24-release-1"


def first_steps(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/")
    yield "home-empty"
    visitor.field("What shall run?").fill("docker run -p 80:80 -e DB_PASSWORD=word -v /data:/data nginx:1.29")
    expect(visitor.page.locator("#pasted-said")).to_contain_text("Can be pulled")
    yield "home-pasted"
    visitor.field("What shall run?").fill("docker ps")
    visitor.button("Create now").click()
    expect(visitor.main.get_by_text("No image is named here.")).to_be_visible()
    yield "paste-refused"
    visitor.page.goto("/buy/drafts/")
    yield "drafts-empty"
    visitor.page.goto("/go/")
    yield "places"
    visitor.page.goto("/demo/")
    yield "images-to-try"
    visitor.page.keyboard.press("Control+k")
    expect(visitor.page.get_by_role("dialog", name="Go to, or do")).to_be_visible()
    yield "places-dialog"
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_text("Guest", exact=True).click()
    yield "menu-of-a-guest"
    visitor.page.get_by_role("button", name="Keys").click()
    expect(visitor.page.get_by_role("dialog", name="Keys")).to_be_visible()
    yield "keys"
    visitor.begin()
    yield "basic-empty"
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "basic-image-missing"
    visitor.begin(name="Not A Name!").type_image("UPPER/case:tag").unfold("Environment variables")
    visitor.button("Add variable").click()
    visitor.page.get_by_role("group", name="Variable 1").get_by_label("Name").fill("1-not-a-name")
    visitor.unfold("Ports")
    visitor.button("Add port").click()
    visitor.page.get_by_role("group", name="Port 1").get_by_label("Port", exact=True).fill("70000")
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "basic-invalid"


COMPOSE = """services:
  web:
    image: nginx:1.29
    ports: ["8080:80"]
    environment:
      MODE: fast
      DB_PASSWORD: swordfish
    depends_on: [db]
    mem_limit: 512m
  db:
    image: postgres:17
    environment:
      POSTGRES_PASSWORD: ${PG_PASSWORD}
    logging:
      driver: syslog
"""
RUN = "docker run -d --name Web_1 -p 8080:80 -e MODE=fast -e DB_PASSWORD=swordfish -v /data:/data --gpus all nginx:1.29"


def importing(visitor: Visitor) -> Iterator[str]:
    visitor.page.goto("/import/")
    yield "import-empty"
    text, preview = visitor.field("What you have"), visitor.page.locator("#import-preview")
    text.fill(RUN)
    expect(preview.get_by_role("heading", name="Left out, and why")).to_be_visible()
    yield "import-lists"
    text.fill(COMPOSE)
    expect(preview.get_by_role("group", name="Take into the group")).to_be_visible()
    yield "import-choices"
    text.fill("services:\n  web: [")
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "import-error"


def basic_settings(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="web-shop", cpu="2", memory="3").unfold("Advanced")
    yield "basic-size-not-sold"
    visitor.begin(image=PRIVATE_IMAGE, name="team-api").go_on().go_back()
    yield "basic-private-image"
    visitor.begin(image="nginx:1.27", name="web-shop").choose_network("isolated", "isolated-b")
    visitor.go_on().go_back()
    yield "basic-no-way-out"
    visitor.page.goto("/buy/drafts/")
    yield "drafts"
    visitor.page.get_by_role("checkbox").first.check()
    visitor.button("Discard the ticked").click()
    expect(visitor.button("Undo")).to_be_visible()
    yield "drafts-undo"
    visitor.page.goto("/buy/forget/")
    yield "forget"
    visitor.page.goto("/")
    yield "home-drafts"


def all_folds(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="everything").go_on().go_back()
    _open_all(visitor)
    yield "basic-all-folds"
    for kind in ("Empty directory", "NFS", "Config files", "OSS", "Disk"):
        button = visitor.button(re.compile(kind, re.IGNORECASE))
        if button.count():
            button.first.click()
            expect(visitor.page.get_by_role("group", name=re.compile(kind, re.IGNORECASE)).first).to_be_visible()
    yield "basic-volumes"


def expert_folds(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="expert").unfold("Expert: preemptible").unfold("Expert: GPU")
    for label, text in (
        ("Instance types", "ecs.gn6i-c4g1.xlarge, ecs.g7.xlarge"),
        ("Price limit", "5.5"),
        ("Private address", "fd00::1"),
        ("Image cache by ID", "imc-bp1example"),
    ):
        visitor.page.get_by_label(label, exact=True).fill(text)
    visitor.page.get_by_role("radio", name="Up to a price limit").check()
    visitor.page.get_by_label("GPU", exact=True).fill("1")
    visitor.button("Next: Other Settings").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    visitor.unfold("Expert: GPU")
    yield "basic-expert-invalid"
    visitor.page.get_by_label("Private address", exact=True).fill("")
    visitor.unfold("Advanced").unfold("Expert kinds").press("Path of the host")
    visitor.page.get_by_role("group", name="Path of the host").locator("[name$='-path']").fill("/srv")
    visitor.press("Disk by its ID alone")
    visitor.page.get_by_role("group", name="Disk by its ID").get_by_label("Disk ID").fill("d-bp1example")
    visitor.unfold("Expert kinds")
    yield "basic-expert"
    visitor.go_on().unfold("Elastic IP").unfold("Expert: bandwidth")
    visitor.page.get_by_role("radio", name="Create one").check()
    for label, text in (
        ("Bandwidth package", "cbwp-bp1example"),
        ("Outgoing bandwidth", "10000000"),
        ("Kernel parameters", "net.ipv4.ping_group_range=0 1000\nnet.ipv4.ip_unprivileged_port_start=80"),
        ("Kernel parameters of the host", "kernel.shmmax=68719476736"),
        ("Core pattern", "/data/dump/core.%p"),
    ):
        visitor.page.get_by_label(label, exact=True).fill(text)
    visitor.page.get_by_label("The containers see each other's processes").check()
    yield "other-expert"
    visitor.confirm()
    yield "confirm-expert"


def _open_all(visitor: Visitor) -> None:
    visitor.page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")


def twenty_containers(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="twenty-containers").go_on().go_back()
    cards = visitor.page.get_by_role("button", name=re.compile("^Open "))
    for count in range(2, 21):
        visitor.press_in_menu("Duplicate")
        expect(cards).to_have_count(count)
    yield "basic-twenty-containers"
    visitor.confirm()
    yield "confirm-twenty-containers"
    visitor.order()
    visitor.is_running().open_group_tab("Containers")
    yield "group-twenty-containers"


def long_names(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image=LONG_IMAGE, name=LONG_NAME).unfold("Environment variables")
    visitor.button("Add variable").click()
    row = visitor.page.get_by_role("group", name="Variable 1")
    row.get_by_label("Name").fill("A_VARIABLE_WHOSE_NAME_IS_LONG_" * 3 + "INDEED")
    row.get_by_label("Value").fill("value-" * 42)
    visitor.container_name.fill(LONG_CONTAINER_NAME)
    visitor.go_on().go_back()
    yield "basic-long-names"
    visitor.go_on()
    yield "other-long-names"
    visitor.enter_credential("username" * 16, "secret").confirm(anyway=True)
    yield "confirm-long-names"
    visitor.order(anyway=True)
    visitor.is_event_shown("Failed to pull image")
    yield "group-long-names"
    for tab in ("Containers", "Logs", "Request"):
        visitor.open_group_tab(tab)
        yield f"group-{tab.lower()}-long-names"
    visitor.link("Delete").click()
    expect(visitor.button("Cancel")).to_be_visible()
    yield "group-delete-long-names"
    visitor.button("Cancel").click()
    visitor.open_group_tab("Overview").link("Show the order").click()
    expect(visitor.main.get_by_role("heading", name="Created")).to_be_visible()
    yield "order-long-names"
    visitor.page.goto("/")
    yield "home-long-names"
    visitor.page.goto("/audit/")
    yield "audit-long-names"


def image_dialog(visitor: Visitor) -> Iterator[str]:
    visitor.begin().open_images(COMMON)
    yield "images-page-common"
    visitor.begin(name="picking").type_image("nginx").go_on().go_back().open_images(COMMON)
    yield "images-common"
    visitor.choose_image("nginx")
    yield "images-common-chosen"
    visitor.choose_tab(DOCKER)
    yield "images-docker"
    visitor.choose_image("nginx")
    yield "images-docker-chosen"
    visitor.search_images("postg")
    expect(visitor.page.get_by_role("link", name="nginx", exact=True)).to_have_count(0)
    expect(visitor.page.get_by_role("link", name="postgres", exact=True)).to_be_visible()
    yield "images-docker-search"
    visitor.search_images("there-is-no-such-image")
    expect(visitor.page.get_by_role("dialog").get_by_role("row")).to_have_count(0)
    yield "images-nothing-found"
    visitor.choose_tab(PERSONAL)
    yield "images-personal"
    visitor.choose_image("acme/order-api")
    yield "images-personal-chosen"
    visitor.choose_tab(ENTERPRISE)
    yield "images-enterprise"
    visitor.choose_image("platform/gateway")
    yield "images-enterprise-chosen"
    for image in (PRIVATE_IMAGE, "quay.io/prometheus/prometheus:v3.7.3", "redis:8", LONG_IMAGE):
        visitor.begin(image=image).go_on()
    visitor.begin(image="busybox").open_images(ENTERPRISE).choose_image("platform/gateway")
    yield "images-recent"


def other_settings(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="public-image").go_on()
    yield "other-nothing-required"
    visitor.begin(image=PRIVATE_IMAGE, name="team-api").go_on()
    yield "other-required"
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "other-required-missing"
    visitor.enter_credential()
    for title, add in (
        ("Tags", "Add tag"),
        ("Pull without a secret", "Name an instance"),
        ("Log collection", "Collect this log"),
    ):
        visitor.unfold(title).press(re.compile(f"^{add}"))
    visitor.unfold("Time limits")
    visitor.main.get_by_label(re.compile("^Active deadline|^Deadline")).first.fill("-5")
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "other-invalid"
    _open_all(visitor)
    yield "other-all-folds"
    visitor.begin(image="nginx:1.27").choose_network("isolated", "isolated-b").go_on()
    yield "other-no-way-out"


def confirming(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="registry-vpc.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2", name="web-shop").confirm()
    yield "confirm"
    visitor.button("Confirm Order").click()
    expect(visitor.main.get_by_role("checkbox").first).to_have_attribute("aria-invalid", "true")
    yield "confirm-terms-missing"
    visitor.button("Dry run").click()
    expect(visitor.main.get_by_text(re.compile("passed", re.IGNORECASE)).first).to_be_visible()
    yield "confirm-dry-run"
    visitor.begin(image=PRIVATE_IMAGE, name="team-api").choose_network("isolated", "isolated-b")
    visitor.add_container("cache").type_image("plain.example.com:5000/lab/web:1.0.0").go_on()
    for user, password in zip(
        visitor.main.get_by_role("textbox", name="User name").all(),
        visitor.main.get_by_role("textbox", name="Password").all(),
        strict=True,
    ):
        user.fill("demo")
        password.fill("demo-password")
    visitor.confirm(anyway=True)
    yield "confirm-warnings"


def several_groups(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="web-shop").go_on().go_back()
    visitor.field("Quantity").fill("21")
    visitor.button("Confirm Configuration").click()
    expect(visitor.main.get_by_role("alert")).to_be_visible()
    yield "basic-quantity-wrong"
    visitor.field("Quantity").fill("3")
    visitor.go_on().go_back()
    yield "basic-quantity"
    visitor.confirm()
    yield "confirm-quantity"
    visitor.agree()
    visitor.button("Confirm Order").click()
    expect(visitor.main.get_by_text("3 of 3 created")).to_be_visible()
    expect(visitor.main.get_by_role("row").filter(has_text="Running")).to_have_count(3)
    yield "groups-together"
    visitor.begin(image=LONG_IMAGE, name="longest" * 17 + "abcde").go_on()
    visitor.enter_credential("username", "secret").go_back()
    visitor.field("Quantity").fill("20")
    visitor.confirm(anyway=True)
    yield "confirm-quantity-long-names"
    visitor.agree().press_order(anyway=True)
    expect(visitor.main.get_by_text("20 of 20 created")).to_be_visible()
    yield "groups-together-long-names"


def access_checks(visitor: Visitor) -> Iterator[str]:
    for scene, image, text in (
        ("can-be-pulled", "open.example.com/public/web:1.0.0", "Can be pulled without a login."),
        ("needs-login", PRIVATE_IMAGE, "asks for a login"),
        ("no-such-version", "nginx:1.92", "has no version 1.92"),
        ("plain-http", "plain.example.com:5000/lab/web:1.0.0", "speaks plain HTTP only"),
        ("certificate", "selfsigned.example.com/internal/portal:1.2.0", "SHA-256"),
        ("ends-at-once", "busybox:1.36", "Can be pulled without a login."),
        ("inside-vpc", "registry-vpc.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0", "cannot be checked from here"),
    ):
        visitor.begin().type_image(image)
        visitor.button("Check access").click()
        expect(visitor.main.get_by_role("status").filter(has_text=text).first).to_be_visible()
        yield f"check-{scene}"
    visitor.begin(image="postgres:17").settled().press("Take over").fold("More that the image says").click()
    yield "check-taken-over"
    visitor.begin(image=PRIVATE_IMAGE, name="team-api").go_on().enter_credential(password="not-the-password")
    visitor.button("Check access registry.example.com").click()
    expect(visitor.main.get_by_text("Wrong user or password.").first).to_be_visible()
    yield "check-wrong-password"
    visitor.button("Confirm Configuration").click()
    expect(visitor.button("Continue anyway")).to_be_visible()
    yield "check-held-back"
    visitor.button("Continue anyway").click()
    visitor.is_at(CONFIRM)
    yield "confirm-anyway"
    for scene, image, text in (
        ("no-such-version", "nginx:1.92", "Version not found"),
        ("no-answer", "silent.example.com/public/web:1.0.0", "No answer"),
    ):
        visitor.begin(image=image)
        if "silent" in image:
            visitor.go_on().enter_credential()
        visitor.confirm(anyway=True)
        expect(visitor.main.get_by_text(text, exact=True)).to_be_visible()
        yield f"confirm-{scene}"
    visitor.begin(image="open.example.com/public/web:1.0.0").go_on().go_back()
    visitor.button("Show versions").click()
    expect(visitor.page.get_by_role("dialog")).to_be_visible()
    yield "check-versions"


def stale_draft(visitor: Visitor) -> Iterator[str]:
    visitor.begin(image="nginx:1.27", name="shared").go_on().go_back()
    other = Visitor(visitor.page.context.new_page())
    other.page.goto(visitor.page.url)
    other.field("Name").fill("typed-in-the-other-tab")
    other.go_on()
    other.page.close()
    visitor.field("Name").fill("typed-here")
    visitor.button("Next: Other Settings").click()
    expect(visitor.main.get_by_role("heading", name="Saved in another tab meanwhile")).to_be_visible()
    yield "stale"


JOURNEYS: tuple[Journey, ...] = (
    first_steps,
    importing,
    basic_settings,
    all_folds,
    expert_folds,
    twenty_containers,
    long_names,
    image_dialog,
    other_settings,
    confirming,
    several_groups,
    access_checks,
    stale_draft,
)
