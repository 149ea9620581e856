"""Docker Hub with answers made by hand, and the list of common images."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import responses

from consoleapp.domain.image import parse_image_reference
from consoleapp.gateways import errors
from consoleapp.gateways.alibaba import catalogue
from consoleapp.gateways.alibaba.catalogue import DockerHub, ImageCatalogue
from consoleapp.gateways.alibaba.endpoints import Endpoints
from tests.gateways.clients import transport

LIST = "https://hub.docker.com/v2/repositories/library/"
REGION = "cn-hangzhou"
# Longer than any of these tests waits for what comes.
LONG_SECONDS = 20.0


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hub() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def _catalogue(watch: Watch | None = None) -> ImageCatalogue:
    endpoints = Endpoints()
    return ImageCatalogue(DockerHub(transport(), endpoints, monotonic=watch or Watch()), endpoints.common_images)


def _lists(hub: responses.RequestsMock, *names: str) -> None:
    results = [{"name": name, "description": f"About {name}", "pull_count": len(name)} for name in names]
    hub.add(responses.GET, LIST, json={"count": len(names), "results": results})


def test_no_key_of_ours_goes_to_docker_hub(hub: responses.RequestsMock) -> None:
    _lists(hub, "nginx")
    _catalogue().docker_official_images()
    headers = {name.lower() for name in hub.calls[0].request.headers}
    assert "authorization" not in headers
    assert not [name for name in headers if name.startswith("x-acs")]


def test_the_list_is_kept_for_ten_minutes(hub: responses.RequestsMock) -> None:
    _lists(hub, "nginx", "redis")
    watch = Watch()
    images = _catalogue(watch)
    for passed in (0, 300, 599):
        watch.now = 1000 + passed
        assert images.docker_official_images().total == 2
    assert len(hub.calls) == 1
    watch.now = 1601
    images.docker_official_images(query="redis", page=1)
    assert len(hub.calls) == 2


def test_a_visitor_does_not_wait_for_a_list_that_another_one_asked_for(hub: responses.RequestsMock) -> None:
    images, asked = _catalogue(), list[str]()
    with ThreadPoolExecutor(1) as other:

        def late(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
            asked.append(str(request.url))
            if len(asked) == 1:
                assert other.submit(images.docker_official_images).result(LONG_SECONDS).total == 1
            return 200, {}, json.dumps({"count": 1, "results": [{"name": "nginx"}]})

        hub.add_callback(responses.GET, LIST, late)
        assert images.docker_official_images().total == 1
    assert len(asked) == 2


def test_a_failure_is_not_kept(hub: responses.RequestsMock) -> None:
    hub.add(responses.GET, LIST, status=500)
    images = _catalogue()
    with pytest.raises(errors.Unavailable):
        images.docker_official_images()
    hub.replace(responses.GET, LIST, json={"count": 1, "results": [{"name": "nginx"}]})
    assert images.docker_official_images().total == 1


def test_all_pages_of_the_list_are_read(hub: responses.RequestsMock) -> None:
    for page, first in ((1, 0), (2, 100)):
        results = [{"name": f"image-{number}"} for number in range(first, min(first + 100, 150))]
        hub.add(responses.GET, f"{LIST}?page_size=100&page={page}", json={"count": 150, "results": results})
    assert _catalogue().docker_official_images(page=8).items[-1].name == "image-99"
    assert len(hub.calls) == 2


def test_the_most_pulled_come_first_and_a_search_puts_names_before_descriptions(hub: responses.RequestsMock) -> None:
    results = [
        {"name": "mongo-express", "description": "Web page for mongo", "pull_count": 5},
        {"name": "mongo", "description": "Database", "pull_count": 90},
        {"name": "percona", "description": "Speaks mongo too", "pull_count": 100},
        {"name": "flamongo", "description": "", "pull_count": 99},
    ]
    hub.add(responses.GET, LIST, json={"count": 4, "results": results})
    images = _catalogue()
    assert [image.name for image in images.docker_official_images().items][:2] == ["percona", "flamongo"]
    found = images.docker_official_images(query=" MONGO ")
    assert [image.name for image in found.items] == ["mongo", "mongo-express", "flamongo", "percona"]


def test_a_search_finds_whole_words_before_parts_and_no_text_in_the_middle_of_a_word(
    hub: responses.RequestsMock,
) -> None:
    results = [
        {"name": "mongo", "description": "", "pull_count": 99},
        {"name": "python", "description": "An object-oriented language", "pull_count": 98},
        {"name": "perl", "description": "Speaks with ngrok", "pull_count": 97},
        {"name": "proxy", "description": "Made for ng, too", "pull_count": 96},
        {"name": "nginx", "description": "", "pull_count": 95},
        {"name": "syslog-ng", "description": "", "pull_count": 1},
    ]
    hub.add(responses.GET, LIST, json={"count": 6, "results": results})
    found = _catalogue().docker_official_images(query="ng")
    assert [image.name for image in found.items] == ["syslog-ng", "nginx", "mongo", "proxy", "perl"]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, "{}", errors.NotFound),
        (429, "{}", errors.Throttled),
        (302, "", errors.Unavailable),
        (503, "<html>", errors.Unavailable),
        (200, "<html>", errors.Unavailable),
        (200, "[]", errors.Unavailable),
    ],
)
def test_bad_answers_become_kinds(
    hub: responses.RequestsMock, status: int, body: str, kind: type[errors.GatewayError]
) -> None:
    hub.add(responses.GET, f"{LIST}nginx/tags/", status=status, body=body)
    with pytest.raises(errors.GatewayError) as caught:
        _catalogue().docker_official_tags("nginx")
    assert type(caught.value) is kind


def test_no_connection_to_docker_hub_is_unreachable(hub: responses.RequestsMock) -> None:
    hub.add(responses.GET, LIST, body=requests.ConnectTimeout("https://hub.docker.com/?x"))
    hub.add(responses.GET, f"{LIST}nginx/tags/", body=requests.ReadTimeout())
    images = _catalogue()
    with pytest.raises(errors.GatewayError) as caught:
        images.docker_official_images()
    assert "https://" not in str(caught.value)
    with pytest.raises(errors.Unavailable):
        images.docker_official_tags("nginx")


def test_tags_are_read_with_their_architectures(hub: responses.RequestsMock) -> None:
    images = [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "unknown", "os": "unknown"},
        {"architecture": "arm", "os": "linux", "variant": "v7"},
        {"architecture": "arm", "os": "linux", "variant": "v6"},
    ]
    tag = {
        "name": "1.27",
        "full_size": 7,
        "digest": "sha256:x",
        "last_updated": "2026-10-12T08:00:00.123456Z",
        "images": images,
    }
    hub.add(responses.GET, f"{LIST}nginx/tags/?page_size=100&page=2", json={"count": 241, "results": [tag]})
    page = _catalogue().docker_official_tags("nginx", page=2)
    assert (page.total, page.pages, page.items[0].architectures) == (241, 3, ("amd64", "arm"))
    assert page.items[0].updated is not None


@pytest.mark.parametrize("name", ["", "..", "a/b", "nginx/../x", "Nginx", "ngi nx", "nginx?", "-nginx"])
def test_a_name_that_would_change_the_address_is_not_asked_for(hub: responses.RequestsMock, name: str) -> None:
    with pytest.raises(errors.NotFound):
        _catalogue().docker_official_tags(name)
    assert len(hub.calls) == 0


def test_every_common_image_can_be_pulled_by_its_address() -> None:
    images = _catalogue().common_images(REGION)
    assert images.total == 14
    for image in images.items:
        assert image.description
        for tag in image.tag_names:
            assert parse_image_reference(f"{image.address_prefix}:{tag}").tag == tag


def test_the_data_file_is_a_plain_list() -> None:
    path = Path(catalogue.__file__).parent / "data" / "common_images.json"
    names = [item["name"] for item in json.loads(path.read_text(encoding="utf-8"))]
    assert len(set(names)) == len(names)
