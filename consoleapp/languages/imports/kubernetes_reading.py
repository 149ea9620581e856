"""Reads records of the catalogue out of a manifest by the keys of ``domain/kubernetes.py``, and keeps what became.

What is particular to containers, volumes and annotations is not here (``kubernetes_pod.py`` and siblings).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from consoleapp.domain import flat
from consoleapp.domain.errors import _
from consoleapp.domain.kinds import Choice, Many, One
from consoleapp.domain.kubernetes import names_by_key
from consoleapp.domain.schema import Kind, Record, fields_of, part, unchecked
from consoleapp.languages.imports.imported import Note, NotReadable
from consoleapp.languages.imports.yaml_tree import NODES_MAX, Listed, Mapped, Sort, Word, line_of

UNKNOWN: Final = _("A container group has nothing like it.")
IN_CLUSTER: Final = _("It only means something inside a cluster.")
ONE_POD: Final = _("A container group is one pod, and starts at once.")
NOT_READ: Final = _("Its value cannot be read.")
# Why a key is left out, where there is more to say than that nothing is like it.
_WHY: Final = (
    (
        re.compile(
            "affinity|automountServiceAccountToken|creationTimestamp|enableServiceLinks|finalizers|generation|labels|"
            "managedFields|namespace|nodeName|ownerReferences|preemptionPolicy|priority|priorityClassName|"
            "readinessGates|resourceVersion|runtimeClassName|schedulerName|serviceAccount|serviceAccountName|status|"
            "tolerations|topologySpreadConstraints|uid"
        ),
        IN_CLUSTER,
    ),
    (
        re.compile(
            "backoffLimit|completionMode|completions|concurrencyPolicy|failedJobsHistoryLimit|minReadySeconds|"
            "parallelism|persistentVolumeClaimRetentionPolicy|podManagementPolicy|progressDeadlineSeconds|replicas|"
            "revisionHistoryLimit|schedule|selector|serviceName|startingDeadlineSeconds|strategy|"
            "successfulJobsHistoryLimit|suspend|timeZone|ttlSecondsAfterFinished|updateStrategy"
        ),
        ONE_POD,
    ),
    (re.compile("hostPort|hostIP"), _("The group has an address of its own: its ports are not mapped.")),
)
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,19}")
_FLAGS: Final = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}


class Reader:
    """Reads one text. ``port_names`` are those of the container that is being read."""

    def __init__(self) -> None:
        self.changed: list[Note] = []
        self.left_out: list[Note] = []
        self.port_names: Mapping[str, int] = {}
        self._copies = 0

    def change(self, subject: str, says: str, line: int | None = None, **params: str | int) -> None:
        """Say that something was taken over as another thing."""
        self.changed.append(Note(subject, says, params, line))

    def count(self, copies: int) -> None:
        """Count values that are copied by a reference; raise NotReadable where they are too many."""
        self._copies += copies
        if self._copies > NODES_MAX:
            raise NotReadable(_("It has more than {limit} values, with what it repeats."), limit=NODES_MAX)

    def leave(self, subject: str, line: int | None = None, says: str = "", **params: str | int) -> None:
        """Say that something was not taken over; without a sentence by the last word of its subject."""
        self.left_out.append(Note(subject, says or _why(subject.rpartition(".")[2]), params, line))

    def values(
        self,
        record: type[Record],
        tree: Mapped,
        path: str,
        *,
        without: Collection[str] = (),
        own: Collection[str] = (),
        prefix: str = "",
    ) -> dict[str, Any]:
        """Return values of a record's fields. Keys in ``own`` are read elsewhere, fields in ``without`` not taken."""
        found: dict[str, Any] = {}
        names = names_by_key(record)
        for key, value in tree.items():
            dotted, subject, line = f"{prefix}{key}", f"{path}.{key}", tree.lines.get(key)
            name = names.get(dotted)
            if dotted in own or value is None:
                continue
            if name and name not in without:
                read = self.value(fields_of(record)[name].kind, value, subject, line)
                if read is not None:
                    found[name] = read
            elif isinstance(value, Mapped) and any(known.startswith(f"{dotted}.") for known in (*names, *own)):
                found |= self.values(record, value, subject, without=without, own=own, prefix=f"{dotted}.")
            else:
                self.leave(subject, line)
        return found

    def record(self, record: type[Record], tree: Any, path: str, line: int | None, **how: Any) -> Any:
        """Return a record that nobody has judged; None for what is no mapping, or does nothing at all."""
        if not isinstance(tree, Mapped):
            self.leave(path, line, NOT_READ)
            return None
        values = self.values(record, tree, path, **how)
        if _needs_action(record) and not _ACTIONS & values.keys():
            self.leave(path, line)
            return None
        return made(record, values)

    def value(self, kind: Kind, tree: Any, path: str, line: int | None) -> Any:
        """Return the value of a field; None for one that cannot have its type."""
        line = line_of(tree) or line
        if isinstance(kind, One):
            return self.record(kind.record, tree, path, line, without=kind.without)
        if isinstance(kind, Many):
            items = (self.value(kind.item, item, f"{path}.{word}", own) for word, item, own in self.items(tree, path))
            return tuple(item for item in items if item is not None)
        if not isinstance(tree, Word):
            self.leave(path, line, NOT_READ)
            return None
        return self._word(kind, tree, path)

    def items(self, tree: Any, path: str) -> Iterator[tuple[str, Any, int | None]]:
        """Yield each item of a list with its name, or its place, and its line; nothing where there is no list."""
        if tree is None:
            return
        if not isinstance(tree, Listed):
            self.leave(path, line_of(tree), NOT_READ)
            return
        for index, item in enumerate(tree):
            name = item.get("name") if isinstance(item, Mapped) else None
            if item is not None:
                yield name if isinstance(name, Word) else str(index), item, line_of(item) or tree.line

    def mapping(self, tree: Any, path: str, line: int | None = None) -> Mapped:
        """Return a mapping, an empty one for nothing and for what is none."""
        if tree is not None and not isinstance(tree, Mapped):
            self.leave(path, line_of(tree) or line, NOT_READ)
        return tree if isinstance(tree, Mapped) else Mapped()

    def text(self, tree: Any, path: str, line: int | None = None) -> str | None:
        """Return a text as it was written; None for what is none."""
        if not isinstance(tree, Word):
            if tree is not None:
                self.leave(path, line_of(tree) or line, NOT_READ)
            return None
        if tree.sort_11 is not Sort.TEXT:
            says = _("Kubernetes refuses it without quotation marks; it is taken for the text that was written.")
            self.change(path, says, tree.line)
        return str(tree)

    def _word(self, kind: Kind, word: Word, path: str) -> Any:
        found: Any = None
        if kind.codec is flat.WHOLE:
            found = int(word) if _WHOLE.fullmatch(word) else self.port_names.get(word)
        elif kind.codec is flat.FLAG:
            found = _FLAGS.get(word.lower())
        elif isinstance(kind, Choice):
            found = str(word) if str(word) in [each.value for each in kind.words] else None
        else:
            return self.text(word, path)
        if found is None:
            self.leave(path, word.line, NOT_READ)
        return found


def _why(key: str) -> str:
    return next((says for keys, says in _WHY if keys.fullmatch(key)), UNKNOWN)


_ACTIONS: Final = frozenset({"http_get", "tcp_socket", "exec_commands"})


def _needs_action(record: type[Record]) -> bool:
    return fields_of(record).keys() >= _ACTIONS


def made(record: type[Record], values: Mapping[str, Any]) -> Any:
    """Return a record that nobody has judged; a needed text that is missing is empty."""
    return unchecked(record, {**_blanks(record), **values})


# Not as a decorator: mypy would ask for an instance's hash.
_blanks: Callable[[type], Mapping[str, Any]] = cache(lambda record: part(record).blanks)


def entries(text: str) -> Iterable[str]:
    """Return the entries of a list with commas."""
    return [word for each in text.split(",") if (word := each.strip())]
