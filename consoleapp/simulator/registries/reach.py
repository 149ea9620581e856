"""How a seeded host would be reached if it had an address: for a dialer that has only the WSGI application.

A host is host[:port], as in a URL; the port of HTTPS may be left out.
"""

from typing import Literal, TypedDict

from consoleapp.simulator.catalog import Catalog
from consoleapp.simulator.certificates import Problem
from consoleapp.simulator.registries.places import places_of

Contact = Literal["answers", "silent", "refused", "unknown"]
Scheme = Literal["https", "http"]


class ShownCertificate(TypedDict):
    """A certificate that a client should not accept; moments are UTC in ISO form, the fingerprint is 64 hex digits."""

    problem: Problem
    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    sha256_fingerprint: str


def contact_of(catalog: Catalog, host: str) -> Contact:
    """Tell how a connection ends: unknown (no such name), refused (nobody at that port), silent (no answer)."""
    places = places_of(catalog)
    if not places.is_known(host):
        return "refused" if places.is_name(host) else "unknown"
    registry = places.registry(host)
    return "silent" if registry is not None and registry.fault == "silent" else "answers"


def scheme_of(catalog: Catalog, host: str) -> Scheme | None:
    """Return what the host speaks; None when nobody is there. Token servers count as hosts."""
    places = places_of(catalog)
    if not places.is_known(host):
        return None
    registry = places.registry(host)
    return registry.scheme if registry is not None else "https"


def certificate_of(catalog: Catalog, host: str) -> ShownCertificate | None:
    """Return the certificate of a host whose certificate has something wrong with it, None for any other host."""
    registry = places_of(catalog).registry(host)
    if registry is None or registry.certificate is None:
        return None
    found = registry.certificate
    return ShownCertificate(
        problem=found.problem,
        subject=found.subject,
        issuer=found.issuer,
        names=found.names,
        not_before=found.not_before,
        not_after=found.not_after,
        sha256_fingerprint=found.sha256_fingerprint,
    )
