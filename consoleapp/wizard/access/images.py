"""The images of a draft beside what their registries have said about them. Pure functions over a draft's data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consoleapp.domain.credentials import RequirementReason
from consoleapp.domain.image import AcrNetwork, ImageSource, acr_host
from consoleapp.gateways.proof import Cause
from consoleapp.wizard.access.answers import Answer, answer_about
from consoleapp.wizard.access.requirements import ImageNeed, image_needs
from consoleapp.wizard.shape import Data

# Pulled without a secret: the cloud logs in by itself, with rights that nobody else has.
WITHOUT_SECRET = frozenset(
    {
        RequirementReason.ACR_PERSONAL,
        RequirementReason.ACR_ENTERPRISE,
        RequirementReason.ACR_ENTERPRISE_CUSTOM_DOMAIN,
        RequirementReason.ACR_ENTERPRISE_OTHER_REGION,
        RequirementReason.ACR_ENTERPRISE_OTHER_ACCOUNT,
    }
)

# An order does not rest on what a registry said longer ago than this.
ANSWER_HOLDS: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Checked:
    """The image of one container and the newest answer about it, if there is one."""

    need: ImageNeed
    answer: Answer | None

    @property
    def container_key(self) -> str:
        return self.need.container_key

    @property
    def is_left_to_the_cloud(self) -> bool:
        """Tell whether the registry asks for a login that the cloud will bring along by itself."""
        return (
            self.answer is not None
            and self.answer.cause in (Cause.NEEDS_LOGIN, Cause.NOT_ALLOWED)
            and not self.answer.question.has_credential
            and self.need.requirement is not None
            and self.need.requirement.reason in WITHOUT_SECRET
        )

    @property
    def is_worth_asking(self) -> bool:
        """Tell whether a check that nobody asked for could tell more than is known: not of ECI's own images, and not of
        what answers inside a VPC only."""
        acr = acr_host(self.need.reference.registry_host) if self.need.reference else None
        is_inside = acr is not None and acr.network is not AcrNetwork.PUBLIC
        is_known = self.answer is not None and self.answer.is_current
        return not is_known and not is_inside and self.need.source is not ImageSource.COMMON

    def is_due(self, now: datetime) -> bool:
        """Tell whether the registry is to answer before an order: nobody asked it, there was no room to, or its answer
        is an old one."""
        if self.answer is None or not self.answer.is_current:
            return self.is_worth_asking
        result = self.answer.result
        return result.cause is Cause.TOO_MANY_CHECKS or now - result.checked_at > ANSWER_HOLDS

    @property
    def is_failure(self) -> bool:
        """Tell whether the answer speaks against ordering this image as it is now."""
        return self.answer is not None and self.answer.is_failure and not self.is_left_to_the_cloud

    @property
    def is_open_failure(self) -> bool:
        """Tell the same, unless somebody chose to go on in spite of it."""
        return self.is_failure and self.answer is not None and not self.answer.is_continued


def checked_images(data: Data, needs: tuple[ImageNeed, ...] | None = None) -> tuple[Checked, ...]:
    """Return one for every container with an image address, in their order."""
    known = image_needs(data) if needs is None else needs
    return tuple(Checked(need, answer_about(data, need.text)) for need in known if need.reference is not None)
