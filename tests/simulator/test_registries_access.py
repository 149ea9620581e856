"""Log-in: Basic, challenges, tokens and their scope and expiry, and who may read what."""

import pytest

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.container_registry import TEMPORARY_USER
from tests.simulator.calls import NOW
from tests.simulator.registry_calls import Http, basic

CATALOG = Catalog.load()
DEMO, VIEWER, WRONG = ("demo", "demo-password"), ("viewer", "viewer-password"), ("demo", "not-the-password")
PARTNER = ("partner", "partner-password")
NGINX = "/v2/library/nginx/manifests/latest"
HUB = "registry-1.docker.io"


@pytest.fixture
def http() -> Http:
    return Http(CATALOG)


class TestBasic:
    @pytest.mark.parametrize("host", ["registry.example.com", "selfsigned.example.com"])
    @pytest.mark.parametrize("path", ["/v2/", "/v2/no/such/manifests/1"])
    def test_everything_is_behind_the_log_in(self, http: Http, host: str, path: str) -> None:
        refused = http.send(host, path)
        assert (refused.status, refused.code) == (401, "UNAUTHORIZED")
        assert refused.headers["WWW-Authenticate"] == f'Basic realm="{host}"'

    def test_the_right_password_opens_and_the_wrong_one_does_not(self, http: Http) -> None:
        path = "/v2/team/api/manifests/1.4.2"
        assert http.send("registry.example.com", path, authorization=basic(DEMO)).status == 200
        refused = http.send("registry.example.com", path, authorization=basic(WRONG))
        assert (refused.status, refused.json["errors"][0]["message"]) == (401, "incorrect username or password")

    def test_who_may_not_read_a_repository_is_denied(self, http: Http) -> None:
        path = "/v2/billing/payments/manifests/3.1.0"
        refused = http.send("registry.example.com", path, authorization=basic(VIEWER))
        assert (refused.status, refused.code) == (403, "DENIED")
        assert http.send("registry.example.com", path, authorization=basic(DEMO)).status == 200

    @pytest.mark.parametrize(
        "authorization", ["Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Basic /////w==", "Bearer x", "Digest a=b"]
    )
    def test_what_is_no_basic_log_in_is_asked_again(self, http: Http, authorization: str) -> None:
        refused = http.send("registry.example.com", "/v2/", authorization=authorization)
        assert (refused.status, refused.json["errors"][0]["message"]) == (401, "authentication required")

    def test_an_open_registry_does_not_mind_a_log_in(self, http: Http) -> None:
        path = "/v2/lab/web/manifests/1.0.0"
        assert http.send("plain.example.com:5000", path, authorization=basic(("any", "thing"))).status == 200


class TestChallenges:
    @pytest.mark.parametrize(
        ("host", "path", "realm", "service"),
        [
            (HUB, "library/nginx", "https://auth.docker.io/token", "registry.docker.io"),
            ("ghcr.io", "open-webui/open-webui", "https://ghcr.io/token", "ghcr.io"),
            ("quay.io", "prometheus/prometheus", "https://quay.io/v2/auth", "quay.io"),
            ("harbor.example.com", "shop/cart", "https://harbor.example.com/service/token", "harbor-registry"),
            (
                "registry.cn-shanghai.aliyuncs.com",
                "acme-sh/invoice-api",
                "https://dockerauth.cn-shanghai.aliyuncs.com/auth",
                "registry.aliyuncs.com:cn-shanghai:26842",
            ),
            (
                "acme-registry.cn-hangzhou.cr.aliyuncs.com",
                "platform/gateway",
                "https://dockerauth-ee.cn-hangzhou.aliyuncs.com/auth",
                "registry.aliyuncs.com:cn-hangzhou:china:cri-simacmehz01",
            ),
            (
                "images.example.com",
                "platform/gateway",
                "https://images.example.com/auth",
                "registry.aliyuncs.com:cn-hangzhou:china:cri-simacmehz01",
            ),
        ],
    )
    def test_name_the_token_server_and_the_scope(
        self, http: Http, host: str, path: str, realm: str, service: str
    ) -> None:
        bare = http.send(host, "/v2/")
        assert bare.challenge == {"realm": realm, "service": service}
        refused = http.send(host, f"/v2/{path}/manifests/latest")
        assert (refused.status, refused.code) == (401, "UNAUTHORIZED")
        assert refused.challenge == {"realm": realm, "service": service, "scope": f"repository:{path}:pull"}

    def test_basic_is_no_answer_to_a_bearer_challenge(self, http: Http) -> None:
        assert http.send("harbor.example.com", "/v2/", authorization=basic(DEMO)).status == 401


class TestTokens:
    def token(self, http: Http, host: str, path: str, login: tuple[str, str] | None = None) -> str:
        given = http.token(http.send(host, path).challenge, login)
        assert given.status == 200
        token: str = given.json["token"]
        return f"Bearer {token}"

    def test_come_with_their_lifetime_and_are_not_cached(self, http: Http) -> None:
        given = http.token(http.send(HUB, NGINX).challenge)
        assert given.json["token"] == given.json["access_token"]
        assert (given.json["expires_in"], given.json["issued_at"]) == (300, "2025-11-21T04:40:00Z")
        assert given.headers["Cache-Control"] == "no-store"

    def test_open_the_registry_until_they_expire(self, http: Http) -> None:
        token = self.token(http, HUB, NGINX)
        http.now += 299
        assert http.send(HUB, NGINX, authorization=token).status == 200
        http.now += 1
        refused = http.send(HUB, NGINX, authorization=token)
        assert (refused.status, refused.challenge["error"]) == (401, "invalid_token")

    def test_open_the_bare_registry_too(self, http: Http) -> None:
        assert http.send(HUB, "/v2/", authorization=self.token(http, HUB, "/v2/")).status == 200

    def test_are_good_for_the_repositories_of_their_scope_only(self, http: Http) -> None:
        token = self.token(http, HUB, NGINX)
        refused = http.send(HUB, "/v2/library/redis/manifests/latest", authorization=token)
        assert (refused.status, refused.challenge["error"]) == (401, "insufficient_scope")
        assert refused.challenge["scope"] == "repository:library/redis:pull"

    def test_are_good_for_their_registry_only(self, http: Http) -> None:
        token = self.token(http, "ghcr.io", "/v2/open-webui/open-webui/manifests/main")
        assert http.send("quay.io", "/v2/", authorization=token).challenge["error"] == "invalid_token"

    def test_are_accepted_by_another_process(self, http: Http) -> None:
        token = self.token(http, HUB, NGINX)
        assert Http(Catalog.load(extra_repositories=1)).send(HUB, NGINX, authorization=token).status == 200

    def test_that_were_changed_are_refused(self, http: Http) -> None:
        kind, _, text = self.token(http, HUB, NGINX).partition(" ")
        payload, _, proof = text.partition(".")
        other = self.token(http, HUB, "/v2/library/redis/manifests/latest").partition(" ")[2].partition(".")[0]
        for forged in (
            "",
            ".",
            payload,
            f"{payload}.",
            f"{payload}.x{proof[1:]}",
            f"{other}.{proof}",
            "ü.ü",
            "a" * 9000,
        ):
            refused = http.send(HUB, NGINX, authorization=f"{kind} {forged}")
            assert refused.challenge["error"] == "invalid_token"

    def test_several_scopes_are_answered_together(self, http: Http) -> None:
        query = (
            "service=registry.docker.io&scope=repository:library/nginx:pull,push"
            "&scope=repository:library/redis:pull%20repository:acme/private-api:pull&scope=registry:catalog:*"
        )
        token = f"Bearer {http.send('auth.docker.io', '/token', query).json['token']}"
        for name, status in (("library/nginx", 200), ("library/redis", 200), ("acme/private-api", 401)):
            assert http.send(HUB, f"/v2/{name}/tags/list", authorization=token).status == status

    @pytest.mark.parametrize("query", ["", "service=", "service=ghcr.io", "scope=repository:library/nginx:pull"])
    def test_are_not_given_for_a_registry_that_the_server_does_not_know(self, http: Http, query: str) -> None:
        assert http.send("auth.docker.io", "/token", query).status == 400

    @pytest.mark.parametrize("host", ["harbor.example.com", "registry-1.docker.io", "images.example.com"])
    def test_a_wrong_password_is_refused_by_the_token_server(self, http: Http, host: str) -> None:
        refused = http.token(http.send(host, "/v2/").challenge, WRONG)
        assert (refused.status, refused.code) == (401, "UNAUTHORIZED")
        assert refused.json["errors"][0]["message"] == "incorrect username or password"

    def test_a_wrong_password_is_refused_for_a_public_image_too(self, http: Http) -> None:
        assert http.image("nginx", WRONG).status == 401


class TestWhoMayRead:
    @pytest.mark.parametrize(
        ("image", "login", "status"),
        [
            ("nginx:1.29", None, 200),
            ("nginx:1.29", VIEWER, 200),
            ("acme/private-api:1.0.1", None, 401),
            ("acme/private-api:1.0.1", DEMO, 200),
            ("acme/private-api:1.0.1", VIEWER, 401),
            ("no-such-image", DEMO, 401),
            ("harbor.example.com/shop/cart:1.8.0", None, 401),
            ("harbor.example.com/shop/cart:1.8.0", VIEWER, 200),
            ("harbor.example.com/finance/ledger:2.0.1", None, 401),
            ("harbor.example.com/finance/ledger:2.0.1", VIEWER, 403),
            ("harbor.example.com/finance/ledger:2.0.1", DEMO, 200),
            ("harbor.example.com/shop/carts:1.8.0", None, 401),
            ("harbor.example.com/shop/carts:1.8.0", DEMO, 404),
            ("registry.cn-hangzhou.aliyuncs.com/eci_open/nginx:1.14.2", None, 200),
            ("registry.cn-hangzhou.aliyuncs.com/acme-public/hello-eci:1.1.0", None, 200),
            ("registry.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0", None, 401),
            ("registry.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0", DEMO, 200),
            ("registry.cn-hangzhou.aliyuncs.com/acme/order-api:1.12.0", PARTNER, 401),
            ("registry.cn-hangzhou.aliyuncs.com/partner/rates:5.1.0", PARTNER, 200),
            ("registry.cn-hangzhou.aliyuncs.com/acme/nothing:1", DEMO, 401),
            ("acme-registry.cn-hangzhou.cr.aliyuncs.com/platform/gateway:4.8.0", DEMO, 200),
            ("acme-registry.cn-hangzhou.cr.aliyuncs.com/platform/gateway:4.8.0", PARTNER, 401),
            ("acme-registry.cn-hangzhou.cr.aliyuncs.com/platform/nothing:1", None, 401),
            ("acme-registry.cn-hangzhou.cr.aliyuncs.com/platform/nothing:1", DEMO, 404),
            ("images.example.com/base/python-runtime:3.13", None, 200),
            ("images.example.com/platform/gateway:4.8.0", DEMO, 200),
            ("crpi-simacme0001.cn-hangzhou.personal.cr.aliyuncs.com/acme-lab/open-data:1.0.0", None, 401),
            ("crpi-simacme0001.cn-hangzhou.personal.cr.aliyuncs.com/acme-lab/open-data:1.0.0", PARTNER, 200),
            ("crpi-simacme0001.cn-hangzhou.personal.cr.aliyuncs.com/acme-lab/notebook:2025.11", DEMO, 200),
            ("registry.k8s.io/pause:3.10", None, 200),
            ("busy.example.com/public/web:1.0.0", DEMO, 200),
        ],
    )  # fmt: skip
    def test_is_decided_by_log_in_and_repository(
        self, http: Http, image: str, login: tuple[str, str] | None, status: int
    ) -> None:
        assert http.image(image, login).status == status

    def test_a_temporary_log_in_of_container_registry_works_until_it_expires(self, http: Http) -> None:
        password = CATALOG.container_registry.accounts[0].temporary_password(int(NOW) + 60)
        image = "images.example.com/platform/gateway:4.8.0"
        assert http.image(image, (TEMPORARY_USER, password)).status == 200
        http.now += 61
        assert http.image(image, (TEMPORARY_USER, password)).status == 401

    def test_a_busy_registry_tells_strangers_when_to_come_back(self, http: Http) -> None:
        refused = http.image("busy.example.com/public/web:1.0.0")
        assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "TOOMANYREQUESTS", "30")

    def test_no_answer_repeats_a_password(self, http: Http) -> None:
        for image in ("registry.example.com/team/api:1", "harbor.example.com/shop/cart:1", "nginx"):
            answer = http.image(image, ("demo", "canary-password"))
            assert "canary" not in f"{answer.headers} {answer.body!r}"
