"""Compose files in the style of popular projects, and what is asked of every file."""

import contextlib
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consoleapp.domain.probe import Probe
from consoleapp.domain.schema import check
from consoleapp.domain.secret import Secret
from consoleapp.domain.validation import Problems
from consoleapp.domain.volume import ConfigFileVolume
from consoleapp.languages.imports import compose, compose_keys
from consoleapp.languages.imports.compose_parts import UNKNOWN
from consoleapp.languages.imports.imported import Imported, NotReadable
from consoleapp.languages.imports.sources import recognize
from consoleapp.languages.imports.yaml_tree import Listed, Mapped, documents

SEEDS = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "compose").glob("*.yaml"))}
# The keys of a service in the schema of the Compose specification.
_KEYS = """
    annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count
    cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on
    deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file environment expose
    extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc isolation label_file labels
    links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks
    oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider
    pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt shm_size stdin_open
    stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes
    volumes_from working_dir
"""
KEYS = frozenset(_KEYS.split())
INNER = frozenset(
    [
        "target",
        "source",
        "type",
        "condition",
        "test",
        "limits",
        "resources",
        "memory",
        "content",
        "file",
        "environment",
        "path",
        "count",
        "devices",
    ]
)


def _read(name: str, *chosen: str) -> Imported:
    return compose.read(SEEDS[name], chosen or None)


def _of(text: str) -> Imported:
    return compose.read(text, None)


def _short(container: Any) -> tuple[Any, ...]:
    """Return image, variables (* for a secret), ports, mounts and command."""
    variables = [f"{each.key}{'*' if isinstance(each.value, Secret) else ''}" for each in container.environment_vars]
    ports = [f"{each.port}{'/udp' if each.protocol == 'UDP' else ''}" for each in container.ports]
    mounts = [f"{each.name}:{each.mount_path}{':ro' if each.read_only else ''}" for each in container.volume_mounts]
    command = [*container.commands, *container.args]
    return container.image, *(" ".join(each) for each in (variables, ports, mounts)), command


def _subjects(imported: Imported) -> set[str]:
    return {note.subject.removeprefix("services.") for note in imported.left_out}


_PROMETHEUS = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
_MYSQL = ["--default-authentication-plugin=mysql_native_password", "--max_connections", "200"]
_SIP = "3000 3001 3002 8080 8081 6060/udp 22 53/udp 8443"
TAKEN: dict[str, dict[str, tuple[Any, ...]]] = {
    "wordpress": {
        "db": ("mysql:8.0", "MYSQL_ROOT_PASSWORD* MYSQL_DATABASE", "3306 33060", "db-data:/var/lib/mysql", _MYSQL),
        "wordpress": (
            "wordpress:latest",
            "WORDPRESS_DB_HOST WORDPRESS_DB_PASSWORD* WORDPRESS_DEBUG",
            "80",
            "wordpress-data:/var/www/html",
            [],
        ),
    },
    "monitoring": {
        "prometheus": (
            "prom/prometheus:v2.53.0",
            "",
            "9090",
            "config-files:/etc/prometheus/prometheus.yml:ro prometheus-data:/prometheus",
            _PROMETHEUS,
        ),
        "node-exporter": ("prom/node-exporter:v1.8.1", "", "9100", "", []),
        "grafana": (
            "grafana/grafana:11.1.0",
            "GF_SECURITY_ADMIN_USER GF_SECURITY_ADMIN_PASSWORD*",
            "3000",
            "grafana-data:/var/lib/grafana",
            [],
        ),
    },
    "gitea": {
        "server": ("docker.io/gitea/gitea:1.22", "USER_UID GITEA__database__PASSWD*", "3000 22", "data:/data", []),
    },
    "nextcloud": {
        "db": ("mariadb:11", "MARIADB_PASSWORD*", "", "", []),
        "redis": ("redis:alpine", "", "", "data:/data", []),
        "app": ("nextcloud:apache", "REDIS_HOST PHP_MEMORY_LIMIT", "80", "nextcloud:/var/www/html", []),
    },
    "traefik": {
        "reverse-proxy": ("traefik:v3.1", "", "80 443 443/udp 8080", "", ["--api.insecure=true", "--providers.docker"]),
        "whoami": ("traefik/whoami", "", "", "", []),
    },
    "build": {
        "web": ("", "", "", "", ["npm", "run", "start server"]),
        "worker": ("registry.example.com/team/worker:2", "", "", "", []),
    },
    "conditions": {
        "api": ("registry.example.com/team/api:1.4", "", "", "", []),
        "db": ("postgres:16", "POSTGRES_USER POSTGRES_PASSWORD_FILE*", "", "", []),
        "migrate": ("registry.example.com/team/api:1.4", "", "", "", ["migrate"]),
        "silent": ("busybox", "", "", "", []),
        "assets": ("registry.example.com/team/assets:1", "", "", "", []),
    },
    "configs": {
        "web": (
            "nginx:1.27",
            "",
            "",
            "config-files:/etc/nginx/conf.d/site.conf:ro config-files:/robots:ro config-files:/run/secrets/token:ro "
            "config-files:/run/secrets/tls.pem:ro config-files:/run/secrets/elsewhere:ro",
            [],
        ),
    },
    "merges": {
        "one": ("registry.example.com/team/app:3", "A B", "", "", []),
        "two": ("registry.example.com/team/app:3", "C", "", "", []),
        "three": ("busybox:1.36", "B A", "", "", []),
    },
    "elasticsearch": {
        "es01": (
            "docker.elastic.co/elasticsearch/elasticsearch:8.15.0",
            "ELASTIC_PASSWORD* ES_JAVA_OPTS",
            "9200",
            "dev-shm:/dev/shm",
            [],
        ),
    },
    "ports": {
        "sip": ("registry.example.com/voice/sip:1", "", _SIP, "", []),
        "twin": ("registry.example.com/voice/twin:1", "", "8080 4000/udp 4001/udp", "", []),
    },
    "old": {
        "web": ("", "", "5000", "", []),
        "redis": ("redis", "", "", "", []),
        "my-db": ("postgres:9.6", "", "", "", []),
    },
    "variables": {
        "app": (
            "registry.example.com/team/app:",
            "HOME_DIR API_KEY* GREETING BROKEN ENABLED CODE",
            "",
            "data:/data",
            ["serve", "--port"],
        ),
    },
    "deploy": {
        "model": ("registry.example.com/ml/model:5", "", "", "", []),
        "helper": ("registry.example.com/ml/helper:5", "", "", "", []),
    },
    "network": {
        "vpn": ("registry.example.com/net/vpn:2", "", "", "", ["/bin/sh", "-c"]),
        "client": ("registry.example.com/net/client:2", "", "", "data:/data:ro cache:/cache site:/site", []),
    },
    "all-profiles": {"debug": ("busybox:1.36", "", "", "", [])},
}
LEFT_OUT = {
    "wordpress": {"version", "wordpress.depends_on: db"},
    "monitoring": {
        "x-common",
        "x-limits",
        "prometheus.logging",
        "node-exporter.logging",
        "grafana.logging",
        "node-exporter.pid",
        "node-exporter.volumes: /proc:/host/proc:ro",
        "node-exporter.volumes: /:/rootfs:ro",
    },
    "gitea": {
        "networks",
        "server.container_name",
        "server.networks",
        "server.volumes: /etc/timezone:/etc/timezone:ro",
        "server.volumes: /etc/localtime:/etc/localtime:ro",
    },
    "nextcloud": {"app.links: db", "app.links: redis", "volumes.nextcloud"},
    "traefik": {
        "reverse-proxy.volumes: /var/run/docker.sock:/var/run/docker.sock:ro",
        "reverse-proxy.security_opt",
        "reverse-proxy.cap_drop",
        "whoami.labels",
        "whoami.scale",
    },
    "build": {"web.build", "web.develop", "web.env_file", "worker.build", "worker.ulimits"},
    "conditions": {
        "api.depends_on: db",
        "api.depends_on: migrate",
        "api.depends_on.db.restart",
        "api.restart",
        "api.healthcheck.start_interval",
        "migrate.depends_on: db",
        "assets.user",
        "assets.tty",
        "silent.healthcheck",
    },
    "configs": {"web.configs.mode", "web.secrets.uid", "configs.unused", "secrets.elsewhere.external"},
    "merges": {"x-base", "x-more", "one.ports", "two.x-note", "three.extends"},
    "elasticsearch": {"es01.environment.node.name", "es01.environment.discovery.type", "es01.ulimits"},
    "ports": {
        "sip.ports.mode",
        "sip.ports.name",
        "sip.ports.app_protocol",
        "sip.ports: 7000:70000",
        "sip.ports: ::1:9000:9000/sctp",
        "twin.restart",
    },
    "old": {
        "web.build",
        "web.links: redis",
        "web.links: my_db",
        "web.net",
        "my_db",
        "my_db.cpu_shares",
        "my_db.volumes_from",
        "leftover",
    },
    "variables": {"include"},
    "deploy": {
        "model.deploy.mode",
        "model.deploy.replicas",
        "model.deploy.labels",
        "model.deploy.resources.limits.pids",
        "model.deploy.resources.reservations.memory",
        "model.deploy.resources.reservations.devices.driver",
        "model.deploy.resources.reservations.devices.capabilities",
        "model.deploy.restart_policy.delay",
        "model.deploy.restart_policy.max_attempts",
        "model.deploy.placement",
        "model.deploy.update_config",
        "helper.user",
    },
    "network": {
        "vpn.domainname",
        "vpn.network_mode",
        "vpn.devices",
        "vpn.extra_hosts: host.docker.internal",
        "vpn.post_start.user",
        "vpn.post_start",
        "vpn.command",
        "client.hostname: other",
        "client.networks",
        "client.networks.front.ipv4_address",
        "client.volumes: x:/y",
        "client.volumes.type",
        "client.volumes.volume.nocopy",
        "client.volumes.tmpfs.mode",
        "client.volumes.bind.propagation",
        "client.made_up",
        "volumes.data",
    },
    "all-profiles": {"debug.command", "debug.init"},
}


@pytest.mark.parametrize("name", SEEDS)
def test_takes_images_variables_ports_mounts_and_commands(name: str) -> None:
    spec = _read(name).spec
    assert {each.name: _short(each) for _path, each in spec.all_containers} == TAKEN[name]


@pytest.mark.parametrize("name", SEEDS)
def test_names_what_is_left_out(name: str) -> None:
    assert _subjects(_read(name)) == LEFT_OUT[name]


@pytest.mark.parametrize("name", SEEDS)
def test_every_sentence_can_be_shown(name: str) -> None:
    imported = _read(name)
    for note in (*imported.changed, *imported.left_out):
        assert note.says.format(**note.params)


@pytest.mark.parametrize("name", SEEDS)
def test_is_recognized(name: str) -> None:
    source = recognize(SEEDS[name])
    assert source is not None
    assert source.word == "compose"


@pytest.mark.parametrize("name", sorted(SEEDS.keys() - {"build", "old", "variables"}))
def test_nothing_but_the_region_is_missing(name: str) -> None:
    problems = Problems()
    check(_read(name).spec, problems, deep=True)
    empty_files = [error for error in problems.errors if not error.path.endswith(".content")]
    assert [error.path for error in empty_files] == ["region_id"]


# --- nothing is dropped in silence

# What says nothing but what holds anyway, so that it makes no difference.
_NO_DIFFERENCE = {("restart", "no"), ("read_only", "false"), ("condition", "service_started"), ("type", "volume")}


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the collection and key or position of every value below."""
    keys = list(tree) if isinstance(tree, Mapped) else range(len(tree)) if isinstance(tree, Listed) else []
    for key in keys:
        yield tree, key
        yield from _places(tree[key])


def _separate(tree: Any) -> Any:
    """Return a copy in which nothing stands for two aliases."""
    if isinstance(tree, Mapped):
        made = copy.copy(tree)
        made.update({key: _separate(value) for key, value in tree.items()})
        return made
    if isinstance(tree, Listed):
        listed = Listed(tree.line, tree.tag)
        listed += [_separate(each) for each in tree]
        return listed
    return tree


def _outcome(tree: Any, chosen: set[str]) -> Any:
    imported = compose.imported(tree, chosen)
    notes = [
        sorted((note.subject, note.says, str(dict(note.params))) for note in notes)
        for notes in (imported.changed, imported.left_out)
    ]
    return imported.spec, notes


@pytest.mark.parametrize("name", sorted(SEEDS.keys() - {"old"}))
def test_nothing_in_a_service_is_dropped_in_silence(name: str) -> None:
    [root] = documents(SEEDS[name])
    services = set(root["services"])
    whole = _outcome(_separate(root), services)
    for number, (above, key) in enumerate(_places(_separate(root)["services"])):
        value = above[key]
        if (key, str(value)) in _NO_DIFFERENCE or key in ("profiles", "debug"):
            continue
        changed = _separate(root)
        where, place = list(_places(changed["services"]))[number]
        if _is_below_untaken(changed["services"], where):
            continue
        del where[place]
        if changed["services"]:
            assert _outcome(changed, services) != whole, (key, value)


# Named as a whole: what stands below them is not looked at.
_WHOLE = {
    "build", "cap_drop", "capabilities", "develop", "devices", "labels", "logging", "placement", "security_opt",
    "ulimits", "update_config", "volumes_from", "extends", "env_file", "profiles",
    "networks", "post_start",
}  # fmt: skip


def _is_below_untaken(services: Any, where: Any) -> bool:
    def below(tree: Any, is_inside: bool) -> bool:
        if tree is where:
            return is_inside
        items = tree.items() if isinstance(tree, Mapped) else enumerate(tree) if isinstance(tree, Listed) else ()
        return any(below(value, is_inside or key in _WHOLE) for key, value in items)

    return below(services, False)


# --- keys


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_of_a_service_is_known(key: str) -> None:
    """A value of a shape that no key has is named, and never as a key that nobody knows."""
    imported = _of(f"services: {{web: {{image: nginx, {key}: [[1]]}}}}".replace("image: nginx, image", "image"))
    assert not [note for note in imported.left_out if note.says == UNKNOWN]
    assert key == "profiles" or [note for note in imported.left_out if note.subject.startswith(f"services.web.{key}")]


def test_the_table_names_no_other_keys() -> None:
    assert compose_keys.SERVICE.keys() <= KEYS
    assert len(KEYS) == 92


def test_an_unknown_key_is_named() -> None:
    imported = _of("services: {web: {image: nginx, invented: 1, x-mine: 2}}\nx-top: 3\nother: 4")
    assert _subjects(imported) == {"web.invented", "web.x-mine", "x-top", "other"}


# --- choices


def test_services_of_a_profile_are_off_at_first() -> None:
    imported = _read("nextcloud")
    assert [(each.key, each.is_chosen) for each in imported.choices] == [
        ("db", True),
        ("redis", True),
        ("app", True),
        ("cron", False),
    ]
    assert imported.takes_several
    assert [each.name for each in _read("nextcloud", "cron", "db").spec.containers] == ["db", "cron"]


def test_a_choice_that_the_file_lacks_is_none() -> None:
    assert compose.read(SEEDS["gitea"], ["elsewhere"]).spec.containers == ()


def test_a_service_alone_has_no_aliases_and_no_other_to_wait_for() -> None:
    imported = _read("wordpress", "wordpress")
    assert imported.spec.host_aliases == ()
    assert "wordpress.depends_on: db" in _subjects(imported)


# --- the group


def test_services_reach_each_other_by_their_names() -> None:
    [own] = _read("nextcloud").spec.host_aliases
    assert (own.ip, own.host_names) == ("127.0.0.1", ("db", "redis", "app", "database"))
    assert [(each.ip, each.host_names) for each in _read("network").spec.host_aliases] == [
        ("127.0.0.1", ("vpn", "client", "www.example.com")),
        ("10.0.0.8", ("api.example.com",)),
        ("::1", ("six.example.com",)),
        ("10.0.0.9", ("db.example.com",)),
    ]


def test_who_is_waited_for_becomes_an_init_container_unless_it_needs_one_that_runs() -> None:
    spec = _read("conditions").spec
    assert [each.name for each in spec.init_containers] == ["assets"]
    assert [each.name for each in spec.containers] == ["api", "db", "migrate", "silent"]
    assert spec.init_containers[0].security_context.run_as_user == 1337
    assert spec.init_containers[0].security_context.run_as_group is None


def test_init_containers_run_in_the_order_of_their_needs() -> None:
    wait = "{condition: service_completed_successfully}"
    spec = _of(
        f"services: {{a: {{image: a, depends_on: {{c: {wait}}}}}, c: {{image: c, depends_on: {{b: {wait}}}}},"
        f" b: {{image: b}}}}"
    ).spec
    assert [each.name for each in spec.init_containers] == ["b", "c"]


def test_services_that_wait_for_each_other_run_beside_each_other() -> None:
    wait = "{condition: service_completed_successfully}"
    spec = _of(
        f"services: {{a: {{image: a, depends_on: {{b: {wait}}}}}, b: {{image: b, depends_on: {{a: {wait}}}}}}}"
    ).spec
    assert len(spec.containers) == 2


@pytest.mark.parametrize(
    ("name", "policy"),
    [("wordpress", "Always"), ("conditions", "OnFailure"), ("build", "Never"), ("nextcloud", "Always")],
)
def test_the_strictest_restart_policy_counts(name: str, policy: str) -> None:
    assert _read(name).spec.restart_policy == policy


def test_the_strictest_restart_policy_counts_wherever_it_stands() -> None:
    services = "{a: {image: a, restart: on-failure}, b: {image: b, restart: always}, c: {image: c}}"
    assert _of(f"services: {services}").spec.restart_policy == "Always"


def test_differing_restart_policies_are_said() -> None:
    assert "services.redis.restart" in {note.subject for note in _read("nextcloud").changed}


def test_a_clash_of_ports_is_said() -> None:
    [note] = [note for note in _read("ports").changed if note.subject == "services.twin.ports"]
    assert note.params == {"other": "sip", "port": 8080}


@pytest.mark.parametrize(
    ("name", "cpu", "memory_gib"),
    [("monitoring", "2", "2"), ("deploy", "8", "4"), ("elasticsearch", "2", "1"), ("gitea", "None", "None")],
)
def test_the_size_is_the_sum_rounded_up_to_a_sold_one(name: str, cpu: str, memory_gib: str) -> None:
    spec = _read(name).spec
    assert (str(spec.cpu), str(spec.memory_gib)) == (cpu, memory_gib)


def test_what_the_group_has_once() -> None:
    spec = _read("network").spec
    assert (spec.host_name, spec.dns_policy, spec.dns_config.name_servers) == ("tunnel", "None", ("10.0.0.53",))
    assert spec.dns_config.searches == ("corp.example.com",)
    assert [(each.name, each.value) for each in spec.dns_config.options] == [("ndots", "2"), ("rotate", "")]
    assert _read("conditions").spec.termination_grace_period_seconds == 60
    assert _read("deploy").spec.cpu_architecture == "ARM64"
    assert [each.value for each in _read("elasticsearch").spec.sysctls] == ["262144"]
    assert [_read(name).spec.container_group_name for name in ("wordpress", "variables", "gitea")] == [
        "my-blog",
        "shop",
        "server",
    ]


# --- one container


def test_a_check_becomes_a_readiness_probe() -> None:
    api, db, _migrate, silent = _read("conditions").spec.containers
    assert api.readiness_probe == Probe(
        exec_commands=("/bin/sh", "-c", "curl -f http://localhost/health || exit 1"),
        initial_delay_seconds=1,
        period_seconds=90,
        timeout_seconds=10,
        failure_threshold=5,
    )
    assert db.readiness_probe is not None
    assert db.readiness_probe.exec_commands[-1] == "pg_isready -U $POSTGRES_USER"
    assert silent.readiness_probe is None
    assert _read("elasticsearch").spec.containers[0].readiness_probe == Probe(
        exec_commands=("curl", "-s", "http://localhost:9200")
    )


def test_rights_cards_sizes_and_hooks() -> None:
    proxy = _read("traefik").spec.containers[0].security_context
    assert (proxy.capabilities_add, proxy.read_only_root_filesystem) == (("NET_BIND_SERVICE", "CHOWN"), True)
    model, helper = _read("deploy").spec.containers
    assert (str(model.cpu), str(model.memory_gib), model.gpu) == ("1.5", "1.5", 2)
    assert (str(helper.memory_gib), helper.gpu, helper.security_context.privileged) == ("0.292969", 1, True)
    assert _read("monitoring").spec.containers[2].security_context.run_as_user == 472
    vpn = _read("network").spec.containers[0]
    assert vpn.lifecycle_post_start is not None
    assert vpn.lifecycle_pre_stop is not None
    assert vpn.lifecycle_post_start.exec_commands == ("./up.sh", "--now")
    assert vpn.lifecycle_pre_stop.exec_commands == ("./down.sh",)
    web, worker = _read("build").spec.containers
    assert (web.stdin, web.tty, web.working_dir, worker.image_pull_policy) == (True, True, "/src", "Always")


def _values(name: str) -> dict[str, str]:
    [container] = _read(name).spec.containers
    return {
        each.key: each.value.reveal() if isinstance(each.value, Secret) else str(each.value)
        for each in container.environment_vars
    }


def test_values_keep_their_written_form() -> None:
    assert _values("variables") == {
        "HOME_DIR": "$HOME",
        "API_KEY": "",
        "GREETING": "hello world!",
        "BROKEN": "${not closed",
        "ENABLED": "TRUE",
        "CODE": "0777",
    }


def test_texts_of_configs_are_taken_and_others_asked_for() -> None:
    [volume] = _read("configs").spec.volumes
    assert isinstance(volume, ConfigFileVolume)
    texts = {each.path: each.content.reveal() for each in volume.config_files}
    assert texts == {
        "site.conf": "server { listen 80; server_name example.com; set $x 1; }\n",
        "robots": "",
        "token": "",
        "tls.pem": "",
        "elsewhere": "",
    }
    subjects = {note.subject for note in _read("configs").changed}
    assert "services.web.configs: robots" in subjects
    assert "services.web.configs: site" not in subjects


def test_a_volume_that_two_services_share_is_one() -> None:
    spec = _read("nextcloud", "app", "cron").spec
    assert [each.name for each in spec.volumes] == ["nextcloud"]


def test_no_secret_is_in_a_note() -> None:
    text = """services:
  web:
    image: nginx
    environment: ["PASSWORD=canary-1", "PASSWORD canary-1", "PASSWORD: canary-1", "TOKEN=${T:-canary-1}"]
"""
    imported = _of(text)
    told = str([(note.subject, dict(note.params)) for note in (*imported.changed, *imported.left_out)])
    assert "canary" not in told
    assert "canary" not in repr(imported)


# --- bad input


@pytest.mark.parametrize(
    "text",
    ["", "a", "[]", "services: {}", "services: []", "{", "a: b", "services: &a {x: *a}", "\0", "services:\n\tweb:"],
)
def test_refuses_what_is_no_compose_file(text: str) -> None:
    with pytest.raises(NotReadable):
        _of(text)


def test_a_service_without_content_is_named() -> None:
    imported = _of("services: {web: , db: {image: postgres}}")
    assert "web" in _subjects(imported)
    assert [each.image for each in imported.spec.containers] == ["", "postgres"]


_shapes = st.recursive(
    st.sampled_from(
        ["a", "1", "~", "-1", "true", "'1 2'", "a:b", "$A", "${A:-b}", "80:80", "1m", "!reset x", "./a.b:/c"]
    )
    | st.text(max_size=6).map(lambda text: "'" + text.replace("'", "''").replace("\n", " ") + "'"),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(sorted(KEYS | INNER)), inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        )
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(KEYS)), _shapes, max_size=6), _shapes)
def test_no_shape_of_a_value_is_an_error(keys: dict[str, str], top: str) -> None:
    service = ", ".join(f"{key}: {value}" for key, value in keys.items())
    with contextlib.suppress(NotReadable):
        _of(f"services: {{web: {{{service}}}, db: {top}}}\nsecrets: {top}\nvolumes: {top}")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text() | st.text(st.sampled_from("services:\n -{}[]&*<!'\"$a1|>#,?%@`~\t")))
def test_no_text_raises_anything_else(text: str) -> None:
    compose.recognizes(text)
    for each in (text, f"services:\n  web:\n    image: {text}", f"services:\n  web: {text}"):
        with contextlib.suppress(NotReadable):
            _of(each)
