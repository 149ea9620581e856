"""A manifest of Kubernetes as a container group: its pod, with the ConfigMaps and Secrets of the same text.

Several workloads: one is taken. Whatever a group cannot be is named. The pod is not here (``kubernetes_pod.py``).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from consoleapp.domain.errors import DomainError, _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.kubernetes import ECI_LABEL
from consoleapp.domain.sizes import Size, billed_size, sold_sizes
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX, Choice, Imported, Note, NotReadable
from consoleapp.languages.imports.kubernetes_annotations import read_annotations
from consoleapp.languages.imports.kubernetes_objects import KINDS, Given
from consoleapp.languages.imports.kubernetes_pod import Pod
from consoleapp.languages.imports.kubernetes_reading import IN_CLUSTER, Reader, made
from consoleapp.languages.imports.kubernetes_volumes import ADD_VOLUME
from consoleapp.languages.imports.yaml_tree import Mapped, Word, documents, line_of

_SIGNS: Final = tuple(
    re.compile(rf"(?:^|[\s{{,\[])[\"']?{word}[\"']?[ \t]*:", re.MULTILINE) for word in ("apiVersion", "kind")
)
_GROUPS: Final = re.compile(r"v1|(?:apps|batch|extensions)/v[0-9a-z]+")
# Where the template of its pod stands in a workload.
_TEMPLATES: Final[dict[str, tuple[str, ...]]] = {
    "Pod": (),
    **dict.fromkeys(
        ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job"), ("spec", "template")
    ),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
_CLAIMS: Final = "volumeClaimTemplates"
_CUSTOM: Final = _("{kind} of {group} is no workload of Kubernetes itself.")
_UNUSED: Final = _("Nothing of the workload refers to it.")
_LOAD_BALANCER: Final = _("There is no load balancer: an Elastic IP makes the group reachable from the Internet.")
_SERVICE: Final = _("There is no Service: others reach the group at its address.")
_ODD: Final = re.compile(r"[^a-z0-9-]+")


@dataclass(frozen=True, eq=False)
class _Object:
    """One object of the text: its kind, group (API version without the version), name, and tree."""

    kind: str
    version: str
    name: str
    tree: Mapped

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def is_known(self) -> bool:
        """Tell whether it belongs to Kubernetes itself and not to something of the same name."""
        return _GROUPS.fullmatch(self.version) is not None

    @property
    def line(self) -> int | None:
        return line_of(self.tree)


def recognizes(text: str) -> bool:
    """Tell whether a text looks like a manifest: it has an API version and a kind."""
    return all(sign.search(text) for sign in _SIGNS)


def read(text: str, chosen: Collection[str] | None = None) -> Imported:
    """Return the group of one workload, the first where nobody chose. Raise NotReadable where there is none."""
    objects = [each for tree in documents(text) for each in _objects(tree)]
    workloads = [each for each in objects if each.kind in _TEMPLATES and each.is_known]
    if not workloads:
        raise _without_workload(objects)
    keys = _keys(workloads)
    taken = next((key for key in keys if key in (chosen or ())), next(iter(keys)))
    reader, given = Reader(), Given()
    for each in objects:
        if each.kind in KINDS and each.is_known:
            given.add(each.kind, each.name, reader.mapping(each.tree, each.key), reader)
    spec = _group(keys[taken], reader, given)
    _leave_others(objects, workloads, reader, given)
    choices = tuple(Choice(key, f"{each.kind} {each.name}", key == taken) for key, each in keys.items())
    return Imported(spec, _in_order(reader.changed), _in_order(reader.left_out), choices if len(choices) > 1 else ())


def _in_order(notes: list[Note]) -> tuple[Note, ...]:
    """Return the notes in the order of the text, those of the whole at the end."""
    return tuple(sorted(notes, key=lambda note: note.line or TEXT_BYTES_MAX))


def _keys(workloads: list[_Object]) -> dict[str, _Object]:
    """Return the workloads by what they are chosen by; two of one name, of two namespaces, have numbers."""
    found: dict[str, _Object] = {}
    for each in workloads:
        number, key = 2, each.key
        while key in found:
            number, key = number + 1, f"{each.key}/{number}"
        found[key] = each
    return found


def _objects(tree: Any) -> Iterator[_Object]:
    """Yield the objects of a document, those of a list one by one."""
    if not isinstance(tree, Mapped):
        return
    kind, version = (_text(tree.get(key)) for key in ("kind", "apiVersion"))
    items = tree.get("items")
    if kind.endswith("List") and isinstance(items, list):
        for item in items:
            yield from _objects(item)
    elif kind:
        metadata = tree.get("metadata")
        name = metadata.get("name") or metadata.get("generateName") if isinstance(metadata, Mapped) else ""
        yield _Object(kind, version, _text(name), tree)


def _text(tree: Any) -> str:
    return str(tree) if isinstance(tree, Word) else ""


def _without_workload(objects: list[_Object]) -> NotReadable:
    custom = next((each for each in objects if not each.is_known and each.kind in _TEMPLATES), None) or next(
        (each for each in objects if "." in each.version.partition("/")[0]), None
    )
    if custom and not custom.version:
        return NotReadable(_("Its apiVersion is missing."), custom.line)
    if custom:
        return NotReadable(_CUSTOM, custom.line, kind=custom.kind, group=custom.version)
    kinds = ", ".join(dict.fromkeys(each.kind for each in objects))
    if kinds:
        return NotReadable(_("There is no workload in it, such as a Pod or a Deployment, only: {kinds}."), kinds=kinds)
    return NotReadable(_("There is no object of Kubernetes in it."))


def _leave_others(objects: list[_Object], workloads: list[_Object], reader: Reader, given: Given) -> None:
    """Name the objects that nothing became of."""
    for each in objects:
        subject = f"{each.kind} {each.name}"
        if each in workloads or (each.kind in KINDS and each.is_known and (each.kind, each.name) in given.used):
            continue
        if not each.is_known and "." in each.version.partition("/")[0] and ".k8s.io" not in each.version:
            reader.leave(subject, each.line, _CUSTOM, kind=each.kind, group=each.version)
        elif each.kind in KINDS:
            reader.leave(subject, each.line, _UNUSED)
        elif each.kind == "Service":
            spec = each.tree.get("spec")
            is_balanced = isinstance(spec, Mapped) and spec.get("type") == "LoadBalancer"
            reader.leave(subject, each.line, _LOAD_BALANCER if is_balanced else _SERVICE)
        else:
            reader.leave(subject, each.line, IN_CLUSTER)


def _group(workload: _Object, reader: Reader, given: Given) -> ContainerGroupSpec:
    values: dict[str, Any] = {}
    template = _envelope(workload, reader, values)
    path = ".".join(_TEMPLATES[workload.kind])
    metadata_path, spec_path = (f"{path}.{word}".lstrip(".") for word in ("metadata", "spec"))
    # The deadline of a job holds where its pod has none.
    values |= Pod(reader, given).read(reader.mapping(template.get("spec"), spec_path), spec_path)
    values |= _metadata(reader.mapping(template.get("metadata"), metadata_path), metadata_path, reader)
    for key in [each for each in template if each not in ("apiVersion", "kind", "metadata", "spec")]:
        reader.leave(f"{path}.{key}".lstrip("."), template.lines.get(key))
    values["container_group_name"] = _name(workload.name, reader, workload.line)
    _set_size(values, reader)
    spec: ContainerGroupSpec = made(ContainerGroupSpec, values)
    return spec


def _envelope(workload: _Object, reader: Reader, values: dict[str, Any]) -> Mapped:
    """Return what holds the metadata and the specification of the pod; leave out what is around it."""
    tree, path = workload.tree, ""
    for depth, word in enumerate(_TEMPLATES[workload.kind]):
        for key, value in tree.items():
            skipped = (word, "apiVersion", "kind", "metadata") if depth == 0 else (word,)
            if key not in skipped and value is not None:
                _leave_around(key, value, f"{path}{key}", tree, reader, values)
        if depth == 0:
            _leave_metadata(reader.mapping(tree.get("metadata"), "metadata"), reader)
        path = f"{path}{word}."
        tree = reader.mapping(tree.get(word), path[:-1])
    return tree


def _leave_metadata(metadata: Mapped, reader: Reader) -> None:
    for key, value in metadata.items():
        if key not in ("name", "generateName") and value is not None:
            says = _("Only annotations of the pod itself count.") if key == "annotations" else ""
            reader.leave(f"metadata.{key}", metadata.lines.get(key), says)


def _leave_around(key: str, value: Any, path: str, tree: Mapped, reader: Reader, values: dict[str, Any]) -> None:
    line = tree.lines.get(key)
    if key == "activeDeadlineSeconds" and isinstance(value, Word) and re.fullmatch("[0-9]{1,10}", value):
        values["active_deadline_seconds"] = int(value)
    elif key == _CLAIMS:
        for word, item, at in reader.items(value, path):
            metadata = item.get("metadata") if isinstance(item, Mapped) else None
            name = _text(metadata.get("name")) if isinstance(metadata, Mapped) else word
            reader.leave(f"{path}.{name}", at, ADD_VOLUME, name=name)
    else:
        reader.leave(path, line)


def _metadata(metadata: Mapped, path: str, reader: Reader) -> dict[str, Any]:
    """Return what the annotations of the pod say; leave out its labels but for that of the virtual node."""
    for key, value in metadata.items():
        subject, line = f"{path}.{key}", metadata.lines.get(key)
        if key == "labels":
            labels = reader.mapping(value, subject, line)
            if labels.keys() - {ECI_LABEL}:
                reader.leave(subject, line)
        elif key not in ("name", "generateName", "annotations") and value is not None:
            reader.leave(subject, line)
    annotations = reader.mapping(metadata.get("annotations"), f"{path}.annotations")
    return read_annotations(annotations, f"{path}.annotations", reader)


def _name(name: str, reader: Reader, line: int | None) -> str:
    """Return the name with the letters that a group may have."""
    allowed = _ODD.sub("-", name.lower()).strip("-")
    if allowed != name:
        reader.change("metadata.name", _("The name becomes {name}."), line, name=allowed)
    return allowed


def _set_size(values: dict[str, Any], reader: Reader) -> None:
    """Set the size of the group to what its containers ask for, rounded up to what is sold; where nothing else does."""
    if "cpu" in values or "instance_type" in values:
        return
    cpu, memory = (_asked(values, name) for name in ("cpu", "memory_gib"))
    if not cpu and not memory:
        return
    smallest = sold_sizes("")
    least = min(smallest)
    asked = Size(cpu or least, memory or smallest[least][0])
    try:
        size = billed_size(asked.cpu, asked.memory_gib, "")
    except DomainError:
        # Too large, or sold in some regions only: the pages say so.
        size = asked
    values |= {"cpu": size.cpu, "memory_gib": size.memory_gib}
    says = _("Together they ask for {cpu} vCPU and {memory} GiB: the group has {sold_cpu} vCPU and {sold_memory} GiB.")
    reader.change(
        "resources",
        says,
        cpu=f"{cpu:f}",
        memory=f"{memory:f}",
        sold_cpu=f"{size.cpu:f}",
        sold_memory=f"{size.memory_gib:f}",
    )


def _asked(values: dict[str, Any], name: str) -> Decimal:
    """Return what the containers ask for together; init containers run one by one before them."""
    together = sum((getattr(each, name) or Decimal(0) for each in values["containers"]), Decimal(0))
    return max([together, *(getattr(each, name) or Decimal(0) for each in values["init_containers"])])
