"""Commands of the CLI: lines as manuals have them, and the rules of its flags."""

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import EmptyDirVolume, EnvironmentVar, OssVolume
from consoleapp.languages.imports import aliyun_cli
from consoleapp.languages.imports.imported import NotReadable
from tests.domain.builders import group
from tests.languages.imports.test_parameters import left_out

SMALL = "--ContainerGroupName web --Container.1.Name web --Container.1.Image nginx:1.27"
# As a manual has it: values behind a blank, lines that go on.
MANUAL = """\
$ aliyun eci CreateContainerGroup \\
  --RegionId cn-hangzhou \\
  --SecurityGroupId sg-1 --VSwitchId vsw-1 \\
  --ContainerGroupName 'shop' \\
  --Container.1.Image registry.example.com/eci_open/nginx:1.14.2 \\
  --Container.1.Name nginx-1 \\
  --Container.1.Port.1.Protocol TCP --Container.1.Port.1.Port 80 \\
  --Container.1.Command.1 /bin/sh --Container.1.Arg.1=-c --Container.1.Arg.2='sleep 10; echo "$HOME"' \\
  --Container.1.VolumeMount.1.Name cache --Container.1.VolumeMount.1.MountPath /cache \\
  --Volume.1.Name cache --Volume.1.Type EmptyDirVolume \\
  --profile work --force
"""
OURS = """\
# For a POSIX shell (sh, bash, zsh).
(
set -eu

ask() {
  printf '%s: ' "$1" >&2
  IFS= read -r answer || exit 1
}
[ -n "${REGISTRY_PASSWORD_1-}" ] || REGISTRY_PASSWORD_1=$(ask REGISTRY_PASSWORD_1)
CONF=$(encoded "$CONF_FILE")

aliyun eci CreateContainerGroup \\
  --RegionId=cn-hangzhou \\
  --ContainerGroupName=web \\
  --Volume.1.Name=conf \\
  --Volume.1.Type=ConfigFileVolume \\
  --Volume.1.ConfigFileVolume.ConfigFileToPath.1.Path=app.conf \\
  --Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content="$CONF" \\
  --Volume.2.Name=b \\
  --Volume.2.Type=FlexVolume \\
  --Volume.2.FlexVolume.Driver=alicloud/oss \\
  --Volume.2.FlexVolume.Options='{"bucket": "b", "url": "u", "akId": "i", "akSecret": "'"$(escaped "$B_AK")"'"}' \\
  --Container.1.Name=web \\
  --Container.1.Image=nginx:1.27 \\
  --Container.1.EnvironmentVar.1.Key=A \\
  --Container.1.EnvironmentVar.1.Value="$WEB_A" \\
  --ImageRegistryCredential.1.Server=registry.example.com \\
  --ImageRegistryCredential.1.UserName=alice \\
  --ImageRegistryCredential.1.Password="$REGISTRY_PASSWORD_1"
)
"""


def test_reads_a_command_of_a_manual() -> None:
    found = aliyun_cli.read(MANUAL)
    web = found.spec.containers[0]
    assert (found.spec.region_id, found.spec.vswitch_ids, found.spec.container_group_name) == (
        "cn-hangzhou", ("vsw-1",), "shop",
    )  # fmt: skip
    assert (web.image, web.ports[0].port) == ("registry.example.com/eci_open/nginx:1.14.2", 80)
    assert (web.commands, web.args) == (("/bin/sh",), ("-c", 'sleep 10; echo "$HOME"'))
    assert found.spec.volumes == (EmptyDirVolume("cache"),)
    assert left_out(found) == ["--profile", "--force"]
    assert found.changed == ()


def test_asks_for_what_our_own_export_asks_for() -> None:
    found = aliyun_cli.read(OURS)
    spec = found.spec
    assert spec.containers[0].environment_vars == (EnvironmentVar("A", Secret("")),)
    assert spec.image_registry_credentials[0].password == Secret("")
    assert spec.volumes[0].config_files[0].content == Secret("")  # type: ignore[union-attr]
    assert isinstance(spec.volumes[1], OssVolume)
    assert spec.volumes[1].ak_secret == Secret("")
    assert left_out(found) == []
    assert len(found.changed) == 4


@pytest.mark.parametrize(
    "before", ["", "$ ", "# ", "> ", "sudo ", "  $ sudo ", "/usr/local/bin/", "A=b ", "cd x && ", "#!/bin/sh\n"]
)
def test_finds_the_command_behind(before: str) -> None:
    text = f"{before}aliyun eci CreateContainerGroup --RegionId cn-hangzhou {SMALL}"
    assert aliyun_cli.read(text).spec == group()


def test_flags_may_stand_before_the_product() -> None:
    text = f"aliyun --profile=work --region cn-hangzhou eci CreateContainerGroup {SMALL}"
    found = aliyun_cli.read(text)
    assert found.spec == group()
    assert left_out(found) == ["--profile"]


@pytest.mark.parametrize(
    ("flags", "args", "left"),
    [
        ("--Container.1.Arg.1=-c", ("-c",), []),
        ("--Container.1.Arg.1:-c", ("-c",), []),
        ("--Container.1.Arg.1=a=b:c", ("a=b:c",), []),
        ("--Container.1.Arg.1= x", ("x",), []),
        # The CLI takes it for flags of its own.
        ("--Container.1.Arg.1 -lc", ("",), ["-lc"]),
        ("--Container.1.Arg.1 a b", ("a",), ["…"]),
        ("--Container.1.Arg.1='a\nb'", ("a\nb",), []),
        ("--Container.1.Arg.1='it'\\''s'", ("it's",), []),
        ("--Container.1.Arg.1 '$HOME `x` $(y)'", ("$HOME `x` $(y)",), []),
        ("--Container.1.Arg.1='$A'\"${B:-x}\"", ("$A<B>",), []),
        ("--Container.1.Colour red", (), ["--Container.1.Colour"]),
        ("--ClientToken x", (), ["--ClientToken"]),
    ],
)
def test_reads_values_as_the_cli_does(flags: str, args: tuple[str, ...], left: list[str]) -> None:
    found = aliyun_cli.read(f"aliyun eci CreateContainerGroup --RegionId=cn-hangzhou {SMALL} {flags}")
    assert found.spec.containers[0].args == args
    assert left_out(found) == left


def test_a_file_and_a_variable_are_asked_for() -> None:
    found = aliyun_cli.read(
        f"aliyun eci CreateContainerGroup --RegionId $REGION {SMALL.replace('1.27', '$TAG')} --Cpu `nproc`"
        " --Volume.1.Name=c --Volume.1.Type=ConfigFileVolume --Volume.1.ConfigFileVolume.ConfigFileToPath.1.Path=a"
        " --Volume.1.ConfigFileVolume.ConfigFileToPath.1.Content-FILE=./a"
    )
    assert (found.spec.region_id, found.spec.cpu, found.spec.containers[0].image) == ("", None, "nginx:<TAG>")
    assert left_out(found) == ["--RegionId", "--Cpu"]
    assert [note.subject.rpartition(".")[2] for note in found.changed] == ["Image", "Content-FILE"]


def test_the_region_that_is_sent_wins() -> None:
    text = f"aliyun eci CreateContainerGroup --region cn-beijing --RegionId cn-hangzhou {SMALL}"
    assert aliyun_cli.read(text).spec.region_id == "cn-hangzhou"


def test_a_second_command_is_named() -> None:
    found = aliyun_cli.read(
        f"aliyun eci DescribeRegions && aliyun eci UpdateContainerGroup --RegionId cn-hangzhou {SMALL}\n"
        f"aliyun eci CreateContainerGroup {SMALL}"
    )
    assert found.changed[0].subject == "UpdateContainerGroup"
    assert [(note.subject, note.line) for note in found.left_out] == [
        ("aliyun eci DescribeRegions", 1), ("aliyun eci CreateContainerGroup", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "There is no command"),
        ("aliyun", "There is no command"),
        ("aliyun ecs CreateInstance", "There is no command"),
        ("aliyun eci", "only {known} can be read"),
        ("aliyun eci DescribeContainerGroups", "only {known} can be read"),
        ("aliyun eci create-container-group --region-id cn", "a plugin"),
        (f"aliyun eci CreateContainerGroup {SMALL} --Cpu 1 --Cpu=2", "stands twice"),
        (f"aliyun eci CreateContainerGroup {SMALL} --Cpu 'open", "has no end"),
        ("aliyun eci CreateContainerGroup " + "x" * 262_144, "at most {limit} bytes"),
    ],
)
def test_refuses(text: str, says: str) -> None:
    with pytest.raises(NotReadable) as caught:
        aliyun_cli.read(text)
    assert says in caught.value.says


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (MANUAL, True),
        (OURS, True),
        ("sudo aliyun eci create-container-group", True),
        ("aliyun --profile=x eci CreateContainerGroup", True),
        ("aliyun ecs CreateInstance", False),
        ("docker run aliyun", False),
        ("We use aliyun eci here", False),
        ("", False),
    ],
)
def test_recognizes_a_command(text: str, is_one: bool) -> None:
    assert aliyun_cli.recognizes(text) is is_one


def test_no_note_shows_a_value() -> None:
    found = aliyun_cli.read(
        f"aliyun eci CreateContainerGroup {SMALL} --access-key-secret canary-1 --Colour=canary-2 canary-3 -p canary-4"
    )
    assert len(found.left_out) == 4
    assert "canary" not in repr((found.changed, found.left_out))
