"""A volume as a line of the Confirm page: what kind it is and all its details but the content of files and secrets."""

from collections.abc import Iterator

from consoleapp.domain.schema import Record, fields_of
from consoleapp.domain.secret import Secret
from consoleapp.domain.spec import ConfigFile, ConfigFileVolume, FlexVolume, FlexVolumeOption, Volume
from consoleapp.domain.volume import VOLUME_LABELS, driver_values
from consoleapp.web.domain_words import said
from consoleapp.web.request_text import MASK
from consoleapp.wizard.forms.volumes import size_text
from consoleapp.wizard.summary.declared import named_texts
from consoleapp.wizard.summary.parts import Row


def volume_row(volume: Volume) -> Row:
    record = driver_values(volume)[0] if isinstance(volume, FlexVolume) else type(volume)
    kind = said(VOLUME_LABELS.get(record.__name__, "")) or record.__name__
    return Row(volume.name, kind, hint=" · ".join(detail for detail in _details(volume) if detail))


def _details(volume: Volume) -> Iterator[str]:
    if isinstance(volume, FlexVolume):
        record, _values = driver_values(volume)
        yield volume.driver
        yield from named_texts(volume, "name")
        yield from (_option_text(option, record) for option in volume.options)
        return
    yield from named_texts(volume, "name")
    if isinstance(volume, ConfigFileVolume):
        yield from map(_file_text, volume.config_files)


def _file_text(file: ConfigFile) -> str:
    told = (*named_texts(file, "path", "content"), size_text(file.content))
    return f"{file.path} ({', '.join(told)})"


def _option_text(option: FlexVolumeOption, record: type[Record]) -> str:
    """Return the option under its name in the form of its driver; one that the form has not under its own."""
    declared = next((field for field in fields_of(record).values() if field.wire == option.name), None)
    value = MASK if isinstance(option.value, Secret) else option.value
    if declared is None:
        return f"{option.name} {value}"
    return " ".join(filter(None, (said(declared.label), value, said(declared.unit))))
