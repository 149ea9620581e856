"""What a visitor does in the console, step by step, in the words of the pages: roles, labels and names, never markup.

Every step ends when the page that it leads to is there, so that walks need no waiting of their own. What a walk proves
stands in the walks, test_*.py. The gallery (tests/gallery/) drives the console with the same steps.
"""

import re
from typing import Self
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

BASIC, OTHER, CONFIRM = "Basic Settings", "Other Settings (Optional)", "Confirm"
COMMON, DOCKER = "Common Images", "Docker Official Images"
PERSONAL, ENTERPRISE = "My Images", "Container Registry Enterprise Edition"
PRIVATE_IMAGE = "registry.example.com/team/api:1.4.2"
USER_NAME, PASSWORD = "demo", "demo-password"

_GROUP_PAGE = re.compile(r"/groups/(eci-sim-[0-9a-z]+)/$")


class Visitor:
    """One tab of one visitor; `page` is Playwright's own, for what only one walk looks at."""

    def __init__(self, page: Page, *, has_script: bool = True) -> None:
        self.page, self.has_script = page, has_script
        self.main = page.get_by_role("main")
        self.foot = page.get_by_role("region", name="Price and next step")

    # --- what is on the page ---------------------------------------------------------------------------------------
    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    def link(self, name: str | re.Pattern[str]) -> Locator:
        return self.main.get_by_role("link", name=name, exact=isinstance(name, str))

    def field(self, name: str | re.Pattern[str]) -> Locator:
        """The one text field of that name; a group's name stands behind those of its containers, and the image of one
        of several containers says whose it is."""
        if name == "Image":
            name = re.compile("^Image( of .+)?$")
        exact = isinstance(name, str)
        fields = self.page.get_by_role("textbox", name=name, exact=exact)
        # A field with a list behind it, once it was in it.
        fields = fields.or_(self.page.get_by_role("combobox", name=name, exact=exact).and_(self.page.locator("input")))
        return fields.last if name == "Name" else fields.first

    def fold(self, title: str) -> Locator:
        return self.main.locator("summary", has_text=title)

    def unfold(self, title: str) -> Self:
        """Opens a folded part of the page unless it is open."""
        fold = self.main.locator("details", has=self.page.locator("summary", has_text=title)).last
        if fold.get_attribute("open") is None:
            self.fold(title).last.click()
        expect(fold).to_have_attribute("open", "")
        return self

    def press(self, name: str | re.Pattern[str]) -> Self:
        """Presses a button that has the wizard's page made anew; the new page is there when this returns."""
        mark = self.page.locator('input[name="page"]')
        before = mark.input_value()
        self.button(name).first.click()
        expect(mark).not_to_have_value(before)
        return self

    # --- the wizard ------------------------------------------------------------------------------------------------
    def begin(self, **query: str) -> Self:
        """Opens Basic Settings of a new draft; `query` fills fields in, as a link on a wiki page would."""
        self.page.goto(f"/buy/?{urlencode(query)}")
        return self.is_at(BASIC)

    def is_at(self, step: str) -> Self:
        """Fails unless the step is the current one of the rail."""
        expect(self._step).to_contain_text(step)
        return self

    def settled(self) -> Self:
        """Waits until nothing is under way: what the page does by itself after a pause, above all."""
        self.page.wait_for_timeout(1200)
        expect(self.page.locator("body")).not_to_have_class(re.compile("is-busy"))
        return self

    def add_container(self, name: str, *, is_init: bool = False) -> Self:
        """A new card, which is open, with this name."""
        cards = self.page.get_by_role("button", name=re.compile("^Open "))
        before = cards.count()
        self.button("Add init container" if is_init else "Add container").click()
        expect(cards).not_to_have_count(before)
        self.container_name.fill(name)
        return self

    def open_container(self, name: str) -> Self:
        """Opens the card unless it is open; the one that was open becomes a line."""
        if self.container_name.input_value() != name:
            self.button(re.compile(f"^Open {name}")).click()
        expect(self.container_name).to_have_value(name)
        return self

    def press_in_menu(self, name: str) -> Self:
        """Presses a button in the menu of the open container."""
        self.main.get_by_role("region", name="Containers").locator("summary", has_text="More").click()
        return self.press(name)

    @property
    def container_name(self) -> Locator:
        """The name of the container whose card is open."""
        return self.main.get_by_role("region", name="Containers").get_by_role("textbox", name="Name", exact=True).first

    def type_image(self, image: str) -> Self:
        self.field("Image").fill(image)
        return self

    def choose_network(self, vpc: str, vswitch: str = "") -> Self:
        """Chooses a VPC by its name; its lists have arrived when this returns."""
        self.choose("VPC", vpc)
        if not self.has_script:
            self.button("Refresh the lists").click()
        shown = self.page.get_by_role("group", name="vSwitches").get_by_role("checkbox", name=re.compile(vswitch))
        expect(shown.first).to_be_visible()
        return self

    def choose(self, label: str, start: str) -> Self:
        """Chooses the option of a list that starts like this; those of the network are folded away."""
        if label in ("Region", "VPC", "Security group"):
            self.unfold("Change")
        box = self.page.get_by_role("combobox", name=label, exact=True)
        options = box.get_by_role("option").all_inner_texts()
        box.select_option(label=next(option for option in options if option.startswith(start)))
        return self

    def go_on(self) -> Self:
        """From Basic to Other Settings."""
        self.press_in_foot("Next: Other Settings")
        return self.is_at(OTHER)

    def go_back(self) -> Self:
        """Back to Basic Settings by the rail."""
        self.button(re.compile(BASIC)).click()
        return self.is_at(BASIC)

    def confirm(self, *, anyway: bool = False) -> Self:
        """To the Confirm page, from either step. `anyway` goes on where a registry has spoken against an image by then:
        a check runs by itself, so that it may or may not have its answer."""
        self.press_in_foot("Confirm Configuration")
        if anyway:
            held = self.button("Continue anyway")
            expect(held.or_(self._step.filter(has_text=CONFIRM))).to_be_visible()
            if held.is_visible():
                held.click()
        return self.is_at(CONFIRM)

    def press_in_foot(self, name: str) -> None:
        """Presses a button of the foot; on a phone it may be in its menu, which the answer of a check makes anew."""
        menu = self.page.locator("#moves details.menu")
        button = self.button(name).filter(visible=True)
        if menu.is_visible():
            self.settled()
            if not button.count():
                menu.locator("summary").click()
        button.click()

    @property
    def _step(self) -> Locator:
        return self.page.locator('[aria-current="step"]')

    def log_in(self, user_name: str = USER_NAME, password: str = PASSWORD) -> Self:
        """Types the login under the image and has it checked."""
        self.enter_credential(user_name, password)
        return self.press(re.compile("^Check the login for"))

    def view_request(self) -> Self:
        """Unfolds on Confirm what will be sent."""
        self.main.locator("#request-title").click()
        return self

    def enter_credential(self, user_name: str = USER_NAME, password: str = PASSWORD) -> Self:
        self.field("User name").fill(user_name)
        self.field("Password").fill(password)
        return self

    def agree(self) -> Self:
        """Agrees to the service terms; who has ordered in this session has done so."""
        box = self.page.get_by_role("checkbox", name=re.compile("I agree"))
        expect(box.or_(self.page.get_by_text("You agreed to the"))).to_be_visible()
        if box.count():
            box.check()
        return self

    def order(self, *, anyway: bool = False) -> str:
        """Agrees, presses Confirm Order once, and returns the id of the container group. `anyway` orders an image that
        its registry has spoken against."""
        self.agree()
        self.press_order(anyway=anyway)
        return self.is_created()

    def press_order(self, *, anyway: bool = False) -> None:
        """Presses the button, and ticks its box first where the verdict is a bad one."""
        if not anyway:
            self.button("Confirm Order").click()
            return
        box = self.page.get_by_role("checkbox", name=re.compile("Order it although"))
        if not self.has_script and not box.is_visible():
            # Without a script it is the press that has the image checked.
            self.button("Confirm Order").click()
        box.check()
        self.button("Order anyway").click()

    def is_created(self) -> str:
        """The id of the container group whose page is open."""
        expect(self.page).to_have_url(_GROUP_PAGE)
        found = _GROUP_PAGE.search(self.page.url)
        assert found
        return found[1]

    # --- the image dialog ------------------------------------------------------------------------------------------
    def open_images(self, tab: str = COMMON) -> Self:
        self.button("Select container image").click()
        return self.choose_tab(tab)

    def choose_tab(self, tab: str) -> Self:
        link = self.page.get_by_role("navigation", name="Where images come from").get_by_role("link", name=tab)
        expect(link).to_be_visible()
        if link.get_attribute("aria-current") is None:
            link.click()
        expect(link).to_have_attribute("aria-current", "page")
        return self

    def search_images(self, text: str) -> Self:
        """Types into the search and presses Enter, which a script need not wait for and no script needs."""
        search = self.page.get_by_role("searchbox", name="Search by name")
        search.fill(text)
        search.press("Enter")
        return self

    def choose_image(self, name: str) -> Self:
        """Chooses an entry of the list; its versions are there when this returns."""
        entry = self.page.get_by_role("link", name=name, exact=True)
        entry.click()
        # The entry may have been the chosen one before: only the end of the request says that this is its answer.
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        expect(entry).to_have_attribute("aria-current", "true")
        expect(self.page.get_by_role("radiogroup", name="Versions")).to_be_visible()
        return self

    def choose_version(self, tag: str) -> Self:
        versions = self.page.get_by_role("radiogroup", name="Versions")
        versions.locator("label", has=self.page.get_by_text(tag, exact=True)).get_by_role("radio").check()
        return self

    def use_image(self) -> Self:
        """Takes what is chosen into the container's field; back in Basic Settings."""
        self.button("Use this image").click()
        self.is_at(BASIC)
        expect(self.field("Image")).not_to_have_value("")
        return self

    # --- container groups ------------------------------------------------------------------------------------------
    def is_running(self) -> Self:
        return self.is_in_state("Running")

    def is_in_state(self, state: str) -> Self:
        """Waits until the group's page says so by itself."""
        expect(self.main.locator("#group-state")).to_have_text(state)
        return self

    def open_group_tab(self, tab: str) -> Self:
        link = self.page.get_by_role("navigation", name="Parts of the page").get_by_role("link", name=tab)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        return self

    def is_event_shown(self, text: str | re.Pattern[str]) -> Self:
        """Waits until the story, or the cloud's own words below it, say so."""
        fold = self.main.locator("#all-events")
        expect(fold).to_be_attached()
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        expect(self.main.get_by_role("listitem").filter(has_text=text).first).to_be_visible()
        return self


def run_private_image(visitor: Visitor, password: str = PASSWORD) -> str:
    """From nothing to the page of a group of the private image, whose id is returned."""
    visitor.begin(image=PRIVATE_IMAGE).go_on().enter_credential(password=password)
    return visitor.confirm(anyway=password != PASSWORD).order(anyway=password != PASSWORD)
