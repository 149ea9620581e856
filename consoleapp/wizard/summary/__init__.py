"""What the Confirm page says, made from the container group that will be sent and from nothing else.

Names of networks come from the lists the cloud gave; where they are missing, ids are shown. The request as such is
web/request_text.py.
"""

from consoleapp.domain.spec import ContainerGroupSpec
from consoleapp.wizard.draft.places import Place
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data
from consoleapp.wizard.summary.images import images_of
from consoleapp.wizard.summary.parts import ImageLine, Notice, Section, Summary
from consoleapp.wizard.summary.rows import head_rows, sections_of, size_text
from consoleapp.wizard.summary.warnings import warnings_of

__all__ = ["ImageLine", "Notice", "Section", "Summary", "summarise"]


def summarise(spec: ContainerGroupSpec, data: Data, network: NetworkChoices | None) -> Summary:
    """Return the page for this spec; `data` is only asked where a value is edited."""
    return Summary(
        name=spec.container_group_name,
        size=size_text(spec),
        region_id=spec.region_id,
        head=Section(spec.container_group_name, tuple(head_rows(spec, network)), Place("basic")),
        images=tuple(images_of(spec, data)),
        sections=tuple(section for section in sections_of(spec, data) if section.rows),
        warnings=tuple(warnings_of(spec, data, network)),
    )
