"""The options of `docker run` that a container group has no place for, each with what follows from it.

Source of what Elastic Container Instance lacks: its manual; of the options: the manuals of docker, podman and nerdctl.
"""

from typing import Final

from consoleapp.domain.errors import _

UNKNOWN: Final = _("The console does not know this option: it is not taken over.")
UNREADABLE: Final = _("The value cannot be read: set it by hand.")
EMPTY: Final = _("Is empty, which is the same as not given.")
OFF: Final = _("Says no, which holds without it.")

_SENTENCES: Final = {
    "detach attach": _("A container group always runs in the background; its log and a terminal are on its page."),
    "rm rmi replace": _("Nothing is left over: a container group is deleted on its page, with all that is in it."),
    "quiet sig-proxy detach-keys cidfile disable-content-trust help conmon-pidfile pidfile preserve-fds": _(
        "Concerns only the terminal that it was typed into."
    ),
    "init init-path systemd": _(
        "Adds no process of its own: the container's command is the first one and has to pass on signals itself."
    ),
    "label label-file annotation": _("Labels of Docker say nothing to the cloud: give the container group tags."),
    "log-driver log-opt": _("The log is read on the container group's page."),
    "network network-alias ip ip6 link-local-ip mac-address no-hosts": _(
        "A container group is in its vSwitch and has an address of its own; names and addresses of Docker's networks "
        "are unknown there."
    ),
    "link": _(
        "The other container is not here: put it into the same group, where it is 127.0.0.1, or write its address "
        "as a host alias."
    ),
    "publish-all": _(
        "No ports are mapped: name those that the image listens on, and allow them in the security group."
    ),
    "device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops": _(
        "A container group has no devices of a host; what needs one does not run."
    ),
    "ulimit": _("Limits of processes cannot be set: the cloud's own hold."),
    "security-opt userns uidmap gidmap subuidname subgidname umask": _(
        "Cannot be chosen: each container group is isolated like a virtual machine."
    ),
    "cap-drop": _("Capabilities cannot be taken away, only added."),
    "group-add": _("Further groups of the user cannot be given."),
    "cgroupns cgroup-parent cgroup-conf cgroups pids-limit blkio-weight blkio-weight-device storage-opt": _(
        "Control groups cannot be set: the size of the container group is the limit."
    ),
    "cpu-shares cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-count cpu-percent cpuset-cpus cpuset-mems": _(
        "Shares of a processor cannot be given: set vCPU instead."
    ),
    "memory-reservation memory-swap memory-swappiness kernel-memory": _(
        "There is no swap space and no reservation: set the memory that it needs."
    ),
    "oom-kill-disable oom-score-adj": _("A container that takes more memory than it has is always ended."),
    "pid ipc uts": _(
        "Containers of a group share the network; that they see each other's processes is a setting of the group."
    ),
    "runtime isolation": _("Cannot be chosen: the cloud runs the containers its own way."),
    "volumes-from": _("The other container is not here: mount the same volumes by hand."),
    "volume-driver": _("Drivers of Docker do not exist there: choose NAS, OSS or a disk as the kind of the volume."),
    "stop-signal": _("Cannot be chosen: containers are asked to end with SIGTERM, or with a command before the stop."),
    "domainname": _("The group has a host name only."),
    "env-file env-host": _("The file is not here: paste its lines into the variables of the container."),
    "health-start-interval": _("A probe has one period only."),
    "no-healthcheck": _("The cloud does not use the check of an image anyway."),
    "use-api-socket": _("There is no Docker to talk to in a container group."),
    "tls-verify": _("Whether the registry's certificate is checked is set with the registries of the group."),
    "pod pod-id-file": _("A container group is what Podman calls a pod: add the other containers to it."),
    "secret": _("Secrets of Docker are not here: give them as variables or as config files."),
    "rootfs": _("A container group runs images from a registry only."),
}
# By the name of each option.
SENTENCES: Final = {name: says for names, says in _SENTENCES.items() for name in names.split()}
