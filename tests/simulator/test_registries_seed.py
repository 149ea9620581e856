"""The seed over HTTP: the same digests and sizes everywhere, every cause with its remedy, hosts as dialled."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from consoleapp import simulator
from consoleapp.simulator import docker_hub
from consoleapp.simulator.actions.cr import ACTIONS, PERSONAL_ACTIONS
from consoleapp.simulator.app import FixedKeys, make_app
from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.pulls import Pull
from consoleapp.simulator.references import split_reference
from consoleapp.simulator.registries.causes import LOG_INS, SeededCause, seeded_causes
from consoleapp.simulator.registries.reach import certificate_of, contact_of, scheme_of
from tests.simulator.calls import NOW, ask
from tests.simulator.registry_calls import Http

CATALOG = Catalog.load()
DEMO = LOG_INS["demo"]
PERSONAL = "registry.cn-hangzhou.aliyuncs.com"


def pull(image: str, **changes: Any) -> Pull:
    arguments: dict[str, Any] = {"region_id": "cn-hangzhou", "vpc_reaches_internet": True, "now": NOW} | changes
    return CATALOG.pull(image, **arguments)


def layer_sum(http: Http, image: str, login: tuple[str, str] | None = None) -> int:
    """The sum of the layers of the image's manifest, of the first one when there are several."""
    top = http.image(image, login).json
    if "manifests" in top:
        name = image.rpartition(":")[0]
        top = http.image(f"{name}@{top['manifests'][0]['digest']}", login).json
    return sum(layer["size"] for layer in top["layers"])


class TestDigests:
    @pytest.mark.parametrize("name", ["library/nginx", "library/redis", "bitnami/redis", "library/clefos"])
    def test_are_those_that_docker_hub_lists_and_pulls_report(self, name: str) -> None:
        http = Http(CATALOG)
        _, body = docker_hub.answer(CATALOG, f"/v2/repositories/{name}/tags/", "page_size=5")
        for row in body["results"]:
            image = f"{name}:{row['name']}"
            served = http.image(image)
            assert served.digest == served.headers["Docker-Content-Digest"] == row["digest"]
            platform = row["images"][0]["architecture"]
            assert pull(image, architecture=platform).digest == row["digest"]
            listed = [item["digest"] for item in row["images"]]
            assert listed == [item["digest"] for item in served.json.get("manifests", [{"digest": row["digest"]}])]
            assert layer_sum(http, image) == row["full_size"] == pull(image, architecture=platform).size_bytes

    @pytest.mark.parametrize(("namespace", "name"), [("acme", "order-api"), ("acme", "nightly-report")])
    def test_are_those_that_personal_edition_lists(self, namespace: str, name: str) -> None:
        http = Http(CATALOG)
        asked = {"RepoNamespace": namespace, "RepoName": name}
        for row in ask(PERSONAL_ACTIONS["GetRepoTags"], asked)["data"]["tags"]:
            path = f"{namespace}/{name}:{row['tag']}"
            assert http.image(f"{PERSONAL}/{path}", DEMO).digest == row["digest"]
            assert pull(f"registry-vpc.cn-hangzhou.aliyuncs.com/{path}").digest == row["digest"]
            assert layer_sum(http, f"{PERSONAL}/{path}", DEMO) == row["imageSize"]
            assert http.read(PERSONAL, f"/v2/{namespace}/{name}/blobs/sha256:{row['imageId']}", DEMO).status == 200

    def test_are_those_that_enterprise_edition_lists(self) -> None:
        http, instance = Http(CATALOG), {"InstanceId": "cri-simacmehz01"}
        for repository in ask(ACTIONS["ListRepository"], instance)["Repositories"]:
            path = f"{repository['RepoNamespaceName']}/{repository['RepoName']}"
            rows = ask(ACTIONS["ListRepoTag"], instance | {"RepoId": repository["RepoId"], "PageSize": "3"})["Images"]
            for row in rows:
                for host in ("acme-registry.cn-hangzhou.cr.aliyuncs.com", "images.example.com"):
                    assert http.image(f"{host}/{path}:{row['Tag']}", DEMO).digest == row["Digest"]

    def test_of_every_seeded_repository_are_true(self) -> None:
        repositories = {id(item): item for host in CATALOG.hosts.values() for item in host.repositories.values()}
        for repository in repositories.values():
            tag = repository.tags[0]
            documents = {item.digest: item for item in tag.image.documents()}
            top = documents[tag.digest]
            for row in json.loads(top.body).get("manifests", [{"digest": tag.digest}]):
                manifest = json.loads(documents[row["digest"]].body)
                assert manifest["config"]["digest"] in documents
                assert sum(layer["size"] for layer in manifest["layers"]) == tag.size_bytes
                assert all(layer["size"] > 0 for layer in manifest["layers"])
            assert repository.document(tag.digest) == top

    def test_a_manifest_for_another_platform_is_not_pulled(self) -> None:
        nginx = CATALOG.hosts["docker.io"].repositories["library/nginx"]
        tag = nginx.tag("1.28")
        assert tag is not None
        image = f"nginx@{tag.digest_of('arm64')}"
        assert pull(image).cause == "no_platform"
        found = pull(image, architecture="arm64")
        assert (found.ok, found.digest) == (True, tag.digest_of("arm64"))


class TestCauses:
    WIRE = {
        "can_be_pulled": (200,),
        "needs_login": (401,),
        "wrong_credential": (401,),
        "not_allowed": (401, 403),
        "repository_not_found": (404,),
        "tag_not_found": (404,),
        "no_such_architecture": (200,),
        "speaks_plain_http": (200,),
        "certificate_not_trusted": (200,),
        "certificate_wrong_name": (200,),
        "certificate_expired": (200,),
        "rate_limited": (429,),
        "redirected": (302,),
        "host_not_found": (421,),
        "no_answer": (504,),
        "refused_by_policy": (421,),
        "only_inside_vpc": (421,),
    }

    def test_every_cause_is_there(self) -> None:
        assert {row.cause for row in seeded_causes()} == set(self.WIRE)

    @pytest.mark.parametrize("row", seeded_causes(), ids=lambda row: f"{row.cause} {row.image} {row.login}")
    def test_is_met_over_http_and_in_a_pull_and_goes_away(self, row: SeededCause) -> None:
        assert Http(CATALOG).image(row.image, LOG_INS.get(row.login)).status in self.WIRE[row.cause]
        assert pull(row.image, **self.brought(row.image, row.login)).cause == row.pull
        image, login = row.then.image or row.image, row.then.login or row.login
        mended = pull(
            image,
            **self.brought(image, login),
            plain_http=row.then.plain_http,
            insecure=row.then.insecure,
            architecture=row.then.architecture or "amd64",
        )
        assert mended.error == ""

    def brought(self, image: str, login: str) -> dict[str, Any]:
        reference = split_reference(image)
        assert reference is not None
        return {"credentials": {reference.host: LOG_INS[login]}} if login else {}

    def test_the_page_has_every_row(self) -> None:
        page = (Path(simulator.__file__).parent / "README.md").read_text(encoding="utf-8").splitlines()
        for row in seeded_causes():
            start = f"| {row.cause} | `{row.image}` | {row.login or '–'} | {row.shows} | {row.remedy} |"
            assert any(line.startswith(start) for line in page), start

    @pytest.mark.parametrize(
        ("image", "text"),
        [
            ("wrongname.example.com/public/web:1.0.0", "certificate is valid for registry.internal.example.com, not w"),
            ("expired.example.com/public/web:1.0.0", "current time 2025-11-21T04:40:00Z is after 2025-06-30T00:00:00Z"),
            ("silent.example.com/public/web:1.0.0", ":443: i/o timeout"),
            ("busy.example.com/public/web:1.0.0", "429 Too Many Requests: toomanyrequests: "),
            ("100.100.100.200/latest/meta-data", "dial tcp 100.100.100.200:443: i/o timeout"),
        ],
    )  # fmt: skip
    def test_a_pull_fails_in_the_words_of_the_runtime(self, image: str, text: str) -> None:
        assert text in pull(image).error

    def test_an_expired_certificate_has_expired_for_a_clock_that_was_never_set(self) -> None:
        assert "x509: certificate has expired" in pull("expired.example.com/public/web:1.0.0", now=0.0).error

    def test_a_moved_image_is_pulled_from_the_new_host(self) -> None:
        moved = pull("moved.example.com/public/web:1.0.0")
        assert (moved.error, moved.digest) == ("", pull("open.example.com/public/web:1.0.0").digest)


class TestReach:
    @pytest.mark.parametrize(
        ("host", "contact", "scheme"),
        [
            ("registry.example.com", "answers", "https"),
            ("Registry.Example.com:443", "answers", "https"),
            ("registry-1.docker.io", "answers", "https"),
            ("docker.io", "answers", "https"),
            ("auth.docker.io", "answers", "https"),
            ("dockerauth.cn-hangzhou.aliyuncs.com", "answers", "https"),
            ("dockerauth-ee.cn-hangzhou.aliyuncs.com", "answers", "https"),
            ("plain.example.com:5000", "answers", "http"),
            ("plain.example.com", "refused", None),
            ("registry.example.com:5000", "refused", None),
            ("silent.example.com", "silent", "https"),
            ("moved.example.com", "answers", "https"),
            ("nowhere.example.com", "unknown", None),
            ("registry-vpc.cn-hangzhou.aliyuncs.com", "unknown", None),
            ("dockerauth-vpc.cn-hangzhou.aliyuncs.com", "unknown", None),
            ("", "unknown", None),
        ],
    )
    def test_tells_what_becomes_of_a_connection(self, host: str, contact: str, scheme: str | None) -> None:
        assert (contact_of(CATALOG, host), scheme_of(CATALOG, host)) == (contact, scheme)

    @pytest.mark.parametrize(
        ("host", "problem", "issuer"),
        [
            ("selfsigned.example.com", "not_trusted", "CN=selfsigned.example.com,O=Example Works"),
            ("wrongname.example.com", "wrong_name", "CN=Example Trust R3,O=Example Trust"),
            ("expired.example.com", "expired", "CN=Example Trust R3,O=Example Trust"),
        ],
    )
    def test_shows_a_bad_certificate(self, host: str, problem: str, issuer: str) -> None:
        shown = certificate_of(CATALOG, host)
        assert shown is not None
        assert (shown["problem"], shown["issuer"], len(shown["sha256_fingerprint"])) == (problem, issuer, 64)
        assert (host in shown["names"]) == (problem != "wrong_name")
        assert (shown["not_after"] < "2025-11") == (problem == "expired")

    @pytest.mark.parametrize("host", ["open.example.com", "plain.example.com:5000", "nowhere.example.com"])
    def test_shows_no_other_certificate(self, host: str) -> None:
        assert certificate_of(CATALOG, host) is None

    def test_fingerprints_differ(self) -> None:
        hosts = ("selfsigned.example.com", "wrongname.example.com", "expired.example.com")
        shown = [certificate_of(CATALOG, host) for host in hosts]
        assert len({item["sha256_fingerprint"] for item in shown if item}) == 3


class TestStandalone:
    def get(self, host: str, path: str, query: str = "", method: str = "GET") -> tuple[str, Any]:
        app = make_app(state=None, keys=FixedKeys({}), clock=lambda: NOW, catalog=CATALOG)
        environ = {
            "REQUEST_METHOD": method,
            "HTTP_HOST": host,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(),
        }
        answered: list[Any] = []
        body = b"".join(app(environ, lambda status, headers: answered.extend((status, headers))))
        app.store.close()
        return answered[0], json.loads(body) if body else None

    def test_serves_registries_by_host(self) -> None:
        status, index = self.get("open.example.com", "/v2/public/web/manifests/1.0.0")
        assert (status, index["schemaVersion"]) == ("200 OK", 2)
        assert self.get("registry.example.com", "/v2/")[0] == "401 Unauthorized"
        assert self.get("open.example.com", "/v2/public/web/manifests/1.0.0", method="HEAD") == ("200 OK", None)

    def test_serves_their_token_servers(self) -> None:
        status, given = self.get("auth.docker.io", "/token", "service=registry.docker.io")
        assert (status, given["expires_in"]) == ("200 OK", 300)

    def test_still_serves_docker_hub_s_catalogue_and_the_cloud(self) -> None:
        for host in ("127.0.0.1:8099", "hub.docker.com"):
            status, page = self.get(host, "/v2/repositories/library/", "page_size=1")
            assert (status, page["results"][0]["name"]) == ("200 OK", "nginx")
        assert self.get("127.0.0.1:8099", "/tokens")[1]["Code"]

    def test_an_unknown_host_has_no_registry(self) -> None:
        status, refused = self.get("127.0.0.1:8099", "/v2/")
        assert (status, refused["errors"][0]["code"]) == ("421 Misdirected Request", "UNSUPPORTED")
