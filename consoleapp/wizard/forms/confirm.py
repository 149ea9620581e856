"""The form of the Confirm page: the service terms, and the key of the page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ConfirmForm(forms.Form):
    """`form_key` was made by the server; it is compared, never trusted."""

    use_required_attribute = False

    terms = forms.BooleanField(
        label=_("Service terms"),
        error_messages={"required": _("Tick the box to agree to the service terms; nothing can be ordered without.")},
    )
    form_key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
