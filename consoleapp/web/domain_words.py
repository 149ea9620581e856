"""The domain's errors in the reader's language. The English sentences are the domain's own, see domain/errors.py."""

from django.utils.translation import gettext

from consoleapp.domain.errors import DomainError


def in_words(error: DomainError) -> str:
    """The error's sentence, translated, with its particulars filled in."""
    sentence = error.sentences.get(error.reason)
    return gettext(sentence).format(**error.params) if sentence else error.message
