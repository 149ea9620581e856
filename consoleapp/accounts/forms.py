"""The sign-in form."""

from crispy_forms.helper import FormHelper
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """User name and password."""

    @property
    def helper(self) -> FormHelper:
        """The layout: every field in its order, inside a form tag that the template writes."""
        helper = FormHelper(self)
        helper.form_tag = False
        return helper
