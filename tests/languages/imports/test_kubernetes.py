"""Manifests such as people have: what is taken over, and that nothing is dropped in silence."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consoleapp.domain import wire
from consoleapp.domain.container import ContainerParts
from consoleapp.domain.schema import check
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ConfigFileVolume, FlexVolume, OssVolume
from consoleapp.domain.validation import Problems
from consoleapp.languages.imports import kubernetes
from consoleapp.languages.imports.imported import Imported, Note, NotReadable
from consoleapp.languages.imports.kubernetes import read
from consoleapp.languages.imports.sources import recognize

SEEDS = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "kubernetes").glob("*.yaml"))}
SECRET = "(secret)"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n"


@dataclass(frozen=True)
class Said:
    """What a manifest says: lines of its containers, other parameters, and what became of the rest, by subject."""

    containers: tuple[str, ...]
    others: str = ""
    changed: str = ""
    left_out: str = ""


def _line(container: ContainerParts) -> str:
    """Return name, image, variables, ports, mounts and command of a container in one line."""
    values = [
        f"{each.key}={SECRET if isinstance(each.value, Secret) else each.field_path or each.value}"
        for each in container.environment_vars
    ]
    ports = [f":{each.port}" + "/udp" * (each.protocol == "UDP") for each in container.ports]
    mounts = [f"{each.name}->{each.mount_path}" for each in container.volume_mounts]
    words = [repr(word) for word in (*container.commands, *container.args)]
    return " ".join([container.name, container.image, *values, *ports, *mounts, *words])


SAID = {
    "guestbook": Said(
        ("php-redis registry.example.com/samples/gb-frontend:v5 GET_HOSTS_FROM=dns :80",),
        "ContainerGroupName=frontend Cpu=0.25 Memory=0.5 Container.1.Cpu=0.1 Container.1.Memory=0.097657",
        "resources",
        "Service frontend|spec.replicas|spec.selector|spec.template.metadata.labels",
    ),
    "job-pi": Said(
        ("pi perl:5.34.0 'perl' '-Mbignum=bpi' '-wle' 'print bpi(2000)'",),
        "RestartPolicy=Never ActiveDeadlineSeconds=600",
        left_out="spec.backoffLimit",
    ),
    "statefulset": Said(
        ("nginx registry.example.com/nginx-slim:0.24 :80 www->/usr/share/nginx/html",),
        "TerminationGracePeriodSeconds=10",
        left_out="Service nginx|metadata.namespace|spec.serviceName|spec.replicas|spec.minReadySeconds|spec.selector|"
        "spec.template.metadata.labels|spec.template.spec.containers.nginx.ports.web.name|"
        "spec.volumeClaimTemplates.www",
    ),
    "cronjob": Said(
        ("hello busybox:1.28 '/bin/sh' '-c' 'date; echo Hello from the Kubernetes cluster'",),
        "RestartPolicy=OnFailure Container.1.ImagePullPolicy=IfNotPresent",
        left_out="spec.schedule|spec.concurrencyPolicy|spec.jobTemplate.spec.ttlSecondsAfterFinished",
    ),
    "config-env": Said(
        (
            "app registry.example.com/app CFG_LOG_LEVEL=info CFG_api.token=(secret) DB_PASSWORD=(secret) "
            "DB_USER=(secret) URL=(secret) LEVEL=info PORT=8080 DEBUG=yes API_KEY=(secret) IP=status.podIP "
            "POD=__ECI_NAME__ MISSING= '--level=info' '--pass=$(DB_PASSWORD)' '$(date)' '$(date)'",
        ),
        "ContainerGroupName=app-example Container.1.ImagePullPolicy=Always",
        "metadata.name|spec.template.spec.containers.app.envFrom.0.api.token|"
        "spec.template.spec.containers.app.env.PORT|spec.template.spec.containers.app.env.DEBUG|"
        "spec.template.spec.containers.app.env.API_KEY|"
        "spec.template.spec.containers.app.env.POD.valueFrom.fieldRef|"
        "spec.template.spec.containers.app.env.MISSING.valueFrom.configMapKeyRef|"
        "spec.template.spec.containers.app.args",
        "Secret spare|metadata.annotations|spec.selector|spec.template.metadata.labels|"
        "spec.template.spec.containers.app.envFrom.1.secretRef|"
        "spec.template.spec.containers.app.env.NODE.valueFrom.fieldRef|"
        "spec.template.spec.containers.app.env.CPU.valueFrom.resourceFieldRef|"
        "spec.template.spec.containers.app.env.MAYBE.valueFrom.configMapKeyRef",
    ),
    "kyaml": Said(
        ("web nginx:1.27 :80",),
        "RestartPolicy=OnFailure Container.1.Stdin=true Container.1.Tty=true",
        left_out="spec.containers.web.ports.1",
    ),
    "init-containers": Said(
        (
            "myapp busybox:1.28 'sh' '-c' 'echo The app is running! && sleep 3600'",
            "logs registry.example.com/logs:latest logs->/var/log",
            "init-myservice busybox:1.28 'sh' '-c' 'until nslookup myservice; do sleep 2; done'",
        ),
        "Volume.1.EmptyDirVolume.Medium=Memory Volume.1.EmptyDirVolume.SizeLimit=64Mi "
        "Container.1.SecurityContext.RunAsUser=2000 Container.1.SecurityContextRunAsGroup=3000 "
        "Container.1.SecurityContext.Capability.Add.1=NET_ADMIN Container.2.SecurityContext.RunAsUser=1000 "
        "InitContainer.1.SecurityContext.RunAsUser=1000 SecurityContext.Sysctl.1.Value=80 "
        "Container.2.VolumeMount.1.SubPath=app Container.2.VolumeMount.1.ReadOnly=true "
        "Container.2.VolumeMount.1.MountPropagation=HostToContainer",
        "spec.initContainers.logs",
        "metadata.labels|spec.securityContext.fsGroup|spec.containers.myapp.securityContext.allowPrivilegeEscalation|"
        "spec.containers.myapp.securityContext.capabilities.drop|"
        "spec.initContainers.init-myservice.securityContext.runAsGroup|spec.initContainers.logs.startupProbe",
    ),
    "probes": Said(
        (
            "web registry.example.com/agnhost:2.40 :8080",
            "db registry.example.com/db@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        "Container.1.LivenessProbe.HttpGet.Port=8080 Container.1.LivenessProbe.HttpGet.Path=/healthz "
        "Container.1.LivenessProbe.InitialDelaySeconds=3 Container.1.LivenessProbe.PeriodSeconds=10 "
        "Container.1.LivenessProbe.FailureThreshold=1 Container.1.LifecyclePostStartHandlerExec.1=/bin/sh "
        "Container.1.LifecyclePreStopHandlerHttpGetPort=8080 Container.1.LifecyclePreStopHandlerHttpGetPath=/bye "
        "Container.1.LifecyclePreStopHandlerHttpGetHttpHeader.1.Name=A "
        "Container.2.ReadinessProbe.TcpSocket.Port=5432",
        left_out="spec.containers.web.ports.liveness-port.name|spec.containers.web.ports.liveness-port.hostPort|"
        "spec.containers.web.livenessProbe.httpGet.httpHeaders|spec.containers.web.readinessProbe.grpc|"
        "spec.containers.web.readinessProbe|spec.containers.web.startupProbe|"
        "spec.containers.db.livenessProbe.httpGet.port",
    ),
    "volumes": Said(
        ("web nginx:1.27 conf->/etc/nginx/conf.d data->/data",),
        "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Path=a/site.conf Volume.1.ConfigFileVolume.DefaultMode=0644 "
        "Volume.1.ConfigFileVolume.ConfigFileToPath.1.Mode=0400 Volume.2.ConfigFileVolume.DefaultMode=0400 "
        "Volume.2.ConfigFileVolume.ConfigFileToPath.1.Path=tls.key Volume.3.Name=gone "
        "Volume.4.HostPathVolume.Path=/var/lib Volume.4.HostPathVolume.Type=Directory "
        "Volume.5.NFSVolume.Server=nas.example.com Volume.5.NFSVolume.Path=/ Volume.5.NFSVolume.ReadOnly=true "
        "Volume.6.FlexVolume.Driver=alicloud/oss Volume.7.Type=EmptyDirVolume",
        "spec.volumes.gone.secret|spec.volumes.host.hostPath",
        "ConfigMap.conf.binaryData.logo.png|Secret.tls.data.tls.crt|spec.volumes.data.persistentVolumeClaim|"
        "spec.volumes.foreign.flexVolume|PersistentVolumeClaim data",
    ),
    "virtual-node": Said(
        ("burst registry.example.com/burst:1",),
        "Cpu=2 Memory=4 AutoMatchImageCache=true ImageSnapshotId=imc-1 AcrRegistryInfo.1.InstanceId=cri-a "
        "AcrRegistryInfo.2.InstanceId=cri-b AcrRegistryInfo.2.RegionId=cn-beijing VSwitchId=vsw-a,vsw-b "
        "AcrRegistryInfo.2.ArnService=acs:ram::2:role/b SecurityGroupId=sg-1 ComputeCategory.2=general "
        "AutoCreateEip=true EipBandwidth=5 EphemeralStorage=50 Tag.1.Key=team Tag.2.Value=test Ipv6AddressCount=1 "
        "IngressBandwidth=40000000 CpuArchitecture=ARM64 Container.1.Cpu=1 Container.1.Memory=1",
        left_out="spec.replicas|spec.selector|spec.template.metadata.labels|"
        "spec.template.metadata.annotations.k8s.aliyun.com/eci-spot-strategy|"
        "spec.template.metadata.annotations.k8s.aliyun.com/eci-max-pending-minute|"
        "spec.template.metadata.annotations.k8s.aliyun.com/eci-fail-strategy|"
        "spec.template.metadata.annotations.example.com/other|spec.template.spec.nodeSelector.disk|"
        "spec.template.spec.tolerations",
    ),
    "list": Said(("old registry.example.com/old:1",), "ContainerGroupName=old", left_out="spec.replicas"),
    "resources": Said(
        ("a nginx:1.27", "b nginx:1.27", "c nginx:1.27", "d nginx:1.27"),
        "ContainerGroupName=sized Cpu=4 Memory=2 Container.1.Cpu=0.1 Container.1.Memory=0.195313 Container.1.Gpu=1 "
        "Container.2.Cpu=1 Container.2.Memory=0.931323 Container.3.Memory=0.125 InitContainer.1.Cpu=3",
        "metadata.name|spec.containers.a.resources.cpu|spec.containers.a.resources.memory|resources",
        "spec.containers.a.resources.requests.ephemeral-storage|spec.containers.c.resources.requests.cpu",
    ),
    "pull-secret": Said(
        ("a registry.example.com/a:1", "b team/b:1", "c mirror.example.com:5000/c:1"),
        "ImageRegistryCredential.1.Server=registry.example.com ImageRegistryCredential.1.UserName=alice "
        "ImageRegistryCredential.2.Server=docker.io ImageRegistryCredential.2.UserName=bob "
        "ImageRegistryCredential.3.Server=mirror.example.com:5000",
        "spec.imagePullSecrets.other",
    ),
    "network": Said(
        ("busybox busybox A=2",),
        "HostName=busybox-1 HostAliase.1.Ip=127.0.0.1 HostAliase.1.Hostname.2=bar.local DnsPolicy=None "
        "DnsConfig.NameServer.1=192.0.2.1 DnsConfig.Search.1=ns1.svc.cluster-domain.example "
        "DnsConfig.Option.1.Value=2 DnsConfig.Option.2.Name=edns0 ShareProcessNamespace=true "
        "Container.1.WorkingDir=/tmp Container.1.TerminationMessagePath=/tmp/log "
        "Container.1.TerminationMessagePolicy=FallbackToLogsOnError",
        "spec.containers.busybox.env.A",
        "spec.subdomain|spec.serviceAccountName|spec.automountServiceAccountToken|spec.affinity|"
        "spec.containers.busybox.volumeDevices",
    ),
    "cluster-dns": Said(
        ("dns registry.example.com/dns:1 :0",),
        "RestartPolicy=Always Container.1.SecurityContextRunAsNonRoot=true "
        "Container.1.SecurityContext.ReadOnlyRootFilesystem=true",
        "spec.dnsPolicy",
        "Service knative|Role role|spec.restartPolicy|spec.containers.dns.command|"
        "spec.containers.dns.ports.0.containerPort|spec.containers.dns.securityContext.runAsUser|status",
    ),
}


def test_every_manifest_says_something() -> None:
    assert SAID.keys() == SEEDS.keys()


@pytest.mark.parametrize("name", SEEDS)
def test_takes_over_what_a_manifest_says(name: str) -> None:
    said, imported = SAID[name], read(SEEDS[name])
    assert tuple(_line(container) for _path, container in imported.spec.all_containers) == said.containers
    parameters = {f"{key}={text}" for key, text in wire.to_parameters(imported.spec).items()}
    assert set(said.others.split()) - parameters == set()
    assert sorted(_subjects(imported.changed)) == sorted(filter(None, said.changed.split("|")))
    assert sorted(_subjects(imported.left_out)) == sorted(filter(None, said.left_out.split("|")))


def _subjects(notes: tuple[Note, ...]) -> list[str]:
    return [note.subject for note in notes]


def _outcome(objects: list[Any]) -> Any:
    """Return all that became of a text, without lines and sentences."""
    imported = read("\n---\n".join(map(json.dumps, objects)))
    notes = [(note.subject, dict(note.params)) for note in (*imported.changed, *imported.left_out)]
    return imported.spec, notes


def _keys(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every key of a tree."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        if isinstance(tree, dict):
            yield (*path, key)
        yield from _keys(value, (*path, key))


def _without(tree: Any, path: tuple[Any, ...]) -> Any:
    """Return a tree without what stands at a path."""
    if len(path) == 1:
        return {key: value for key, value in tree.items() if key != path[0]}
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = _without(copy[path[0]], path[1:])
    return copy


# Keys that say what holds without them, and those of a whole that is named once.
SAY_NOTHING = {
    "apiVersion", "kind", "protocol", "imagePullPolicy", "type", "optional", "secretName", "alibabacloud.com/eci",
    "matchLabels", "app", "app.kubernetes.io/name", "labels",
}  # fmt: skip
WHOLES = {
    "status", "volumeClaimTemplates", "persistentVolumeClaim", "affinity", "tolerations", "volumeDevices", "selector",
    "startupProbe", "grpc", "drop", "httpHeaders", "nodeSelector", "resourceFieldRef", "flexVolume", "httpGet",
    "binaryData", "configMapKeyRef", "valueFrom", "annotations", "resources",
}  # fmt: skip
# A port that is left out as a whole, and a variable that another one replaces.
SILENT = {
    "kyaml": [("spec", "containers", 0, "ports", 1, "containerPort")],
    "network": [("spec", "containers", 0, "env", 0, "value")],
}


@pytest.mark.parametrize("name", SEEDS)
def test_no_key_is_dropped_in_silence(name: str) -> None:
    """Each key that is taken away makes a difference to what was read, or to what is said of it."""
    objects = [each for each in yaml.safe_load_all(SEEDS[name]) if each]
    workload = next(each for each in objects if each["kind"] in kubernetes._TEMPLATES or each["kind"] == "List")
    whole = _outcome(objects)
    silent = []
    for path in _keys(workload):
        if path[-1] in SAY_NOTHING or set(path[:-1]) & WHOLES or path[:1] == ("items",):
            continue
        others = [_without(each, path) if each is workload else each for each in objects]
        if _outcome(others) == whole:
            silent.append(path)
    assert silent == SILENT.get(name, [])


def test_one_of_several_workloads_is_taken() -> None:
    first, chosen = read(SEEDS["guestbook"]), read(SEEDS["guestbook"], ["Deployment/redis-leader"])
    assert [(each.key, each.is_chosen) for each in first.choices] == [
        ("Deployment/frontend", True),
        ("Deployment/redis-leader", False),
    ]
    assert not first.takes_several
    assert [each.image for each in chosen.spec.containers] == ["docker.io/redis:6.0.5"]
    assert read(SEEDS["job-pi"]).choices == ()


@pytest.mark.parametrize(("name", "taken"), [("a--b", "a--b"), ("a.b", "a-b")])
def test_a_name_is_changed_no_more_than_it_must_be(name: str, taken: str) -> None:
    text = f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}}}, spec: {{containers: [{{name: a, image: b}}]}}}}"
    imported = read(text)
    assert imported.spec.container_group_name == taken
    assert ("metadata.name" in _subjects(imported.changed)) == (name != taken)


def test_two_workloads_of_one_name_can_be_told_apart() -> None:
    choices = read(f"{POD}  containers: [{{name: a}}]\n---\n{POD}  containers: [{{name: b}}]").choices
    assert [each.key for each in choices] == ["Pod/web", "Pod/web/2"]


def test_lines_are_those_of_the_text() -> None:
    lines = {note.subject: note.line for note in read(SEEDS["job-pi"]).left_out}
    assert lines == {"spec.backoffLimit": 14}


def test_a_load_balancer_is_answered_with_an_elastic_ip() -> None:
    says = {note.subject: note.says for note in read(SEEDS["guestbook"]).left_out}
    assert "Elastic IP" in says["Service frontend"]


def _volume(imported: Imported, name: str) -> Any:
    return next(each for each in imported.spec.volumes if each.name == name)


def test_files_and_access_keys_are_secret() -> None:
    imported = read(SEEDS["volumes"])
    files = _volume(imported, "conf")
    assert isinstance(files, ConfigFileVolume)
    assert files.config_files[0].content == Secret("listen 80;\n")
    bucket = _volume(imported, "bucket")
    assert isinstance(bucket, OssVolume)
    assert bucket.ak_secret == Secret("hidden")
    assert "hidden" not in repr(imported)


def test_an_option_that_no_page_asks_for_stays_in_a_flex_volume() -> None:
    options = "volumes: [{name: v, flexVolume: {driver: alicloud/nas, options: {server: s, odd: x}}}]"
    volume = _volume(read(f"{POD}  containers: [{{name: a}}]\n  {options}"), "v")
    assert isinstance(volume, FlexVolume)
    assert [each.name for each in volume.options] == ["server", "odd"]


def test_logins_of_the_text_are_secret() -> None:
    imported = read(SEEDS["pull-secret"])
    assert [each.password for each in imported.spec.image_registry_credentials] == [
        Secret("sesame"), Secret("hi"), Secret(""),
    ]  # fmt: skip
    assert "sesame" not in repr(imported)


def test_a_secret_that_is_filled_in_makes_a_secret() -> None:
    imported = read(SEEDS["config-env"])
    values = {each.key: each.value for each in imported.spec.containers[0].environment_vars}
    assert values["URL"] == Secret("postgres://alice:sesame@db/$(x)")
    assert "sesame" not in repr(imported)


def test_sizes_that_are_sold_nowhere_stay_as_asked() -> None:
    spec = read(f"{POD}  containers: [{{name: a, resources: {{requests: {{cpu: 100, memory: 1Ti}}}}}}]").spec
    assert (spec.cpu, spec.memory_gib) == (Decimal(100), Decimal(1024))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("apiVersion: serving.knative.dev/v1\nkind: Service", "no workload of Kubernetes itself"),
        ("apiVersion: eci.aliyun.com/v1\nkind: Selector", "no workload of Kubernetes itself"),
        ("apiVersion: example.com/v1\nkind: Deployment", "no workload of Kubernetes itself"),
        ("apiVersion: v1\nkind: ConfigMap", "no workload in it"),
        ("kind: Pod", "apiVersion is missing"),
        ("just words", "no object of Kubernetes"),
        ("a: [", "not YAML"),
    ],
)
def test_says_why_there_is_nothing_to_read(text: str, says: str) -> None:
    with pytest.raises(NotReadable) as caught:
        read(text)
    assert says in caught.value.says
    assert caught.value.says.format(**caught.value.params)


def test_what_repeats_itself_without_end_is_refused() -> None:
    doubled = "".join(f"{{name: V{n}, value: $(V{n - 1})$(V{n - 1})}}, " for n in range(1, 200))
    with pytest.raises(NotReadable):
        read(f"{POD}  containers: [{{name: a, env: [{{name: V0, value: {'x' * 99}}}, {doubled}]}}]")
    entries = "".join(f"  k{n}: v\n" for n in range(2000))
    config = f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n{entries}"
    volumes = "".join(f"{{name: v{n}, configMap: {{name: c}}}}, " for n in range(600))
    with pytest.raises(NotReadable):
        read(f"{POD}  volumes: [{volumes}]\n{config}")


def test_recognizes_manifests_and_nothing_else() -> None:
    for name, text in SEEDS.items():
        source = recognize(text)
        assert source is not None, name
        assert source.word == "kubernetes", name
    assert kubernetes.recognizes('{"apiVersion": "v1", "kind": "Pod"}')
    assert not kubernetes.recognizes("services:\n  web:\n    image: nginx\n")
    assert not kubernetes.recognizes("docker run --name kind: nginx")


# Any tree with the words of a manifest in it.
WORDS = st.sampled_from(sorted({str(key) for text in SEEDS.values() for tree in yaml.safe_load_all(text)
                                for path in _keys(tree) for key in path}))  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS
TREES = st.recursive(LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(WORDS, below, max_size=4))


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    """Draw a manifest in which something stands where another thing should."""
    objects = [each for each in yaml.safe_load_all(SEEDS[draw(st.sampled_from(sorted(SEEDS)))]) if each]
    for _time in range(draw(st.integers(1, 3))):
        paths = [path for path in _keys(objects) if path]
        *above, key = draw(st.sampled_from(paths))
        tree: Any = objects
        for word in above:
            tree = tree[word]
        tree[key] = draw(TREES)
    return "\n---\n".join(map(json.dumps, objects))


def test_a_list_for_a_word_is_left_out() -> None:
    assert _subjects(read(f"{POD}  dnsPolicy: []\n  containers: [{{name: a, image: [b]}}]").left_out) == [
        "spec.dnsPolicy", "spec.containers.a.image",
    ]  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_spoilt())
def test_a_spoilt_manifest_is_read_or_refused(text: str) -> None:
    try:
        imported = read(text)
    except NotReadable:
        return
    # Its values have the right types: a form can judge and mark them.
    check(imported.spec, Problems(), deep=True)
    for note in (*imported.changed, *imported.left_out):
        assert note.says.format(**note.params)
