"""Terraform: resources in the style of the provider's documentation, and what refers to something else."""

import base64
from decimal import Decimal

import pytest

from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import (
    AcrRegistryInfo,
    ConfigFileVolume,
    ContainerPort,
    DiskVolume,
    DnsConfig,
    DnsOption,
    EmptyDirVolume,
    EnvironmentVar,
    HostAlias,
    HttpGet,
    LifecycleHandler,
    NFSVolume,
    OssVolume,
    Probe,
    SecurityContext,
    Sysctl,
    Tag,
    VolumeMount,
)
from consoleapp.domain.wire import KEY_PATTERNS
from consoleapp.languages.imports import terraform
from consoleapp.languages.imports.imported import NotReadable
from tests.languages.imports.test_parameters import left_out

# As the provider's documentation has it: references, data sources, one container of each kind.
EXAMPLE = """\
variable "name" {
  default = "tf-example"
}

provider "alicloud" {
  region = "cn-beijing" # its own line
}

data "alicloud_eci_zones" "default" {}

resource "alicloud_vswitch" "default" {
  vswitch_name = var.name
  zone_id      = data.alicloud_eci_zones.default.zones.0.zone_ids.0
}

resource "alicloud_eci_container_group" "default" {
  container_group_name = var.name
  cpu                  = 8.0
  memory               = 16.0
  restart_policy       = "OnFailure"
  security_group_id    = alicloud_security_group.default.id
  vswitch_id           = join(",", ["vsw-1", "vsw-2"])
  auto_create_eip      = true
  tags = {
    Created = "TF",
    "For"   = "${var.name} ✓"
  }
  containers {
    image             = "registry.example.com/eci_open/nginx:alpine"
    name              = "nginx"
    working_dir       = "/tmp/nginx"
    image_pull_policy = "IfNotPresent"
    cpu               = 0
    memory            = 1.5
    commands          = ["/bin/sh", "-c", "sleep 9999"]
    volume_mounts {
      mount_path = "/tmp/example"
      read_only  = false
      name       = "empty1"
    }
    ports {
      port     = 80
      protocol = "TCP"
    }
    ports { port = 53 }
    environment_vars {
      key   = "name"
      value = "nginx"
    }
    environment_vars {
      key = "IP"
      field_ref { field_path = "status.podIP" }
    }
    liveness_probe {
      period_seconds        = "5"
      initial_delay_seconds = "5"
      success_threshold     = "1"
      failure_threshold     = "3"
      timeout_seconds       = "1"
      exec { commands = ["cat /tmp/healthy"] }
    }
    readiness_probe {
      http_get {
        path = "/"
        port = 80
        scheme = "HTTP"
      }
    }
    security_context {
      privileged  = true
      run_as_user = 7
      capability { add = ["NET_ADMIN"] }
    }
    lifecycle_pre_stop_handler_exec = ["nginx", "-s", "quit"]
  }
  init_containers {
    name  = "init-busybox"
    image = "registry.example.com/eci_open/busybox:1.30"
    args  = [ "a", # said
      <<-EOT
        one
          two ${"$"}{x} $${y}
      EOT
    ]
  }
  volumes {
    name = "empty1"
    type = "EmptyDirVolume"
  }
  volumes {
    name = "nas"
    type = "NFSVolume"
    nfs_volume_server = "nas.example.com"
    nfs_volume_path = "/"
    nfs_volume_read_only = true
  }
  volumes {
    name = "disk"
    type = "DiskVolume"
    disk_volume_disk_id = "d-1"
    disk_volume_fs_type = "ext4"
  }
}
"""
OURS = """\
variable "registry_password_1" {
  type      = string
  sensitive = true
  default   = "canary"
}
resource "alicloud_eci_container_group" "group" {
  container_group_name = "web"
  vswitch_id = var.vswitch_id
  security_group_id = var.group["web"]
  plain_http_registry = "registry.example.com:5000"
  image_registry_credential {
    server = "registry.example.com"
    user_name = "alice"
    password = var.registry_password_1
  }
  acr_registry_info {
    instance_id = "cri-1"
    domains = ["registry.example.com"]
  }
  dns_config {
    name_servers = ["10.0.0.1"]
    searches = ["example.com"]
    options {
      name = "ndots"
      value = "2"
    }
  }
  host_aliases {
    ip = "10.0.0.2"
    hostnames = ["a.example.com", "b.example.com"]
  }
  security_context {
    sysctl {
      name = "net.core.somaxconn"
      value = "1024"
    }
  }
  volumes {
    name = "conf"
    type = "ConfigFileVolume"
    config_file_volume_config_file_to_paths {
      path = "a"
      content = base64encode("grün=1\\n")
    }
    config_file_volume_config_file_to_paths {
      path = "b"
      content = base64encode(var.conf_b)
    }
    config_file_volume_config_file_to_paths {
      path = "c"
      content = filebase64("${path.module}/c")
    }
  }
  volumes {
    name = "b"
    type = "FlexVolume"
    flex_volume_driver = "alicloud/oss"
    flex_volume_options = jsonencode({ bucket = "b", "url" = "oss.example.com", akId = "i", akSecret = var.b_aksecret })
  }
  containers {
    name = "web"
    image = "registry.example.com/app:${var.tag}"
    environment_vars {
      key = "A"
      value = var.a == "" ? "x" : var.a
    }
    environment_vars {
      key = "DB_PASSWORD"
      value = "hidden"
    }
  }
}
"""


def test_reads_an_example_of_the_documentation() -> None:
    found = terraform.read(EXAMPLE)
    spec = found.spec
    assert (spec.region_id, spec.container_group_name, spec.restart_policy) == ("cn-beijing", "tf-example", "OnFailure")
    assert (spec.cpu, spec.memory_gib, spec.auto_create_eip) == (Decimal(8), Decimal(16), True)
    assert spec.vswitch_ids == ("vsw-1", "vsw-2")
    assert spec.tags == (Tag("Created", "TF"), Tag("For", "tf-example ✓"))
    assert spec.volumes == (
        EmptyDirVolume("empty1"), NFSVolume("nas", "nas.example.com", "/", True), DiskVolume("disk", "d-1", "ext4"),
    )  # fmt: skip
    (web,) = spec.containers
    assert (web.name, web.image, web.working_dir) == (
        "nginx",
        "registry.example.com/eci_open/nginx:alpine",
        "/tmp/nginx",
    )
    assert (web.cpu, web.memory_gib, web.commands) == (None, Decimal("1.5"), ("/bin/sh", "-c", "sleep 9999"))
    assert web.volume_mounts == (VolumeMount("empty1", "/tmp/example"),)
    assert web.ports == (ContainerPort(80), ContainerPort(53))
    assert web.environment_vars == (EnvironmentVar("name", "nginx"), EnvironmentVar("IP", field_path="status.podIP"))
    assert web.liveness_probe == Probe(
        exec_commands=("cat /tmp/healthy",), initial_delay_seconds=5, period_seconds=5, timeout_seconds=1,
        success_threshold=1, failure_threshold=3,
    )  # fmt: skip
    assert web.readiness_probe == Probe(http_get=HttpGet(80, "/", "HTTP"))
    assert web.security_context == SecurityContext(("NET_ADMIN",), run_as_user=7, privileged=True)
    assert web.lifecycle_pre_stop == LifecycleHandler(exec_commands=("nginx", "-s", "quit"))
    assert spec.init_containers[0].args == ("a", "one\n  two ${x} ${y}\n")
    assert [(note.subject, note.line) for note in found.left_out] == [
        ("data.alicloud_eci_zones.default", 9),
        ("resource.alicloud_vswitch.default", 11),
        ("security_group_id = alicloud_security_group.default.id", 21),
    ]
    assert [note.subject for note in found.changed] == ["var.name"]


def test_asks_for_secrets_and_what_is_elsewhere() -> None:
    found = terraform.read(OURS)
    spec = found.spec
    assert spec.plain_http_registries == ("registry.example.com:5000",)
    assert spec.image_registry_credentials[0].password == Secret("")
    assert spec.acr_registry_infos == (AcrRegistryInfo("cri-1", domains=("registry.example.com",)),)
    assert spec.dns_config == DnsConfig(("10.0.0.1",), ("example.com",), (DnsOption("ndots", "2"),))
    assert spec.host_aliases == (HostAlias("10.0.0.2", ("a.example.com", "b.example.com")),)
    assert spec.sysctls == (Sysctl("net.core.somaxconn", "1024"),)
    conf, bucket = spec.volumes
    assert isinstance(conf, ConfigFileVolume)
    assert [file.content.reveal() for file in conf.config_files] == ["grün=1\n", "", ""]
    assert isinstance(bucket, OssVolume)
    assert (bucket.ak_id, bucket.ak_secret) == ("i", Secret(""))
    (web,) = spec.containers
    assert web.image == "registry.example.com/app:<VAR_TAG>"
    assert web.environment_vars == (EnvironmentVar("A", Secret("")), EnvironmentVar("DB_PASSWORD", Secret("hidden")))
    assert left_out(found) == ["vswitch_id = var.vswitch_id", "security_group_id = …"]
    assert sorted(note.subject.partition(" ")[0] for note in found.changed) == [
        "containers[0].environment_vars[0].value",
        "containers[0].image",
        "image_registry_credential[0].password",
        "volumes[0].config_file_volume_config_file_to_paths[1].content",
        "volumes[0].config_file_volume_config_file_to_paths[2].content",
        "volumes[1].flex_volume_options",
    ]
    assert "canary" not in repr(found) + spec.image_registry_credentials[0].password.reveal()


def resource(body: str, name: str = "a") -> str:
    return f'resource "alicloud_eci_container_group" "{name}" {{\n{body}\n}}\n'


def test_one_of_several_groups_is_chosen() -> None:
    text = resource('container_group_name = "one"', "a") + resource('container_group_name = "two"', "b")
    first, second, odd = (terraform.read(text, chosen) for chosen in (None, ["b"], ["c"]))
    assert [each.spec.container_group_name for each in (first, second, odd)] == ["one", "two", "one"]
    assert [(each.key, each.is_chosen) for each in second.choices] == [("a", False), ("b", True)]
    assert not second.takes_several
    assert terraform.read(resource("")).choices == ()


def test_names_what_it_has_no_place_for() -> None:
    found = terraform.read(
        resource(
            'count = 2\nhost_nam = "x"\ncpu = "many"\ndns_config {\n}\ndns_config {\n}\nlifecycle {\n}\n'
            'dynamic "containers" {\n  for_each = var.x\n}\nports = [{ port = 80 }]\ncontainers {\n colour = "red"\n}\n'
            "tags = [1]\nrestart_policy = [for x in y : x]\neip_bandwidth = null\n"
        )
    )
    assert sorted(left_out(found)) == [
        "containers[0].colour", "count", "cpu", "dns_config", "dynamic.containers", "host_nam", "lifecycle", "ports",
        "restart_policy = …", "tags",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"a"', "a"),
        (r'"\"q\" \\ \n \t é \U0001F600"', '"q" \\ \n \t é 😀'),
        ('"$${a} %%{b} $ % $x"', "${a} %{b} $ % $x"),
        ('"${"a"}${1}${true}"', "a1true"),
        ('"${ "x" /* said */ }"', "x"),
        ("var.known", "known"),
        ("(var.known)", "known"),
        ("local.known", "in known"),
        ("local.circle", ""),
        ("var.empty", ""),
        ('tostring("a")', "a"),
        ("12.50", "12.50"),
        ("true", "true"),
        ("null", ""),
        ("1 + 2", ""),
        ('upper("a")', ""),
        ('"a${upper("b")}"', "a<ASKED>"),
        ('"%{ if true }a%{ endif }"', "<ASKED>a<ASKED>"),
        ("<<EOT\n a\n  b ${var.known}\nEOT", " a\n  b known\n"),
        ("<<-E\n   a\n\n     b\n   E", "a\n\n  b\n"),
        (
            'jsonencode({ a = 1, "b" : ["x", true, null], (var.known) = "y" })',
            '{"a": 1, "b": ["x", true, null], "known": "y"}',
        ),
    ],
)
def test_knows_what_an_expression_is_worth(expression: str, value: str) -> None:
    text = (
        'variable "known" {\n  default = "known"\n}\nvariable "empty" {\n  default = null\n}\n'
        'locals {\n  known = "in ${var.known}"\n  circle = local.circle\n}\n'
    )
    known = "in <VAR_KNOWN>" if expression == "local.known" else value
    assert terraform.read(text + resource(f"core_pattern = {expression}")).spec.core_pattern == known


def test_encodes_as_terraform_does() -> None:
    text = resource(
        'volumes {\n name = "a"\n type = "ConfigFileVolume"\n config_file_volume_config_file_to_paths {\n path = "p"\n'
        f' content = "{base64.b64encode(b"plain").decode()}"\n }}\n}}'
    )
    (volume,) = terraform.read(text).spec.volumes
    assert isinstance(volume, ConfigFileVolume)
    assert volume.config_files[0].content.reveal() == "plain"


def test_the_names_of_keys_are_all_different() -> None:
    assert len(terraform._KEYS) == len(KEY_PATTERNS)


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("", "There is no resource", None),
        ('resource "alicloud_vswitch" "a" {}', "There is no resource", None),
        (resource("cpu = 1\ncpu = 2"), "stands twice", 3),
        ("\n}", "not HCL", 2),
        ("resource", "not HCL", 1),
        ('a = "x', "not HCL", 1),
        ('a = "x\n"', "not HCL", 1),
        (r'a = "\q"', "not HCL", 1),
        (r'a = "\UFFFFFFFF"', "not HCL", 1),
        ("a = <<X\n1\n", "not HCL", 1),
        ("a = [1", "not HCL", 1),
        ("a = (1, 2)", "not HCL", 1),
        ("a = {1 2}", "not HCL", 1),
        ("a =", "not HCL", 1),
        ("a = 1 ]", "not HCL", 1),
        ("/* a", "not HCL", 1),
        ("a = " + "[" * 40, "nested", 1),
        ("a = " + '"${' * 40, "nested", 1),
        ("a {\n" * 40, "nested", 33),
        ("a = [" + "1," * 30_000 + "]", "values", 1),
        ("x" * 262_145, "at most {limit} bytes", None),
    ],
)
def test_refuses(text: str, says: str, line: int | None) -> None:
    with pytest.raises(NotReadable) as caught:
        terraform.read(text)
    assert says in caught.value.says
    assert caught.value.line == line


@pytest.mark.parametrize(
    "expression",
    [
        "[" + ", ".join(["local.a"] * 40) + "]",
        "jsonencode(" * 20 + r'"\""' + ")" * 20,
        '"' + "${local.a}" * 40 + '"',
    ],
)
def test_refuses_what_grows(expression: str) -> None:
    text = f'locals {{\n a = "{"x" * 30_000}"\n}}\n' + resource(f"containers {{\n args = {expression}\n}}")
    with pytest.raises(NotReadable, match="with what it repeats"):
        terraform.read(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (EXAMPLE, True),
        (OURS, True),
        ("resource alicloud_eci_container_group a {", True),
        ("resource: a", False),
        ('{"resource": {}}', False),
        ("", False),
    ],
)
def test_recognizes_terraform(text: str, is_one: bool) -> None:
    assert terraform.recognizes(text) is is_one
