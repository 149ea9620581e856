"""The protocol: what is served, how it is paged, chosen and refused."""

import re
from typing import Any

import pytest

from consoleapp.simulator.catalog import Catalog
from tests.simulator.registry_calls import ACCEPT, INDEXES, MANIFESTS, Http, basic

CATALOG = Catalog.load()
OPEN = "open.example.com"
WEB = "/v2/public/web/manifests/1.0.0"
OCI_INDEX, DOCKER_INDEX = INDEXES
OCI_MANIFEST, DOCKER_MANIFEST = MANIFESTS


@pytest.fixture
def http() -> Http:
    return Http(CATALOG)


class TestManifests:
    def test_a_tag_of_several_platforms_leads_to_an_index(self, http: Http) -> None:
        found = http.send(OPEN, WEB)
        assert (found.status, found.headers["Content-Type"]) == (200, OCI_INDEX)
        assert found.json["mediaType"] == OCI_INDEX
        assert [row["platform"] for row in found.json["manifests"]] == [
            {"architecture": "amd64", "os": "linux"},
            {"architecture": "arm64", "os": "linux"},
        ]

    def test_variants_stand_apart_from_the_architecture(self, http: Http) -> None:
        platforms = [row["platform"] for row in http.image("nginx:1.29").json["manifests"]]
        assert {"architecture": "arm", "variant": "v7", "os": "linux"} in platforms

    def test_a_tag_of_one_platform_leads_to_its_manifest(self, http: Http) -> None:
        found = http.send(OPEN, "/v2/edge/agent/manifests/0.5.0")
        assert found.headers["Content-Type"] == OCI_MANIFEST
        config = http.send(OPEN, f"/v2/edge/agent/blobs/{found.json['config']['digest']}")
        assert config.json["architecture"] == "arm64"

    def test_every_document_has_the_digest_and_size_that_the_one_above_says(self, http: Http) -> None:
        index = http.send(OPEN, WEB)
        assert index.headers["Docker-Content-Digest"] == index.digest
        for row in index.json["manifests"]:
            manifest = http.send(OPEN, f"/v2/public/web/manifests/{row['digest']}")
            assert (manifest.digest, len(manifest.body)) == (row["digest"], row["size"])
            assert manifest.headers["Content-Type"] == row["mediaType"] == manifest.json["mediaType"]
            described = manifest.json["config"]
            config = http.send(OPEN, f"/v2/public/web/blobs/{described['digest']}")
            assert (config.digest, len(config.body)) == (described["digest"], described["size"])
            assert config.json["architecture"] == row["platform"]["architecture"]
            assert len(config.json["rootfs"]["diff_ids"]) == len(manifest.json["layers"])

    def test_by_digest_the_index_is_the_same_as_by_tag(self, http: Http) -> None:
        by_tag = http.send(OPEN, WEB)
        by_digest = http.send(OPEN, f"/v2/public/web/manifests/{by_tag.digest}", accept="")
        assert (by_digest.status, by_digest.body) == (200, by_tag.body)

    @pytest.mark.parametrize(
        ("accept", "media_type"),
        [
            ("", OCI_INDEX),
            ("*/*", OCI_INDEX),
            (ACCEPT, OCI_INDEX),
            (f"{DOCKER_INDEX};q=0.5, {OCI_INDEX}", OCI_INDEX),
            (DOCKER_INDEX, DOCKER_INDEX),
            (f"{DOCKER_MANIFEST}, {DOCKER_INDEX}", DOCKER_INDEX),
            (OCI_MANIFEST, OCI_MANIFEST),
            (DOCKER_MANIFEST.upper(), DOCKER_MANIFEST),
        ],
    )
    def test_the_client_s_accept_decides_on_the_media_type(self, http: Http, accept: str, media_type: str) -> None:
        found = http.send(OPEN, WEB, accept=accept)
        assert (found.headers["Content-Type"], found.json["mediaType"]) == (media_type, media_type)
        assert found.headers["Docker-Content-Digest"] == found.digest
        again = http.send(OPEN, f"/v2/public/web/manifests/{found.digest}")
        assert again.body == found.body

    def test_a_client_that_knows_no_index_is_given_the_manifest_for_amd64(self, http: Http) -> None:
        found = http.send(OPEN, WEB, accept=DOCKER_MANIFEST)
        assert {row["mediaType"] for row in found.json["layers"]} == {
            "application/vnd.docker.image.rootfs.diff.tar.gzip"
        }
        config = http.send(OPEN, f"/v2/public/web/blobs/{found.json['config']['digest']}")
        assert config.json["architecture"] == "amd64"

    @pytest.mark.parametrize(
        ("path", "accept"),
        [
            (WEB, "text/html"),
            ("/v2/edge/agent/manifests/0.5.0", OCI_INDEX),
            ("/v2/public/web/manifests/9.9.9", ACCEPT),
            (f"/v2/public/web/manifests/sha256:{'0' * 64}", ACCEPT),
        ],
    )
    def test_what_is_not_there_in_that_form_is_unknown(self, http: Http, path: str, accept: str) -> None:
        refused = http.send(OPEN, path, accept=accept)
        assert (refused.status, refused.code) == (404, "MANIFEST_UNKNOWN")

    def test_common_images_are_in_docker_s_formats(self, http: Http) -> None:
        found = http.image("registry.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2")
        assert (found.status, found.headers["Content-Type"]) == (200, DOCKER_MANIFEST)


class TestConfigurations:
    def config(self, http: Http, image: str) -> Any:
        host, _, rest = image.partition("/")
        path, _, tag = rest.partition(":")
        manifest = http.send(host, f"/v2/{path}/manifests/{tag}", accept=OCI_MANIFEST).json
        found = http.send(host, f"/v2/{path}/blobs/{manifest['config']['digest']}")
        assert found.headers["Content-Type"] == "application/octet-stream"
        return found.json

    def test_tell_how_the_image_runs(self, http: Http) -> None:
        config = self.config(http, f"{OPEN}/public/web:1.0.0")
        assert config["config"]["Entrypoint"] == ["/docker-entrypoint.sh"]
        assert config["config"]["Cmd"] == ["nginx", "-g", "daemon off;"]
        assert config["config"]["ExposedPorts"] == {"80/tcp": {}}
        assert re.fullmatch(r"2025-\d\d-\d\dT\d\d:\d\d:\d\dZ", config["created"])

    def test_name_the_user_and_fill_in_the_image(self, http: Http) -> None:
        config = self.config(http, f"{OPEN}/public/nightly:build-7")["config"]
        assert (config["User"], config["WorkingDir"], config["Entrypoint"]) == ("10001:10001", "/app", ["/app/nightly"])
        assert "NIGHTLY_VERSION=build-7" in config["Env"]

    def test_layers_are_described_and_not_served(self, http: Http) -> None:
        manifest = http.send(OPEN, WEB, accept=OCI_MANIFEST).json
        for layer in manifest["layers"]:
            for method in ("GET", "HEAD"):
                refused = http.send(OPEN, f"/v2/public/web/blobs/{layer['digest']}", method=method)
                assert refused.status == 404
        assert http.send(OPEN, f"/v2/public/web/blobs/{manifest['layers'][0]['digest']}").code == "BLOB_UNKNOWN"

    def test_a_manifest_is_no_blob_and_a_configuration_no_manifest(self, http: Http) -> None:
        manifest = http.send(OPEN, WEB, accept=OCI_MANIFEST)
        assert http.send(OPEN, f"/v2/public/web/blobs/{manifest.digest}").code == "BLOB_UNKNOWN"
        digest = manifest.json["config"]["digest"]
        assert http.send(OPEN, f"/v2/public/web/manifests/{digest}").code == "MANIFEST_UNKNOWN"


class TestTagLists:
    LIST = "/v2/public/nightly/tags/list"

    def test_follow_links_to_the_end_without_gap_or_repetition(self, http: Http) -> None:
        seen: list[str] = []
        path, query, pages = self.LIST, "n=50", 0
        while True:
            page = http.send(OPEN, path, query)
            seen += page.json["tags"]
            pages += 1
            link = page.headers.get("Link")
            if link is None:
                break
            target = re.fullmatch(r'<(/v2/[^?>]+)\?([^>]+)>; rel="next"', link)
            assert target is not None
            path, query = target.groups()
        assert (pages, len(seen)) == (9, 421)
        assert seen == sorted(set(seen))
        assert {"latest", "build-420", "build-1"} <= set(seen)

    def test_give_a_hundred_when_nothing_is_said(self, http: Http) -> None:
        page = http.send(OPEN, self.LIST)
        assert (page.json["name"], len(page.json["tags"])) == ("public/nightly", 100)
        assert "n=100" in page.headers["Link"]

    def test_start_after_the_last_one_seen(self, http: Http) -> None:
        assert http.send(OPEN, self.LIST, "n=2&last=build-97").json["tags"] == ["build-98", "build-99"]
        assert http.send(OPEN, self.LIST, "last=build-98").json["tags"] == ["build-99", "latest"]
        end = http.send(OPEN, self.LIST, "last=zzz")
        assert (end.json["tags"], "Link" in end.headers) == ([], False)

    def test_of_no_length_are_empty_and_end(self, http: Http) -> None:
        page = http.send(OPEN, self.LIST, "n=0")
        assert (page.json["tags"], "Link" in page.headers) == ([], False)

    @pytest.mark.parametrize("number", ["-1", "x", "1.5", "%D9%A3", "9" * 20])
    def test_refuse_a_length_that_is_none(self, http: Http, number: str) -> None:
        refused = http.send(OPEN, self.LIST, f"n={number}")
        assert (refused.status, refused.code) == (400, "PAGINATION_NUMBER_INVALID")

    def test_a_short_list_has_no_link(self, http: Http) -> None:
        page = http.send(OPEN, "/v2/public/web/tags/list")
        assert "Link" not in page.headers
        assert {"1.0.0", "1.0", "1", "0.9.5", "latest", "alpine"} <= set(page.json["tags"])

    def test_of_an_unknown_repository_are_refused(self, http: Http) -> None:
        assert http.send(OPEN, "/v2/public/wbe/tags/list").code == "NAME_UNKNOWN"


class TestRequests:
    @pytest.mark.parametrize(
        ("host", "path", "authorization"),
        [
            (OPEN, "/v2/", ""),
            (OPEN, WEB, ""),
            (OPEN, "/v2/public/web/manifests/9", ""),
            (OPEN, "/v2/public/nightly/tags/list", ""),
            ("moved.example.com", WEB, ""),
            ("registry.example.com", "/v2/", ""),
            ("registry.example.com", "/v2/team/api/manifests/1.4.2", basic(("demo", "demo-password"))),
            ("registry-1.docker.io", "/v2/library/nginx/manifests/latest", ""),
            ("auth.docker.io", "/token", ""),
            ("nowhere.example.com", "/v2/", ""),
        ],
    )
    def test_head_has_the_headers_of_get_and_no_body(
        self, http: Http, host: str, path: str, authorization: str
    ) -> None:
        get = http.send(host, path, authorization=authorization)
        head = http.send(host, path, method="HEAD", authorization=authorization)
        assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
        assert int(head.headers["Content-Length"]) == len(get.body)

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_nothing_can_be_written(self, http: Http, method: str) -> None:
        refused = http.send(OPEN, "/v2/public/web/blobs/uploads/", method=method)
        assert (refused.status, refused.code, refused.headers["Allow"]) == (405, "UNSUPPORTED", "GET, HEAD")

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/v2/_catalog", 404, "UNSUPPORTED"),
            ("/v2/public/web", 404, "UNSUPPORTED"),
            ("/v2/public/web/manifests/", 404, "UNSUPPORTED"),
            ("/v2/Public/web/manifests/1", 400, "NAME_INVALID"),
            ("/v2/../web/manifests/1", 400, "NAME_INVALID"),
            ("/v2/public/wbe/manifests/1.0.0", 404, "NAME_UNKNOWN"),
            ("/v2/public/web/manifests/sha256:12", 400, "DIGEST_INVALID"),
            ("/v2/public/web/blobs/1.0.0", 400, "DIGEST_INVALID"),
            ("/v2/public/web/blobs/md5:" + "0" * 32, 400, "DIGEST_INVALID"),
        ],
    )
    def test_odd_addresses_are_refused_in_the_envelope(self, http: Http, path: str, status: int, code: str) -> None:
        refused = http.send(OPEN, path)
        assert (refused.status, refused.code) == (status, code)
        assert refused.headers["Content-Type"] == "application/json"
        assert set(refused.json["errors"][0]) == {"code", "message", "detail"}

    def test_every_answer_names_the_version_of_the_api(self, http: Http) -> None:
        for host in (OPEN, "registry.example.com", "registry-1.docker.io", "silent.example.com"):
            assert http.send(host, "/v2/").headers["Docker-Distribution-Api-Version"] == "registry/2.0"

    @pytest.mark.parametrize("host", ["OPEN.example.com", "open.example.com:443"])
    def test_the_host_is_found_in_any_case_and_with_the_usual_port(self, http: Http, host: str) -> None:
        assert http.send(host, WEB).status == 200

    @pytest.mark.parametrize(
        "host", ["", "nowhere.example.com", "open.example.com:8443", "registry-vpc.cn-hangzhou.aliyuncs.com"]
    )
    def test_a_host_without_a_registry_is_misdirected(self, http: Http, host: str) -> None:
        refused = http.send(host, WEB)
        assert (refused.status, refused.code) == (421, "UNSUPPORTED")

    def test_a_moved_registry_redirects_to_the_same_path_elsewhere(self, http: Http) -> None:
        moved = http.send("moved.example.com", "/v2/public/web/tags/list", "n=2")
        assert (moved.status, moved.body) == (302, b"")
        assert moved.headers["Location"] == "https://open.example.com/v2/public/web/tags/list?n=2"

    def test_a_host_that_never_answers_is_answered_for(self, http: Http) -> None:
        assert http.send("silent.example.com", "/v2/").status == 504
