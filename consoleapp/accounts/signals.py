"""What this app tells those above it."""

from django.dispatch import Signal

# A provider has vouched for a person and told their groups. Arguments: user, groups (a set of names).
groups_told = Signal()
