"""Filters that ask what the draft's template fixes, by the name of a control: see forms/locked.py."""

from django import template

from consoleapp.wizard.forms import locked

register = template.Library()

for function in (locked.is_locked, locked.is_hidden, locked.is_full, locked.is_kept):
    register.filter(function)


@register.filter
def below(row: str, key: str) -> str:
    """Return the name of what stands below a row or beside it: its key, a hyphen, the name."""
    return f"{key}-{row}" if key else row
