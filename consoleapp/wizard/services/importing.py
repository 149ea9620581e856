"""From a text in some language to a new draft: which kind of text it is, what it says, and what a draft makes of it.

Nothing of the text is stored before the draft is made. How each kind is read is in languages/imports/.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_variables

from consoleapp.domain.group import ContainerGroupSpec
from consoleapp.domain.schema import unchecked
from consoleapp.languages.imports import sources
from consoleapp.languages.imports.imported import TEXT_BYTES_MAX, Imported, Note, NotReadable
from consoleapp.languages.imports.sources import Source
from consoleapp.web.domain_words import said
from consoleapp.wizard.draft import naming, raw
from consoleapp.wizard.draft.encoding import Written, to_draft
from consoleapp.wizard.draft.fitting import fitting, storable
from consoleapp.wizard.draft.new import add_container
from consoleapp.wizard.services.draft_limits import DraftTooLarge, check_draft
from consoleapp.wizard.shape import containers_of
from consoleapp.wizard.validation import read

# What the text is read as where nobody has chosen a kind.
BY_ITSELF: Final = ""


@dataclass(frozen=True)
class Asked:
    """What somebody gives: the text, the kind it is to be read as ("" as it looks), and what of it is to be taken:
    keys of choices, out of those that were offered."""

    text: str = field(repr=False)
    kind: str = BY_ITSELF
    offered: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Look:
    """What a text means. `wrong` says why it cannot be read, at which line, None where that is not known; or `made` is
    what a draft makes of it, `spec` what was read and `kept` as much of that as has a place in a draft."""

    asked: Asked
    source: Source | None = None
    wrong: str = ""
    line: int | None = None
    imported: Imported | None = None
    spec: ContainerGroupSpec | None = field(default=None, repr=False)
    kept: ContainerGroupSpec | None = field(default=None, repr=False)
    made: Written | None = field(default=None, repr=False)

    @property
    def mark(self) -> str:
        """Return a sign that is another one for another text, kind or choice."""
        chosen = [choice.key for choice in self.imported.choices if choice.is_chosen] if self.imported else []
        parts = (self.asked.text, self.source.word if self.source else "", *chosen)
        return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def is_ready(self) -> bool:
        """Tell whether a draft can be made of it."""
        return self.made is not None and not self.wrong


@sensitive_variables()
def look_at(asked: Asked, is_region: Callable[[str], bool]) -> Look:
    """Return what the text means; never raise. `is_region` tells whether the console knows a region."""
    if len(asked.text.encode("utf-8", "surrogatepass")) > TEXT_BYTES_MAX:
        return Look(asked, wrong=_("The text is larger than %(most)d kB.") % {"most": TEXT_BYTES_MAX // 1024})
    source = _source_of(asked)
    if source is None:
        known = ", ".join(said(each.label) for each in sources.SOURCES)
        wrong = _("This looks like nothing that the console understands: %(kinds)s.") % {"kinds": known}
        return Look(asked, wrong=wrong)
    try:
        imported = _read(source, asked)
    except NotReadable as error:
        return Look(asked, source, said(error.says).format(**error.params), error.line)
    if imported.choices and not any(choice.is_chosen for choice in imported.choices):
        return Look(asked, source, _("Choose what is to be taken."), imported=imported)
    region_id = imported.spec.region_id
    return _made(asked, source, imported if is_region(region_id or "") else _without_region(imported))


def _without_region(imported: Imported) -> Imported:
    """Return what was imported without its region, which decides whose hosts are asked."""
    note = Note(imported.spec.region_id, gettext_noop("The console does not know this region."))
    spec = unchecked(ContainerGroupSpec, {**vars(imported.spec), "region_id": None})
    return replace(imported, spec=spec, left_out=(*imported.left_out, note))


def _source_of(asked: Asked) -> Source | None:
    chosen = next((each for each in sources.SOURCES if each.word == asked.kind), None)
    return chosen or sources.recognize(asked.text)


@sensitive_variables()
def _read(source: Source, asked: Asked) -> Imported:
    """Read the text; what was chosen counts for the very choices that this text has."""
    imported = source.read(asked.text, None)
    keys = {choice.key for choice in imported.choices}
    if not keys or keys != asked.offered:
        return imported
    chosen = asked.chosen & keys
    if not chosen:
        return _without_choice(imported)
    return source.read(asked.text, sorted(chosen))


def _without_choice(imported: Imported) -> Imported:
    choices = tuple(replace(choice, is_chosen=False) for choice in imported.choices)
    return replace(imported, choices=choices)


@sensitive_variables()
def _made(asked: Asked, source: Source, imported: Imported) -> Look:
    spec = storable(imported.spec)
    kept = fitting(spec)
    made = to_draft(kept, is_whole=False)
    _begin(made)
    wrong = ""
    try:
        check_draft(made.data, made.secrets)
    except DraftTooLarge as error:
        wrong = str(error)
    return Look(asked, source, wrong, None, imported, spec, kept, made)


def _begin(made: Written) -> None:
    """Give the draft what no draft is without: a container, and a name."""
    if not containers_of(made.data):
        add_container(made.data, is_init=False)
    if not raw.word(made.data["spec"], naming.FIELD):
        naming.give_name(made.data, naming.new_suffix())
    # An empty secret is one that has to be typed.
    made.secrets = {name: secret for name, secret in made.secrets.items() if secret}


@sensitive_variables()
def problems_of(made: Written) -> list[str]:
    """Return what of the values is wrong, as it will be said at their fields; not what is missing."""
    _spec, problems = read(made.data, made.secrets)
    return [f"{problem.label}: {problem.message}" for problem in problems if not problem.is_missing]
