"""What is neither a desk nor a phone: the sheet of Confirm on paper, the bar of every page on a tablet."""

import re

from tests.e2e.visitor import Visitor


def test_the_sheet_of_confirm_prints_on_one_page(visitor: Visitor) -> None:
    visitor.begin(image="nginx:1.27", name="web-shop").confirm()

    printed = visitor.page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_the_bar_of_a_page_fits_a_tablet(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 768, "height": 900})
    visitor.page.goto("/buy/drafts/")

    widths = visitor.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    )

    assert widths[0] == widths[1]
