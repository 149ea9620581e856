"""What every exporter is given: a group without its secrets."""

import json

from hypothesis import given

from consoleapp.domain.schema import Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ConfigFile, ConfigFileVolume, ContainerGroupSpec, EnvironmentVar, OssVolume
from consoleapp.languages.exports.exported import Blank, Holds, blanks_of, without_secrets
from consoleapp.languages.exports.languages import LANGUAGES, export
from tests.domain.builders import container, credential, group
from tests.domain.strategies import groups

CANARY = "canary-5f1c"


def _secrets(value: object) -> list[Secret]:
    if isinstance(value, Secret):
        return [value]
    if isinstance(value, tuple):
        return [secret for item in value for secret in _secrets(item)]
    if isinstance(value, Record):
        return [secret for name in fields_of(type(value)) for secret in _secrets(getattr(value, name))]
    return []


def _spec_with_secrets() -> ContainerGroupSpec:
    return group(
        containers=(
            container(environment_vars=(EnvironmentVar("DB_PASSWORD", Secret(CANARY)), EnvironmentVar("A", "b"))),
        ),
        volumes=(
            ConfigFileVolume("conf", (ConfigFile("app/site.conf", Secret(CANARY)),)),
            OssVolume("bucket", "b", "oss.example", ak_id="id", ak_secret=Secret(CANARY)),
        ),
        image_registry_credentials=(credential(password=Secret(CANARY)),),
    )


def test_every_secret_has_a_name() -> None:
    plain, blanks = without_secrets(_spec_with_secrets())
    assert [(blank.name, blank.holds) for blank in blanks] == [
        ("CONF_APP_SITE_CONF", Holds.FILE),
        ("BUCKET_AKSECRET", Holds.TEXT),
        ("WEB_DB_PASSWORD", Holds.TEXT),
        ("REGISTRY_PASSWORD_1", Holds.TEXT),
    ]
    assert list(blanks_of(plain)) == list(blanks)


@given(groups())
def test_no_secret_is_left_and_every_name_is_one(spec: ContainerGroupSpec) -> None:
    plain, blanks = without_secrets(spec)
    assert all(isinstance(secret, Blank) for secret in _secrets(plain))
    assert len({blank.name for blank in blanks}) == len(blanks) == len(_secrets(spec))


def test_no_language_has_a_secret() -> None:
    for language in LANGUAGES:
        exported = export(language, _spec_with_secrets())
        assert CANARY not in repr(exported), language.word


def test_parameters_name_what_has_to_be_filled_in() -> None:
    exported = export(LANGUAGES[0], _spec_with_secrets())
    found = json.loads(exported.text)
    assert found["ImageRegistryCredential.1.Password"] == "<REGISTRY_PASSWORD_1>"
    assert found["Container.1.EnvironmentVar.1.Value"] == "<WEB_DB_PASSWORD>"
    assert json.loads(found["Volume.2.FlexVolume.Options"])["akSecret"] == "<BUCKET_AKSECRET>"
    assert {blank.name for blank in exported.blanks} == {
        "CONF_APP_SITE_CONF", "BUCKET_AKSECRET", "WEB_DB_PASSWORD", "REGISTRY_PASSWORD_1",
    }  # fmt: skip


def _variables(*parts: tuple[str, str]) -> list[str]:
    spec = group(
        containers=tuple(
            container(name=name, environment_vars=(EnvironmentVar(key, Secret(CANARY)),)) for name, key in parts
        ),
        volumes=(ConfigFileVolume("conf", (ConfigFile("a", Secret(CANARY)),)),),
    )
    return [blank.variable for blank in without_secrets(spec)[1]]


def test_a_variable_of_the_cloud_s_own_tools_is_never_taken_for_a_secret() -> None:
    names = _variables(("alibaba-cloud", "ACCESS_KEY_SECRET"), ("ld", "PRELOAD"))
    assert names == ["CONF_A_FILE", "_ALIBABA_CLOUD_ACCESS_KEY_SECRET", "_LD_PRELOAD"]


def test_the_variable_of_a_file_is_no_other_s() -> None:
    assert _variables(("conf", "A_FILE"), ("conf-a", "FILE")) == ["CONF_A_FILE", "CONF_A_FILE_2", "CONF_A_FILE_3"]
