"""Tags and filters of the console's templates: icons, controls, and the ways of writing of web/formats.py.

What a field's control consists of is in `web/controls.py`.
"""

from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from consoleapp.web.cloud_errors import lacking
from consoleapp.web.controls import Control, control
from consoleapp.web.formats import ago, at_most, clock, mebibytes, money, short_digest, short_image, size

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of `static/img/icons.svg`; it says nothing to the ear, so its neighbour must."""
    return format_html('<svg aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/icons.svg"), name)


@register.simple_tag(takes_context=True)
def shown(context: Context) -> list[Control]:
    """Return what `console/field.html` shows: the controls of a layout, otherwise the one field crispy put there."""
    return context["controls"] if "controls" in context else [control(context["field"])]


@register.simple_tag
def field_row(field: BoundField, **options: Any) -> str:
    """Draw the whole row of a field (label, control, hint, error). Options: look, width, unit, label."""
    return get_template("console/field.html").render({"controls": [control(field, **options)]})


@register.simple_tag(name="control")
def bare_control(field: BoundField, **options: Any) -> str:
    """Draw the control, error and hint of a field without its row and label, for rows written by hand."""
    return get_template("console/field.html").render({"controls": [control(field, bare="bare", **options)]})


for function in (lacking, mebibytes, short_digest, at_most, short_image, ago, clock):
    register.filter(function)
register.simple_tag(size)
register.simple_tag(money)
