"""Images of which the registry itself says that a part is gone."""

import pytest

from consoleapp.domain.image import parse_image_reference
from consoleapp.gateways.oci.dial import Answer, Request
from consoleapp.gateways.proof import AccessResult, ArchitectureEvidence, Cause
from tests.gateways.oci.test_access import FakeDial, FakeTime, _access
from tests.registries.images import CONFIGURATION, INDEX, MANIFEST, digest_of, make_image, make_index

AMD64, ARM64 = make_image("amd64"), make_image("arm64")
SINGLE = {"manifests/1": (AMD64.manifest, MANIFEST)}
BOTH = {
    "manifests/1": (make_index(AMD64, ARM64), INDEX),
    f"manifests/{AMD64.digest}": (AMD64.manifest, MANIFEST),
    f"manifests/{ARM64.digest}": (ARM64.manifest, MANIFEST),
}
BLOBS = {f"blobs/{digest_of(image.blobs[0])}": (image.blobs[0], CONFIGURATION) for image in (AMD64, ARM64)}
Content = dict[str, tuple[bytes, str]]


def check(content: Content, missing: int = 404) -> AccessResult:
    """The check of an image whose registry has this, and answers with this status for all else."""

    def reply(request: Request) -> Answer:
        body, kind = content.get(request.target.removeprefix("/v2/team/app/"), (b"", ""))
        return Answer(200, (("content-type", kind),), body) if body else Answer(missing)

    reference = parse_image_reference("a.example/team/app:1")
    return _access(FakeDial(reply), FakeTime()).check(reference, credential=None)


@pytest.mark.parametrize("content", [SINGLE, BOTH], ids=["manifest", "index"])
def test_an_image_whose_parts_are_there_can_be_pulled(content: Content) -> None:
    assert check({**content, **BLOBS}).cause is Cause.CAN_BE_PULLED


@pytest.mark.parametrize("content", [SINGLE, BOTH], ids=["manifest", "index"])
def test_a_configuration_that_the_registry_no_longer_has_proves_that_the_pull_fails(content: Content) -> None:
    result = check(content)
    assert (result.cause, result.evidence) == (Cause.INCOMPLETE, ArchitectureEvidence("amd64", ()))


@pytest.mark.parametrize("status", [401, 403, 500, 503, 307])
def test_a_configuration_that_cannot_be_read_proves_nothing(status: int) -> None:
    assert check(BOTH, missing=status).cause is Cause.CAN_BE_PULLED


def test_an_index_whose_entry_is_gone_is_broken_for_its_architecture() -> None:
    content = {name: told for name, told in BOTH.items() if AMD64.digest not in name}
    result = check({**content, **BLOBS})
    assert (result.cause, result.evidence) == (Cause.INCOMPLETE, ArchitectureEvidence("amd64", ("amd64", "arm64")))
