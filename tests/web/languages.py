"""A language of requests for tests: it cannot say whether the root file system is read-only, and tells so."""

from consoleapp.domain.errors import _
from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.languages.exports.exported import Exported, Lost, Told, blanks_of
from consoleapp.languages.exports.languages import LANGUAGES, Language


def _write(group: ContainerGroupSpec) -> Exported:
    lost = [
        Lost(f"containers.{place}.security_context.read_only_root_filesystem", "true")
        for place, each in enumerate(group.containers)
        if each.security_context.read_only_root_filesystem
    ]
    lost += [Lost("host_name", group.host_name)] if group.host_name else []
    text = [f"runs <{each.name}>" for each in group.containers] + [str(each.reveal()) for each in blanks_of(group)]
    text += [f"tag {tag.key}" for tag in group.tags]
    told = Told(_("The region is {region}."), {"region": group.region_id})
    return Exported("\n".join(text), lost=tuple(lost), told=(told,))


SPOKEN = Language("spoken", "Spoken", "group.spoken", _write)
WITH_SPOKEN = (*LANGUAGES, SPOKEN)
