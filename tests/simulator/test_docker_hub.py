from typing import Any

import pytest

from consoleapp.simulator import docker_hub
from consoleapp.simulator.catalog import Catalog

CATALOG = Catalog.load()
LIBRARY = "/v2/repositories/library/"


def get(path: str, query: str = "") -> tuple[int, Any]:
    return docker_hub.answer(CATALOG, path, query)


def test_lists_the_official_images_most_pulled_first() -> None:
    status, body = get(LIBRARY, "page_size=100")
    assert status == 200
    assert body["count"] == len(CATALOG.docker_official)
    assert body["results"][0]["name"] == "nginx"
    counts = [row["pull_count"] for row in body["results"]]
    assert counts == sorted(counts, reverse=True)
    first = body["results"][0]
    assert (first["namespace"], first["repository_type"], first["status"], first["is_private"]) == (
        "library",
        "image",
        1,
        False,
    )
    assert first["last_updated"].endswith("Z")


def test_pages_lead_to_the_next_and_back_until_all_are_seen() -> None:
    seen, number = [], 1
    while True:
        status, body = get(LIBRARY, f"page={number}&page_size=50")
        assert status == 200
        seen += [row["name"] for row in body["results"]]
        assert (body["previous"] is None) == (number == 1)
        if body["next"] is None:
            break
        assert f"page={number + 1}" in body["next"]
        number += 1
    assert len(seen) == len(set(seen)) == body["count"]
    assert get(LIBRARY, f"page={number + 1}&page_size=50")[0] == 404


def test_searches_by_name() -> None:
    _, body = get(LIBRARY, "name=mongo&page_size=100")
    assert sorted(row["name"] for row in body["results"]) == ["mongo", "mongo-express"]
    assert get(LIBRARY, "name=no-such-thing")[1]["results"] == []


def test_lists_the_tags_of_an_image_with_size_digest_and_platforms() -> None:
    status, body = get(f"{LIBRARY}nginx/tags/", "page_size=100")
    assert status == 200
    tag = next(row for row in body["results"] if row["name"] == "1.29.3-alpine")
    assert tag["full_size"] > 1_000_000
    assert tag["digest"].startswith("sha256:")
    assert {"architecture": "arm64", "os": "linux", "status": "active"}.items() <= tag["images"][1].items()
    assert any(row["architecture"] == "arm" and row["variant"] == "v7" for row in tag["images"])


def test_searches_tags_by_name() -> None:
    _, body = get(f"{LIBRARY}python/tags", "name=3.12-slim&page_size=5")
    assert [row["name"] for row in body["results"]] == ["3.12-slim", "3.12-slim-bookworm"]


def test_every_listed_tag_of_a_page_can_be_pulled() -> None:
    _, body = get(f"{LIBRARY}redis/tags/", "page_size=100")
    for row in body["results"]:
        pulled = CATALOG.pull(f"redis:{row['name']}", region_id="cn-hangzhou", vpc_reaches_internet=True)
        assert (pulled.ok, pulled.digest) == (True, row["digest"])


def test_shows_public_repositories_of_other_namespaces_but_no_private_one() -> None:
    status, body = get("/v2/repositories/bitnami/")
    assert (status, [row["name"] for row in body["results"]]) == (200, ["redis", "kafka"])
    assert get("/v2/repositories/bitnami/redis/")[1]["name"] == "redis"
    assert get("/v2/repositories/acme/private-api/tags/")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        f"{LIBRARY}no-such-image/tags/",
        f"{LIBRARY}nginx/nothing/",
        f"{LIBRARY}nginx/tags/1.29/more",
        "/v2/repositories/",
        "/v2/repositories/nobody/",
    ],
)
def test_answers_404_in_json_for_what_it_does_not_have(path: str) -> None:
    status, body = get(path)
    assert (status, body["message"]) == (404, "object not found")


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x&page_size=y", "page_size=0", "page=%00", "page=99999999"]
)
def test_odd_paging_falls_back_to_the_first_page(query: str) -> None:
    status, body = get(LIBRARY, query)
    assert (status, len(body["results"])) == (200, 10)


def test_a_page_holds_at_most_a_hundred() -> None:
    assert len(get(LIBRARY, "page_size=1000")[1]["results"]) == 100
