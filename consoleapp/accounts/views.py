"""Signing in and out."""

from django.conf import settings
from django.contrib.auth import views

from consoleapp.accounts.forms import SignInForm


class SignIn(views.LoginView):
    """The sign-in page; it answers visitors too."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = settings.SIGN_IN == "required"


sign_in = SignIn.as_view()
sign_out = views.LogoutView.as_view()
