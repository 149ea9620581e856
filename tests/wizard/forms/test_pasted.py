"""What is typed into the Image field of a container and is more than an address."""

import copy

from consoleapp.domain.secret import Secret
from consoleapp.wizard.draft.new import first_data
from consoleapp.wizard.forms.pasted import take_typed, taken_of, undo
from consoleapp.wizard.shape import Data, Fields, containers_of

RUN = "docker run --name web -p 80:80 -e MODE=fast -e TOKEN=swordfish -v /a:/b nginx:1.29 serve"


def typed(text: str, *, is_saving: bool = True) -> tuple[Data, Fields, dict[str, Secret]]:
    """A new draft with this text in its Image field, taken in."""
    data, secrets = first_data({}), dict[str, Secret]()
    container = containers_of(data)[0]
    before = copy.deepcopy(container)
    container["image"] = text
    take_typed(data, container, before, secrets, is_saving=is_saving)
    return data, container, secrets


def test_an_address_stays_as_it_is_and_nothing_is_noted() -> None:
    data, container, _secrets = typed("nginx")
    assert container["image"] == "nginx"
    assert "taken" not in data


def test_a_link_and_upper_case_are_taken_and_noted() -> None:
    for text in ("https://hub.docker.com/_/nginx", "NGINX"):
        data, container, _secrets = typed(text)
        assert container["image"] == "nginx"
        assert taken_of(data, container["_key"], "nginx")["words"] == []


def test_a_run_line_twice_is_the_same_as_once() -> None:
    data, container, secrets = typed(RUN)
    once = copy.deepcopy(data)
    container["image"] = RUN
    take_typed(data, container, copy.deepcopy(container), secrets)
    assert data == once
    assert len(secrets) == 1
    assert "swordfish" not in str(data)
    assert taken_of(data, container["_key"], "nginx:1.29")["left_out"] == ["-v /a:/b"]


def test_undo_puts_everything_back_and_names_the_secrets_that_came_with_it() -> None:
    data, container, secrets = typed(RUN)
    before = first_data({})["spec"]["containers"][0]

    gone = undo(data, container)

    assert set(secrets) <= gone
    assert container == before
    assert data["taken"] == {}
    assert undo(data, container) == set()


def test_the_note_goes_with_the_image() -> None:
    data, container, _secrets = typed(RUN)
    assert not taken_of(data, container["_key"], "redis")


def test_where_nothing_is_saved_a_run_line_waits_without_its_values() -> None:
    data, container, secrets = typed(RUN, is_saving=False)
    assert "ports" not in container
    assert not secrets
    assert "swordfish" not in str(data)
    assert taken_of(data, container["_key"], "")["waits"]
    assert containers_of(typed("NGINX", is_saving=False)[0])[0]["image"] == "nginx"


def test_a_line_that_cannot_be_read_keeps_no_value() -> None:
    data, container, _secrets = typed("docker run -e TOKEN='swordfish nginx")
    assert "swordfish" not in str(data)
    assert container["image"] == "docker run -e TOKEN=…"
