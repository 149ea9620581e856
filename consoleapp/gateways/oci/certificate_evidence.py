"""A certificate that does not hold: which of three problems it has, and what it says about itself.

Its texts were written by a stranger: they are cut, and what cannot be printed is left out.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from consoleapp.gateways.proof import CertificateEvidence

if TYPE_CHECKING:
    from cryptography import x509

TEXT_MAX: Final = 256
NAMES_MAX: Final = 20

# Codes of OpenSSL (X509_V_ERR_...).
EXPIRED: Final = frozenset({9, 10})  # not yet valid, has expired
WRONG_NAME: Final = frozenset({62, 63, 64})  # host name, e-mail, IP address mismatch


def certificate_problem(verify_code: int) -> str:
    """Return not_trusted, wrong_name or expired, from OpenSSL's code."""
    if verify_code in EXPIRED:
        return "expired"
    return "wrong_name" if verify_code in WRONG_NAME else "not_trusted"


def certificate_evidence(host: str, der: bytes | None) -> CertificateEvidence:
    """Return what the certificate says; only the host and the fingerprint when it cannot be read."""
    if not der:
        return CertificateEvidence(host)
    from cryptography import x509  # loaded when it is needed, see web/sealing.py

    fingerprint = hashlib.sha256(der).hexdigest()
    try:
        certificate = x509.load_der_x509_certificate(der)
        return CertificateEvidence(
            host=host,
            subject=printable(certificate.subject.rfc4514_string()),
            issuer=printable(certificate.issuer.rfc4514_string()),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            sha256_fingerprint=fingerprint,
            names=_names(certificate),
        )
    except Exception:
        return CertificateEvidence(host, sha256_fingerprint=fingerprint)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    names = extension.value.get_values_for_type(x509.DNSName)
    addresses = extension.value.get_values_for_type(x509.IPAddress)
    return tuple(printable(str(name)) for name in (*names, *addresses)[:NAMES_MAX])


def printable(text: str, limit: int = TEXT_MAX) -> str:
    """Return the text without what cannot be printed, cut to ``limit`` characters."""
    return "".join(character for character in text[: limit * 2] if character.isprintable())[:limit]
