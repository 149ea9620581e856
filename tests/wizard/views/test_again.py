"""What a draft that was made of an order says at once: which of the order's secrets have to be typed again."""

import html
import re

import pytest
from django.test import Client

from consoleapp.accounts.models import User
from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    ConfigFile,
    ConfigFileVolume,
    Container,
    ContainerGroupSpec,
    FlexVolume,
    FlexVolumeOption,
    ImageRegistryCredential,
)
from consoleapp.orders import services
from consoleapp.orders.models import Order, OrderState
from consoleapp.teams.actors import Actor
from consoleapp.wizard.models import Draft
from consoleapp.wizard.services import similar
from tests.wizard import complete
from tests.wizard.page_form import StepForm, open_step

pytestmark = pytest.mark.django_db
HOST = "registry.example.com"
OSS = FlexVolume(
    "assets",
    "alicloud/oss",
    options=(
        FlexVolumeOption("bucket", "shop"),
        FlexVolumeOption("url", "oss-cn-hangzhou-internal.aliyuncs.com"),
        FlexVolumeOption("akId", "LTAI"),
        FlexVolumeOption("akSecret", Secret("canary-ak")),
    ),
)
FILES = ConfigFileVolume("conf", (ConfigFile("app.conf", Secret("canary-file")),))


def ordered(owner: User, spec: ContainerGroupSpec) -> Order:
    """An order of this whose group exists, and whose secrets are wiped by that."""
    parameters, secret_keys = wire.written(spec)
    order = services.record_order(Actor(owner), parameters, secret_keys, services.Press("key-1"))
    Order.objects.update(state=OrderState.CREATED, container_group_id="eci-1", sealed_secrets="")
    order.refresh_from_db()
    return order


def copied(client: Client, owner: User, spec: ContainerGroupSpec) -> StepForm:
    """The first page of the draft that *Create similar* makes."""
    draft, _place = similar.draft_of_order(Actor(owner), ordered(owner, spec))
    return open_step(client, f"/buy/{draft.pk}/basic/")


def note(page: str) -> str:
    """The words of the note."""
    found = re.search(r'id="again">(.*?)</div>', page, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", found[1])).split()) if found else ""


def links(form: StepForm) -> list[str]:
    """The buttons of the note."""
    found = re.search(r'id="again">(.*?)</div>', form.html, re.DOTALL)
    return re.findall(r'value="([^"]+)"', found[1]) if found else []


def test_everything_that_was_wiped_is_named_at_once(alice: User, alice_client: Client) -> None:
    form = copied(alice_client, alice, complete.private_spec(volumes=(FILES, OSS)))
    assert note(form.html).startswith(
        "Type again: app.conf of conf, the AccessKey secret of assets, TOKEN of api, "
        "the password for registry.example.com Secrets"
    )
    assert 'id="errors"' not in form.html


def test_each_of_them_leads_to_its_control(alice: User, alice_client: Client) -> None:
    form = copied(alice_client, alice, complete.private_spec(volumes=(FILES, OSS)))
    assert len(links(form)) == 4
    for verb in links(form):
        at = verb.rsplit(":", 1)[1]
        page = form.go(verb)
        assert f'data-focus="id_{at}"' in page.html
        assert f'id="id_{at}"' in page.html
        assert 'id="errors"' not in page.html


def test_what_was_typed_again_is_asked_for_no_more(alice: User, alice_client: Client) -> None:
    form = copied(alice_client, alice, complete.private_spec())
    control = links(form)[0].rsplit(":", 1)[1]
    form = form.go("save", **{control.replace("-", "__"): "canary-typed-again"})
    assert note(form.html).startswith("Type again: the password for registry.example.com Secrets")
    form = form.go(links(form)[0])
    assert form.url.endswith("/basic/")
    assert f'data-focus="id_image_registry_credentials-{HOST}-password"' in form.html
    form = form.go("save", **{f"image_registry_credentials__{HOST}__password": "canary-typed-again"})
    assert note(form.html) == ""


def test_what_the_copy_does_not_use_any_more_is_not_asked_for(alice: User, alice_client: Client) -> None:
    form = copied(alice_client, alice, complete.private_spec())
    form = form.go("save", c1__image="nginx", **{"c1-r2-value_secret": None})
    assert note(form.html) == ""


def test_a_registry_with_a_port_is_led_to_as_well(alice: User, alice_client: Client) -> None:
    spec = complete.spec(
        containers=(Container(name="api", image="registry.example.com:5000/team/api:1"),),
        image_registry_credentials=(ImageRegistryCredential("registry.example.com:5000", "demo", Secret("canary")),),
    )
    form = copied(alice_client, alice, spec)
    assert (
        'data-focus="id_image_registry_credentials-registry.example.com:5000-password"' in form.go(links(form)[0]).html
    )


def test_a_draft_that_lost_nothing_says_nothing(alice: User, alice_client: Client) -> None:
    assert note(copied(alice_client, alice, complete.spec()).html) == ""
    draft = complete.draft(alice, complete.private_spec())
    assert note(open_step(alice_client, f"/buy/{draft.pk}/basic/").html) == ""


def test_errors_that_name_the_same_take_the_place_of_the_note(alice: User, alice_client: Client) -> None:
    form = copied(alice_client, alice, complete.private_spec()).go("next")
    assert 'id="errors"' in form.html
    assert note(form.html) == ""


def test_an_order_with_an_access_key_can_be_copied(alice: User, alice_client: Client) -> None:
    copied(alice_client, alice, complete.spec(volumes=(OSS,)))
    fields = Draft.objects.get().typed["spec"]["volumes"][0]
    assert (fields["name"], fields["_kind"]) == ("assets", "OssVolume")


def test_the_draft_keeps_names_alone(alice: User, alice_client: Client) -> None:
    copied(alice_client, alice, complete.private_spec("canary-login", volumes=(FILES, OSS)))
    data = Draft.objects.get().typed
    assert len(data["wiped"]) == 4
    assert "canary" not in str(data)
