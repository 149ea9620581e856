"""Command lines like those of many READMEs, and what becomes of them."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consoleapp.domain.secret import Secret
from consoleapp.domain.volume import ConfigFileVolume, EmptyDirVolume
from consoleapp.languages.imports.docker_run import read, recognizes
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX, NotReadable
from consoleapp.languages.imports.sources import recognize
from tests.languages.imports.results import container, faults, mounts, ports, says, subjects, variables


def test_a_web_server() -> None:
    got = read("docker run --name some-nginx -d -p 8080:80 some-content-nginx")
    assert got.spec.container_group_name == container(got).name == "some-nginx"
    assert container(got).image == "some-content-nginx"
    assert ports(got) == [(80, "TCP")]
    assert got.spec.restart_policy == "Never"
    assert subjects(got.left_out) == ["-d"]
    assert "own address on 80" in says(got.changed, "-p 8080:80")
    assert "Never" in says(got.changed, "docker run")
    assert faults(got.spec) == set()


def test_a_web_server_with_its_configuration() -> None:
    got = read("$ docker run --name my-nginx -v /host/path/nginx.conf:/etc/nginx/nginx.conf:ro -d nginx")
    (volume,) = got.spec.volumes
    assert isinstance(volume, ConfigFileVolume)
    assert (volume.config_files[0].path, volume.config_files[0].content) == ("nginx.conf", Secret(""))
    (mount,) = container(got).volume_mounts
    assert (mount.mount_path, mount.sub_path, mount.read_only) == ("/etc/nginx/nginx.conf", "nginx.conf", True)
    assert faults(got.spec) == set()


def test_a_database_whose_password_is_a_secret() -> None:
    got = read("docker run --name some-postgres -e POSTGRES_PASSWORD=mysecretpassword -d postgres:17-alpine")
    assert variables(got) == {"POSTGRES_PASSWORD": Secret("mysecretpassword")}
    assert "mysecretpassword" not in repr(got)


def test_a_database_with_arguments_and_a_volume() -> None:
    got = read(
        "docker run -d --name some-mysql --restart=always -v /my/own/datadir:/var/lib/mysql "
        "-e MYSQL_ROOT_PASSWORD=my-secret-pw mysql:9 --character-set-server=utf8mb4 --collation-server=utf8mb4_bin"
    )
    assert container(got).args == ("--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin")
    assert got.spec.restart_policy == "Always"
    assert got.spec.volumes == (EmptyDirVolume("var-lib-mysql"),)
    assert mounts(got) == {"/var/lib/mysql": "var-lib-mysql"}
    assert "cannot see this directory" in says(got.changed, "-v /my/own/datadir:/var/lib/mysql")


def test_one_that_looks_after_docker_cannot() -> None:
    got = read(
        "docker run -d -p 8000:8000 -p 9443:9443 --name portainer --restart=always "
        "-v /var/run/docker.sock:/var/run/docker.sock -v portainer_data:/data portainer/portainer-ce:lts"
    )
    assert "no Docker" in says(got.left_out, "-v /var/run/docker.sock:/var/run/docker.sock")
    assert mounts(got) == {"/data": "portainer-data"}
    assert ports(got) == [(8000, "TCP"), (9443, "TCP")]


def test_lines_with_optional_words() -> None:
    got = read(
        "docker run -d \\\n  --name=changedetection.io \\\n  -e PUID=1000 \\\n  -e TZ=Etc/UTC \\\n"
        "  -e BASE_URL= `#optional` \\\n  -e PROXY=10.0.0.8 `#optional` \\\n  -p 5000:5000 \\\n"
        "  -v /path/to/appdata:/config \\\n  --restart unless-stopped \\\n  registry.example.com/cd.io:latest\n"
    )
    assert container(got).name == "changedetection-io"
    assert "changedetection-io" in says(got.changed, "--name changedetection.io")
    assert variables(got) == {"PUID": "1000", "TZ": "Etc/UTC", "BASE_URL": "", "PROXY": "10.0.0.8"}
    assert got.spec.restart_policy == "Always"
    assert container(got).image == "registry.example.com/cd.io:latest"
    assert [note.line for note in got.changed] == sorted(note.line or 0 for note in got.changed)
    assert next(note.line for note in got.changed if note.subject == "-p 5000:5000") == 7


def test_a_vpn_with_all_its_rights() -> None:
    got = read(
        "docker run -d --name=wireguard --cap-add=NET_ADMIN --cap-add CAP_SYS_MODULE -p 51820:51820/udp "
        "-v /lib/modules:/lib/modules --sysctl=net.ipv4.conf.all.src_valid_mark=1 "
        "--sysctl net.ipv4.ip_unprivileged_port_start=0 --sysctl vm.swappiness=1 linuxserver/wireguard"
    )
    assert container(got).security_context.capabilities_add == ("NET_ADMIN", "SYS_MODULE")
    assert ports(got) == [(51820, "UDP")]
    assert [(each.name, each.value) for each in got.spec.host_sysctls] == [("net.ipv4.conf.all.src_valid_mark", "1")]
    assert [each.name for each in got.spec.sysctls] == ["net.ipv4.ip_unprivileged_port_start"]
    assert set(subjects(got.left_out)) == {"-d", "-v /lib/modules:/lib/modules", "--sysctl vm.swappiness=1"}


def test_an_ad_blocker_with_ports_names_and_servers() -> None:
    got = read(
        "docker run -d --name pihole -p 53:53/tcp -p 53:53/udp -p 80:80 --dns=127.0.0.1 --dns=1.1.1.1 "
        '-e WEBPASSWORD="a secret" --hostname pi.hole --add-host db:10.0.0.8 --add-host cache=10.0.0.8 '
        "--add-host host.docker.internal:host-gateway --dns-search example.com --dns-option ndots:2 pihole/pihole"
    )
    assert ports(got) == [(53, "TCP"), (53, "UDP"), (80, "TCP")]
    assert got.spec.dns_policy == "None"
    assert got.spec.dns_config.name_servers == ("127.0.0.1", "1.1.1.1")
    assert got.spec.dns_config.searches == ("example.com",)
    assert [(each.name, each.value) for each in got.spec.dns_config.options] == [("ndots", "2")]
    assert got.spec.host_name == "pi.hole"
    assert [(each.ip, each.host_names) for each in got.spec.host_aliases] == [("10.0.0.8", ("db", "cache"))]
    assert "no host" in says(got.left_out, "--add-host host.docker.internal:host-gateway")


def test_a_search_engine_whose_variables_have_dots() -> None:
    got = read(
        'docker run --name es01 --net elastic -p 9200:9200 -it -m 1GB -e "discovery.type=single-node" '
        "--ulimit memlock=-1:-1 elasticsearch:9.0.0"
    )
    assert variables(got) == {"discovery.type": "single-node"}
    assert "letters, digits and underscores" in says(got.changed, "-e discovery.type")
    assert "containers.0.environment_vars.0.key" in faults(got.spec)
    assert (container(got).stdin, container(got).tty) == (True, True)
    assert container(got).memory_gib == Decimal(1)
    assert (got.spec.cpu, got.spec.memory_gib) == (Decimal(2), Decimal(1))
    assert says(got.changed, "-m 1GB").startswith("The container group gets 2 vCPU and 1 GiB")
    assert subjects(got.left_out) == ["--net elastic", "--ulimit memlock=-1:-1"]


def test_a_model_on_all_gpus() -> None:
    got = read(
        "docker run --runtime nvidia --gpus all -v ~/.cache/huggingface:/root/.cache/huggingface "
        '--env "HUGGING_FACE_HUB_TOKEN=<secret>" -p 8000:8000 --ipc=host vllm/vllm-openai:latest --model some/model'
    )
    assert container(got).gpu == 1
    assert "at least 1" in says(got.changed, "--gpus all")
    assert variables(got) == {"HUGGING_FACE_HUB_TOKEN": Secret("<secret>")}
    assert container(got).args == ("--model", "some/model")
    assert subjects(got.left_out) == ["--runtime nvidia", "--ipc host"]


def test_a_development_container_of_a_directory() -> None:
    got = read('docker run -it --rm -v "$PWD":/usr/src/app -w /usr/src/app -u "$(id -u):$(id -g)" node:22 npm test')
    assert container(got).working_dir == "/usr/src/app"
    assert container(got).args == ("npm", "test")
    assert mounts(got) == {"/usr/src/app": "usr-src-app"}
    assert container(got).security_context.run_as_user is None
    assert subjects(got.left_out) == ["--rm", "-u $(id -u):$(id -g)"]


def test_a_hardened_container_of_podman() -> None:
    got = read(
        "podman run --replace --pod web --read-only --privileged=false --cap-drop ALL --security-opt no-new-privileges "
        "--stop-timeout 60 --pull newer --userns keep-id --memory 200m --cpus 0.5 --secret db app:2"
    )
    assert container(got).security_context.read_only_root_filesystem is True
    assert container(got).security_context.privileged is False
    assert got.spec.termination_grace_period_seconds == 60
    assert container(got).image_pull_policy == "Always"
    assert (container(got).cpu, container(got).memory_gib) == (Decimal("0.5"), Decimal("0.195313"))
    assert (got.spec.cpu, got.spec.memory_gib) == (Decimal("0.5"), Decimal(1))
    assert subjects(got.left_out) == [
        "--replace", "--pod", "--privileged", "--cap-drop ALL", "--security-opt", "--userns", "--secret",
    ]  # fmt: skip


def test_other_shells_go_on_in_the_next_line_in_their_own_way() -> None:
    for mark in ("\\", "^", "`"):
        got = read(f"docker run {mark}\r\n  -e A=b {mark}\r\n  -v C:\\data:/data {mark}\r\n  app")
        assert variables(got) == {"A": "b"}
        assert mounts(got) == {"/data": "data"}


def test_of_several_commands_the_run_is_taken_and_the_rest_named() -> None:
    got = read(
        "# first a network\ndocker network create web\nexport PASSWORD=swordfish\nmkdir -p data && "
        "sudo -E DOCKER_BUILDKIT=1 docker --context far container run app serve | tee log\n"
        "curl -u a:swordfish localhost"
    )
    assert container(got).args == ("serve",)
    assert subjects(got.left_out) == ["docker network", "export", "--context", "mkdir", "| tee", "curl"]
    assert "swordfish" not in repr(got)
    assert [note.line for note in got.left_out] == [2, 3, 4, 4, 4, 5]


def test_several_containers_are_a_choice() -> None:
    text = "docker run -d --name db mariadb:11\ndocker run -d --name blog wordpress:6"
    first, second = read(text), read(text, ["2"])
    assert [(each.key, each.label, each.is_chosen) for each in first.choices] == [
        ("1", "mariadb:11", True),
        ("2", "wordpress:6", False),
    ]
    assert not first.takes_several
    assert container(first).name == "db"
    assert container(second).name == "blog"
    assert [each.is_chosen for each in second.choices] == [False, True]
    assert "choose it" in says(first.left_out, "docker run")


def test_a_prompt_of_root_is_no_comment_where_nothing_else_runs() -> None:
    assert container(read("# docker run -d nginx:1")).image == "nginx:1"
    assert container(read("# docker run -d nginx:1\ndocker run nginx:2")).image == "nginx:2"


def test_an_image_in_capitals_is_written_small() -> None:
    got = read("docker run Registry.example.com/Team/App:V1")
    assert container(got).image.endswith("/team/app:V1")
    assert container(got).name == "app"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("docker ps", None),
        ("docker compose run web", None),
        ("\ndocker run --name x", 2),
        ("docker run", 1),
        ("docker run \\\n -e 'A=b app", 2),
        ("x" * (TEXT_BYTES_MAX + 1), None),
    ],
)
def test_says_why_it_cannot_be_read(text: str, line: int | None) -> None:
    with pytest.raises(NotReadable) as refused:
        read(text)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "docker run nginx",
        "\n\n  $ sudo docker run nginx",
        "# a comment\ndocker container run nginx",
        "PS C:\\> docker run nginx",
        "podman create x",
        "/usr/local/bin/nerdctl run x",
        "A=b docker -H tcp://x run y",
        "docker pull x\r\ndocker run x",
    ],
)
def test_recognizes_a_run(text: str) -> None:
    assert recognizes(text)
    source = recognize(text)
    assert source is not None
    assert source.word == "docker"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "docker compose run web",
        "docker network create x",
        "services:\n  a:\n    command: |\n      docker run x",
        "# docker run x\nservices:\n  web: {}",
        '{"a": "\\ndocker run x"}',
        "aliyun eci CreateContainerGroup",
        "A=docker run",
    ],
)
def test_other_texts_are_not_one(text: str) -> None:
    assert not recognizes(text)


_PIECES = st.sampled_from(
    [*"'\"\\$`#;&|<>^(){} \n\t=:,/-", "docker run ", "podman create ", "sudo ", "-e ", "-p ", "-v ", "--mount ",
     "--name=", "-it ", "$(", "${A:-", "-m ", "--cpus ", "99999999999999999999", "1e9", ".", "nginx", "--gpus ",
     "--health-cmd ", "--health-interval ", "type=tmpfs,target=/x,tmpfs-size=", "--add-host ", "--user ",
     "\ud800", "\u200b", "\x00"]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES | st.text(max_size=20), max_size=30), st.sampled_from(["", " "]), st.booleans())
def test_no_text_raises_anything_but_not_readable(pieces: list[str], joint: str, is_run: bool) -> None:
    text = ("docker run " if is_run else "") + joint.join(pieces)
    recognizes(text)
    try:
        got = read(text, ["2"])
    except NotReadable:
        return
    faults(got.spec)
    for note in (*got.changed, *got.left_out):
        note.says.format(**note.params)
