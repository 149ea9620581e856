"""Tags and filters of the console's templates: icons, controls, and the ways of writing of web/formats.py.

What a field's control consists of is in `web/controls.py`.
"""

from functools import cache
from typing import Any

from crispy_forms.helper import FormHelper
from django import template
from django.forms import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from consoleapp.web.controls import control, escaped, written
from consoleapp.web.domain_words import region_name
from consoleapp.web.formats import ago, at_most, clock, figure, mebibytes, money, short_digest, short_image, size
from consoleapp.web.missing_permission import lacking

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of `static/img/icons.svg`; it says nothing to the ear, so its neighbour must."""
    return SafeString(f'<svg aria-hidden="true"><use href="{_icons()}#{escaped(name)}"></use></svg>')


@cache
def _icons() -> str:
    """Return the address of all icons, which stays the same while the process runs; a page draws twenty."""
    return escaped(static("img/icons.svg"))


@register.simple_tag(takes_context=True)
def fields(context: Context, form: Any, helper: FormHelper | None = None) -> SafeString:
    """Draw the fields of a form as its layout has them, or as another helper's; nothing around them.

    The tag `crispy` writes a whole form: it copies the context and renders one template more for every part of a card.
    """
    html: SafeString = (helper or form.helper).render_layout(form, context)
    return html


@register.simple_tag
def field_row(field: BoundField, **options: Any) -> SafeString:
    """Draw the whole row of a field (label, control, hint, error). Options: look, width, unit, label."""
    return written(control(field, **options))


@register.simple_tag(name="control")
def bare_control(field: BoundField, **options: Any) -> SafeString:
    """Draw the control, error and hint of a field without its row and label, for rows written by hand."""
    return written(control(field, bare="bare", **options))


@register.filter
def breakable(address: str) -> SafeString:
    """Write an address so that a narrow place breaks it after a slash rather than inside a name or version."""
    *before, last = address.split("/")
    return format_html_join("", "{}<wbr>", ((f"{part}/",) for part in before)) + format_html_join("", "{}", ((last,),))


for function in (lacking, mebibytes, short_digest, at_most, short_image, ago, clock, region_name):
    register.filter(function)
register.simple_tag(size)
register.simple_tag(money)
register.simple_tag(figure)
