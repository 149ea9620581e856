"""The form of the Confirm page: the service terms, and the key of the page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ConfirmForm(forms.Form):
    """`form_key` was made by the server; it is compared, never trusted. `needs_anyway`: the verdict is a bad one;
    `has_agreed`: the terms were agreed to in this session."""

    use_required_attribute = False

    def __init__(self, *posted: Any, needs_anyway: bool = False, has_agreed: bool = False) -> None:
        super().__init__(*posted)
        self.fields["anyway"].required = needs_anyway
        self.fields["terms"].required = not has_agreed

    terms = forms.BooleanField(
        label=_("Service terms"),
        error_messages={"required": _("Tick the box to agree to the service terms; nothing can be ordered without.")},
    )
    anyway = forms.BooleanField(
        label=_("Order anyway"),
        required=False,
        error_messages={"required": _("Tick the box if this shall be ordered although an image cannot be pulled.")},
    )
    form_key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
