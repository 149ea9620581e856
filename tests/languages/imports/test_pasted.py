"""What people paste: what is taken of it, what is named as left out, and that no text does any harm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.domain.errors import DomainError, Reason
from consoleapp.domain.secret import Secret
from consoleapp.languages.imports.pasted import TEXT_MAX, Pasted, parse_pasted

DIGEST = "sha256:" + "ab" * 32


@pytest.mark.parametrize(
    ("text", "image"),
    [
        ("nginx:1.29", "nginx:1.29"),
        ("  nginx:1.29\n", "nginx:1.29"),
        ("\u200bnginx\xa0", "nginx"),
        ("`nginx:1.29`", "nginx:1.29"),
        ("NGINX:1.0", "nginx:1.0"),
        ("registry.example.com/Team/API:V1", "registry.example.com/team/api:V1"),
        (f"Nginx@{DIGEST}", f"nginx@{DIGEST}"),
        ("docker", "docker"),
        ("docker://nginx:1.29", "nginx:1.29"),
        ("https://hub.docker.com/_/nginx", "nginx"),
        ("https://hub.docker.com/_/nginx/tags?page=2", "nginx"),
        ("hub.docker.com/r/grafana/grafana/tags", "grafana/grafana"),
        ("https://hub.docker.com/r/library/redis", "redis"),
        ("https://hub.docker.com/repository/docker/acme/web/general", "acme/web"),
        ("https://hub.docker.com/layers/library/nginx/1.29/images/sha256-12ab", "nginx:1.29"),
        ("https://hub.docker.com/layers/acme/web/2.0/images/sha256-12ab", "acme/web:2.0"),
        ("https://quay.io/repository/prometheus/prometheus", "quay.io/prometheus/prometheus"),
        ("https://quay.io/repository/prometheus/prometheus?tab=tags&tag=v3", "quay.io/prometheus/prometheus:v3"),
        (f"https://quay.io/repository/a/b/manifest/{DIGEST}", f"quay.io/a/b@{DIGEST}"),
        ("https://quay.io/prometheus/prometheus:v3", "quay.io/prometheus/prometheus:v3"),
        ("https://github.com/Acme/Shop/pkgs/container/Shop", "ghcr.io/acme/shop"),
        ("https://github.com/acme/shop/pkgs/container/shop%2Fapi/123456?tag=1.2", "ghcr.io/acme/shop/api:1.2"),
        ("https://github.com/orgs/acme/packages/container/package/shop", "ghcr.io/acme/shop"),
        ("https://ghcr.io/acme/shop:1", "ghcr.io/acme/shop:1"),
        ("https://registry.example.com/team/api:1.4.2", "registry.example.com/team/api:1.4.2"),
        ("https://registry.example.com/v2/team/api/manifests/1.4.2", "registry.example.com/team/api:1.4.2"),
        ("http://plain.example.com:5000/v2/lab/web/tags/list", "plain.example.com:5000/lab/web"),
        ("docker pull nginx:1.29", "nginx:1.29"),
        ("$ sudo docker image pull NGINX", "nginx"),
    ],
)
def test_reads_an_address_a_link_or_a_pull(text: str, image: str) -> None:
    pasted = parse_pasted(text)
    assert pasted == Pasted(image, is_as_typed=image == text)


def test_reads_a_run_with_everything_that_has_a_place() -> None:
    pasted = parse_pasted(
        "sudo docker run -d --name My_Web -p 127.0.0.1:8080:80 -p9090:90/udp --expose=443 \\\n"
        '  -e MODE=fast -e "GREETING=hello world" --env DB_PASSWORD=swordfish --workdir /srv \\\r\n'
        "  --entrypoint /bin/sh registry.example.com/team/api:1.4.2 -c 'echo \"hi; there\"'"
    )
    assert pasted.image == "registry.example.com/team/api:1.4.2"
    assert pasted.name == "my-web"
    assert pasted.ports == ((80, "TCP"), (90, "UDP"), (443, "TCP"))
    assert dict(pasted.variables) == {
        "MODE": "fast",
        "GREETING": "hello world",
        "DB_PASSWORD": Secret("swordfish"),
    }
    assert (pasted.command, pasted.arguments) == (("/bin/sh",), ("-c", 'echo "hi; there"'))
    assert pasted.working_dir == "/srv"
    assert pasted.left_out == ()


def test_reads_lines_whose_breaks_a_control_of_one_line_has_dropped() -> None:
    pasted = parse_pasted("docker run \\  -p 80:80 \\-e A=b \\nginx:1.29")
    assert pasted == Pasted("nginx:1.29", ports=((80, "TCP"),), variables=(("A", "b"),))


def test_names_every_option_that_has_no_place() -> None:
    pasted = parse_pasted(
        "podman run -it --rm -v /data:/data --env-file prod.env --restart=always --memory 512m --frobnicate yes "
        "-e FROM_THE_SHELL -e BAD-NAME=swordfish -p 80-81:80-81 -p 1-101 -w relative nginx"
    )
    assert pasted.image == "nginx"
    assert pasted.ports == ((80, "TCP"), (81, "TCP"))
    assert pasted.left_out == (
        "-i",
        "-t",
        "--rm",
        "-v /data:/data",
        "--env-file prod.env",
        "--restart always",
        "--memory 512m",
        "--frobnicate",
        "-e FROM_THE_SHELL",
        "-e BAD-NAME",
        "-p 1-101",
        "-w",
    )


@pytest.mark.parametrize("behind", ["&& curl localhost", "; rm -rf x", "| tee log", "> log", "\ndocker ps"])
def test_takes_the_first_command_and_tells_that_there_is_more(behind: str) -> None:
    pasted = parse_pasted(f"docker run nginx serve {behind}")
    assert pasted.arguments == ("serve",)
    assert len(pasted.left_out) == 1
    assert pasted.left_out[0].endswith("…")


def test_a_secret_is_in_no_text_that_is_shown() -> None:
    pasted = parse_pasted(
        "docker run --label TOKEN=swordfish -e API_KEY=swordfish -e B.C=swordfish nginx && a swordfish"
    )
    assert "swordfish" not in repr(pasted)
    assert "swordfish" not in str(pasted.left_out)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("my favourite image", "whitespace"),
        ("docker run", Reason.NO_IMAGE),
        ("docker run --name x", Reason.NO_IMAGE),
        ("docker ps -a", Reason.NO_IMAGE),
        ("docker run -e 'A=b nginx", Reason.OPEN_QUOTE),
        ("https://hub.docker.com/search?q=nginx", Reason.NO_IMAGE),
        ("https://github.com/acme/shop", Reason.NO_IMAGE),
        ("https://registry.example.com/", Reason.NO_IMAGE),
        ("https://[", Reason.NO_IMAGE),
        ("https://user:word@registry.example.com/a/b", "user_info"),
        ("x" * (TEXT_MAX + 1), Reason.TOO_LONG),
    ],
)
def test_says_why_there_is_no_image_in_it(text: str, reason: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_pasted(text)
    assert refused.value.reason == reason


_WORDS = (
    "docker run pull sudo $ -e -p -it --name= --env A=b 80:80 nginx https:// hub.docker.com / _ r ? tag= % %00 \\ ' \" "
    "; & | < > : @ sha256: [ ] -- - = quay.io/repository/ github.com/ pkgs/container/ v2 manifests"
)
_PIECES = st.sampled_from([*_WORDS.split(), "\n", "\x00", "\ud800", "\u200b"])


@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(_PIECES, max_size=40).flatmap(lambda p: st.sampled_from(["", " "]).map(lambda s: s.join(p))),
    )
)
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        pasted = parse_pasted(text)
    except DomainError:
        return
    assert pasted.image
    assert len(pasted.left_out) <= 21


@pytest.mark.parametrize(
    "piece", ["docker run " + "-e A=b ", "'", "\\\n", "docker run -", "https://a/", "a" * 8, "[", "%25", " "]
)
def test_no_text_takes_long(piece: str) -> None:
    hostile = (piece * TEXT_MAX)[:TEXT_MAX]
    began = time.monotonic()
    for text in (hostile, f"docker run {hostile}"[:TEXT_MAX], f"https://hub.docker.com/{hostile}"[:TEXT_MAX]):
        try:
            parse_pasted(text)
        except DomainError:
            continue
    assert time.monotonic() - began < 1
