"""The verdict over a draft's images."""

import pytest
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain.spec import Container
from tests.wizard.complete import COMMON, draft, spec
from tests.wizard.page_form import open_step
from tests.wizard.test_confirm import address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("image", [COMMON, COMMON.replace("1.14.2", "9.99")])
def test_an_image_that_nobody_could_check_is_not_called_proved(alice: User, alice_client: Client, image: str) -> None:
    page = open_step(alice_client, address(draft(alice, spec(containers=(Container(name="web", image=image),)))))
    assert "1 image could not be proved from here." in page.html
    assert "Everything was proved." not in page.html
