"""The exported program, run with the vendor's SDK as it is installed."""

import re
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import alibabacloud_tea_openapi.models as open_api_models
import pytest
from alibabacloud_eci20180808 import models
from alibabacloud_eci20180808.client import Client
from darabonba.core import DaraCore
from darabonba.response import DaraResponse
from Tea.model import TeaModel

from consoleapp.domain import wire
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ConfigFile, ConfigFileVolume, ContainerGroupSpec, EnvironmentVar, OssVolume
from consoleapp.languages.exports import python_sdk
from consoleapp.languages.exports.exported import Lost
from consoleapp.languages.exports.languages import LANGUAGES, export
from consoleapp.simulator.app import FixedKeys, make_app
from consoleapp.simulator.server import Server
from tests.contract.capture import capture_server
from tests.contract.parity_inputs import our_everyday, our_irregular
from tests.domain.builders import container, credential, group, sized
from tests.languages.exports.collected import environment, random_groups

PYTHON = next(language for language in LANGUAGES if language.word == "python")
KEYS = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "alice-key", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "alice-secret"}


def run(spec: ContainerGroupSpec, directory: Path, patch: pytest.MonkeyPatch) -> None:
    exported = export(PYTHON, spec)
    for name, value in {**KEYS, **environment(spec, exported.blanks, directory)}.items():
        patch.setenv(name, value)
    exec(compile(exported.text, PYTHON.file_name, "exec"), {"__name__": "__main__"})


def captured(spec: ContainerGroupSpec, directory: Path) -> tuple[Any, dict[str, str]]:
    """The request that the program made, and its address and parameters as the SDK would send them."""
    found: list[Any] = []
    create = Client.create_container_group

    def keep_model(client: Client, request: Any) -> Any:
        found.append(request)
        return create(client, request)

    def keep(request: Any, runtime: Any = None) -> Any:
        found.append(request)
        answer = DaraResponse()
        answer.status_code, answer.headers, answer.body = 200, {}, b'{"ContainerGroupId": "eci-1"}'
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "create_container_group", keep_model)
        patch.setattr(DaraCore, "do_action", keep)
        run(spec, directory, patch)
    model, request = found
    assert request.headers["host"] == f"eci.{spec.region_id}.aliyuncs.com"
    return model, request.query


def _spelled_alike(spec: ContainerGroupSpec, sent: dict[str, str]) -> dict[str, str]:
    """What was sent, with booleans and decimal numbers as we write them: the SDK sends `True`, and `2.0` for `2`."""
    values = wire.to_values(spec)

    def alike(key: str, text: str) -> str:
        value, own = values.get(key, (None, ""))
        if (value is True and text == "True") or (
            isinstance(value, Decimal) and "e" not in text and Decimal(text) == value
        ):
            return own
        return text

    return {key: alike(key, text) for key, text in sent.items()}


def _expected(spec: ContainerGroupSpec) -> dict[str, str]:
    lost = {wire.wire_key(each.path) for each in export(PYTHON, spec).lost}
    assert lost <= {"MaxPendingMinute"}
    return {key: text for key, text in wire.to_parameters(spec).items() if key not in lost}


def _own(sent: dict[str, str]) -> dict[str, str]:
    """Without what the SDK adds to every call."""
    return {key: text for key, text in sent.items() if key not in {"Action", "Version", "Format"}}


ODD = (
    our_everyday(),
    our_irregular(),
    group(**sized("0.000001", "512")),
    group(containers=(container(args=("'", '"', "'\"", "\\", "{x}", "\n", "\u2028", "\u202e", '"""')),)),
)


@pytest.mark.xdist_group("random groups")
def test_sends_every_group_with_the_sdk(tmp_path: Path) -> None:
    for spec in (*ODD, *random_groups()):
        model, sent = captured(spec, tmp_path)
        assert _spelled_alike(spec, _own(sent)) == _expected(spec)
        assert sorted(_mistyped(model)) == []


def _mistyped(model: Any) -> Iterator[str]:
    """The attributes whose value is not of the type that the SDK's class declares."""
    for name, declared in type(model).__init__.__annotations__.items():
        value = getattr(model, name, None)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, models.CreateContainerGroupRequest | TeaModel):
                yield from _mistyped(item)
            # A mode is digits with a 0 before them: a text, whatever the class says. A tiny number is one too.
            elif item is not None and name not in {"mode", "default_mode"} and not str(item).startswith("0.0000"):
                wanted = str if isinstance(value, list) else declared
                if type(item) is not wanted:
                    yield f"{type(model).__name__}.{name}: {item!r}"


def test_every_key_has_the_name_that_the_sdk_gives_it() -> None:
    unknown = set()
    for pattern in wire.KEY_PATTERNS:
        words = [word for word in pattern.split(".") if word != "N"]
        for count, word in enumerate(words):
            made = getattr(models, "CreateContainerGroupRequest" + "".join(words[:count]))()
            if not hasattr(made, python_sdk.attribute(word)):
                unknown.add(pattern)
    assert unknown == python_sdk.UNKNOWN


@pytest.fixture
def sent_to(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The endpoints that programs ask for; they are sent to the address put first into this list instead."""
    seen: list[str] = []

    config = open_api_models.Config

    def redirected(**values: Any) -> Any:
        seen.append(values["endpoint"])
        return config(**{**values, "endpoint": seen[0].removeprefix("http://"), "protocol": "http"})

    monkeypatch.setattr(open_api_models, "Config", redirected)
    return seen


def with_secrets() -> ContainerGroupSpec:
    secret = Secret("  -pä\"ss'w\\$HOME 中  ")
    return group(
        containers=(container(environment_vars=(EnvironmentVar("DB_PASSWORD", secret),)),),
        image_registry_credentials=(credential(password=secret),),
        volumes=(
            OssVolume("bucket", "it's", "<BUCKET_AKSECRET>", ak_id="$id", ak_secret=secret),
            ConfigFileVolume("conf", (ConfigFile("app/site.conf", Secret("a: ü\n" * 500)),)),
        ),
    )


@pytest.mark.parametrize("spec", [with_secrets(), our_everyday(), our_irregular()], ids=["secrets", "usual", "odd"])
def test_arrives_at_a_server(
    spec: ContainerGroupSpec, sent_to: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    with capture_server() as server:
        sent_to.append(server.url)
        run(spec, tmp_path, monkeypatch)
    (request,) = server.requests
    assert _spelled_alike(spec, request.parameters) == _expected(spec)
    assert request.headers["x-acs-action"] == "CreateContainerGroup"
    assert sent_to[1:] == [f"eci.{spec.region_id}.aliyuncs.com"]
    assert capsys.readouterr().out == "eci-captured\n"


def test_the_simulator_creates_the_group(
    sent_to: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    app = make_app(state=None, keys=FixedKeys({"alice-key": "alice-secret"}))
    with Server(app) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        sent_to.append(server.url)
        run(group(**sized("2", "4")), tmp_path, monkeypatch)
        server.shutdown()
        thread.join()
    app.store.close()
    assert re.fullmatch(r"eci-[a-z0-9-]+\n", capsys.readouterr().out)


def test_tells_what_the_sdk_lacks() -> None:
    exported = export(PYTHON, group(max_pending_minutes=30))
    assert exported.lost == (Lost("max_pending_minutes", "30"),)
    assert "pending" not in exported.text


def test_asks_for_a_missing_secret_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(DaraCore, "do_action", lambda *_: pytest.fail("sent"))
    exported = export(PYTHON, with_secrets())
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CONF_APP_SITE_CONF_FILE", str(tmp_path / "site.conf"))
    (tmp_path / "site.conf").write_text("a")
    with pytest.raises(KeyError, match="BUCKET_AKSECRET"):
        exec(compile(exported.text, PYTHON.file_name, "exec"), {"__name__": "__main__"})
