"""Browsers of people who sign in with the form, as they must where sign-in is required."""

from typing import Any

from django.test import Client
from django.urls import reverse

from consoleapp.accounts.models import User


def password_of(name: str) -> str:
    """The password that the people of the tests have, see conftest.py."""
    return f"{name}-and-a-long-password"


def sign_in(person: User, **told: Any) -> Client:
    """A new browser in which the person is signed in; `told` are further parts of the request's environment."""
    browser = Client()
    answer = attempt(browser, person.username, password_of(person.username), **told)
    assert answer.status_code == 302, answer.content
    return browser


def attempt(browser: Client, name: str, password: str, **told: Any) -> Any:
    """The answer to one press of *Sign in*."""
    return browser.post(reverse("accounts:sign-in"), {"login": name, "password": password}, **told)
