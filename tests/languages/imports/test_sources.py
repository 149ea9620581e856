"""Whatever text comes in: a reader gives a group or says NotReadable, soon and without much memory."""

import json
import time
import tracemalloc
from contextlib import suppress
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import check
from consoleapp.domain.validation import Problems
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX, Imported, NotReadable
from consoleapp.languages.imports.sources import SOURCES, Source, recognize
from tests.languages.imports.test_aliyun_cli import MANUAL
from tests.languages.imports.test_aliyun_cli import OURS as OUR_COMMAND
from tests.languages.imports.test_terraform import EXAMPLE
from tests.languages.imports.test_terraform import OURS as OUR_TERRAFORM

SECONDS_MAX: Final = 2
MEMORY_MAX: Final = 50 * 1024 * 1024  # bytes
LINES: Final = """\
Action                                CreateContainerGroup
RegionId                              cn-hangzhou
ContainerGroupName                    web
Container.1.Name                      web
Container.1.Image                     registry.example.com/team/app:1
Container.1.Arg.1                     echo a\\necho b
Container.1.EnvironmentVar.1.Key      DB_PASSWORD
Container.1.EnvironmentVar.1.Value    ••••••••
"""
JSON: Final = json.dumps(
    {
        "RegionId": "cn-hangzhou",
        "ContainerGroupName": "web",
        "Volume": [
            {"Name": "b", "Type": "FlexVolume", "FlexVolume": {"Driver": "alicloud/oss", "Options": '{"a":"b"}'}}
        ],
        "Container": [{"Name": "web", "Image": "nginx:1.27", "Port": [{"Port": 80}], "Cpu": 1.5, "Tty": True}],
    }
)
QUERY: Final = "https://eci.aliyuncs.com/?Action=CreateContainerGroup&RegionId=cn-hangzhou&Container.1.Name=a%20b&Cpu=2"
DOCKER: Final = "$ sudo docker run -d --name web -p 8080:80 -e 'A=b c' -v data:/data nginx:1.27 sh -c 'echo \"$HOME\"'"
COMPOSE: Final = """\
x-base: &base
  restart: always
services:
  web:
    <<: *base
    image: nginx:${TAG:-1.27}
    ports: ["8080:80"]
    environment: {A: b}
"""
POD: Final = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx:1.27
    env: [{name: A, value: "1"}]
"""
DOTENV: Final = "# settings\nDB_HOST=db.example.com\nexport DB_PASSWORD='x y'\n"
# Which reader a text is for; None for nobody's.
SEEDS: Final = {
    "manual": (MANUAL, "aliyun_cli"),
    "our command": (OUR_COMMAND, "aliyun_cli"),
    "lines": (LINES, "parameters"),
    "json": (JSON, "parameters"),
    "query": (QUERY, "parameters"),
    "example": (EXAMPLE, "terraform"),
    "our terraform": (OUR_TERRAFORM, "terraform"),
    "docker": (DOCKER, "docker"),
    "compose": (COMPOSE, "compose"),
    "pod": (POD, "kubernetes"),
    "dotenv": (DOTENV, None),
    "image": ("registry.example.com/team/app:1", None),
    "nothing": ("", None),
}
TEXTS: Final = [text for text, _word in SEEDS.values()]


def _full(piece: str, before: str = "", after: str = "") -> str:
    """A text of nearly as many bytes as are taken."""
    room = TEXT_BYTES_MAX - len((before + after).encode())
    return before + piece * (room // len(piece.encode())) + after


CLI: Final = "aliyun eci CreateContainerGroup --RegionId=a "
TF: Final = 'resource "alicloud_eci_container_group" "a" {\n'
# What readers are known to choke on.
WORST: Final = {
    **{f"only {each!r}": _full(each) for each in "([{<\"'`$&*!|>\\#-:=?@%,;~ \n\t\0\ufeff•"},
    **{f"only {each!r}": _full(each) for each in ("[]", "{}", "a: [", "- ", "${", "$(", "/*", "\\\n", "&a ", "*a ")},
    "keys without end": _full('{"a":', '{"RegionId":"a","b":'),
    "long key": _full("a.", '{"RegionId": "a", "', '": "b"}'),
    "deep key": "RegionId=a\n" + _full("A.1.", after="=b"),
    "many keys": "\n".join(f"Container.{number}.Name=a" for number in range(1, 9_900)),
    "too many keys": "\n".join(f"Container.{number}.Name=a" for number in range(1, 12_000)),
    "many volumes": "\n".join(f"Volume.{number}.Type=x" for number in range(1, 9_900)),
    "many lists": "\n".join(f"Container.1.EnvironmentVar.{number}.Key=a" for number in range(1, 7_000)),
    "query": _full("&a=b", "?RegionId=a"),
    "percents": _full("%41", "RegionId=a&Container.1.Name="),
    "no parameters": "RegionId=a\n" + _full("x\n"),
    "json numbers": '{"RegionId": ' + "1" * 250_000 + "}",
    "json list": '{"RegionId": "a", "Container": [' + _full("1,")[:250_000] + "1]}",
    "json options": json.dumps(
        {"Volume.1.Type": "FlexVolume", "Volume.1.FlexVolume.Options": "[" * 200_000, "RegionId": "a"}
    ),
    "variables": CLI + "".join(f"$A{number}" for number in range(38_000)),
    "braced variables": CLI + "".join(f"${{a{number}}}" for number in range(25_000)),
    "substitutions": CLI + _full("`a`")[:250_000],
    "open substitutions": CLI + '"' + _full("$(a")[:250_000],
    "flags": CLI + " ".join(f"--A{number}" for number in range(30_000)),
    "commands": _full("aliyun eci X\n"),
    "blanks": _full(" ", "aliyun", "eci"),
    "tf list": f"{TF}x = [{_full('1,')[:250_000]}]\n}}",
    "tf operators": f"{TF}x = {_full('1+')[:250_000]}1\n}}",
    "tf blocks": TF + _full("containers {\n}\n")[:250_000] + "}",
    "tf groups": "\n".join(f'resource "alicloud_eci_container_group" "a{number}" {{}}' for number in range(4_500)),
    "tf heredocs": _full("a = <<A\n"),
    "tf many heredocs": "\n".join(f"a{number} = <<A{number}\nA{number}" for number in range(9_000)),
    "tf template": f'{TF}x = "{_full("${a}")[:250_000]}"\n}}',
    "tf growth": f'locals {{\n a = "{"x" * 120_000}"\n}}\n{TF}containers {{\n args = [{"local.a," * 14_000}]\n}}\n}}',
    "tf encodings": f'{TF}core_pattern = {"jsonencode(" * 30}"\\""{")" * 30}\n}}',
    "yaml bomb": "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{number}: &a{number} [{','.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 30))
    + "services: *a29\napiVersion: v1\nkind: Pod\n",
    "yaml merges": "apiVersion: v1\nkind: Pod\nservices:\n"
    + "".join(f" s{n}: &s{n}\n  <<: [{', '.join(f'*s{m}' for m in range(max(0, n - 9), n))}]\n" for n in range(1, 400)),
    "yaml tags": "services:\n" + _full("  - !a\n")[:250_000],
    "docker flags": "docker run " + _full("-e A=b ")[:250_000] + "nginx",
    "docker ports": "docker run " + _full("-p 1-65535 ")[:250_000] + "nginx",
}  # fmt: skip

MARKS: Final = ['"', "'", "${", "}", "\\", "\n", "<<A\n", "[", "{", "$(", "`", "=", "&a", "*a", "\0", "- "]
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.word)
some_texts = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def read(source: Source, text: str) -> Imported | None:
    """What the source reads, looked through; None where it says that it cannot."""
    recognize(text)
    try:
        found = source.read(text, None)
    except NotReadable as error:
        error.says.format(**error.params)
        return None
    assert isinstance(found.spec, ContainerGroupSpec)
    for note in (*found.changed, *found.left_out):
        assert note.subject
        assert note.says.format(**note.params)
    check(found.spec, Problems(), deep=True)
    return found


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A seed of which parts are cut, doubled, exchanged, or replaced by what means something to somebody."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        first, second = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        part = text[first:second]
        marks = st.sampled_from(
            ['"', "'", "${", "}", "\\", "\n", "<<A\n", "[", "{", "$(", "`", "=", "&a", "*a", "\0", "- "]
        )
        new = draw(st.just("") | st.just(part * 2) | marks | st.text(max_size=8) | st.sampled_from(TEXTS))
        text = text[:first] + new + text[second:]
    return text


@each_source
@some_texts
@given(text=st.text(max_size=200) | mutations())
def test_no_text_raises_anything_but_not_readable(source: Source, text: str) -> None:
    read(source, text)


@each_source
@pytest.mark.parametrize("name", WORST)
def test_the_worst_texts_take_neither_long_nor_much(source: Source, name: str) -> None:
    text = WORST[name][:TEXT_BYTES_MAX]
    # Measured apart: tracing makes everything slow.
    started = time.process_time()
    _read_only(source, text)
    assert time.process_time() - started < SECONDS_MAX
    if _is_heavy(name):
        tracemalloc.start()
        try:
            _read_only(source, text)
            assert tracemalloc.get_traced_memory()[1] < MEMORY_MAX
        finally:
            tracemalloc.stop()


def _is_heavy(name: str) -> bool:
    return not name.startswith("only")


def _read_only(source: Source, text: str) -> None:
    with suppress(NotReadable):
        recognize(text)
        source.read(text, None)


@each_source
def test_a_text_that_is_too_large_is_refused(source: Source) -> None:
    with pytest.raises(NotReadable):
        source.read("•" * (TEXT_BYTES_MAX // 3 + 1), None)


@pytest.mark.parametrize("name", SEEDS)
def test_recognizes_whose_text_it_is(name: str) -> None:
    text, word = SEEDS[name]
    found = recognize(text)
    # Where its reader is not there, nobody else takes it for his own.
    expected = word if word in {source.word for source in SOURCES} else None
    assert (found.word if found else None) == expected


@pytest.mark.parametrize("name", [name for name, (_text, word) in SEEDS.items() if word])
def test_reads_what_it_recognizes(name: str) -> None:
    text, _word = SEEDS[name]
    source = recognize(text)
    if source is not None:
        found = read(source, text)
        assert found is not None
        assert found.spec.containers


def test_a_chosen_key_that_is_none_does_no_harm() -> None:
    for source in SOURCES:
        for text in TEXTS:
            with suppress(NotReadable):
                source.read(text, ["no such thing", ""])


def test_every_source_has_a_word_of_its_own() -> None:
    assert len({source.word for source in SOURCES}) == len(SOURCES)
    assert all(source.label for source in SOURCES)
