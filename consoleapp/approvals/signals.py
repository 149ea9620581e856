"""What approvals ask of features that stand above them."""

from django.dispatch import Signal

# Sent with `version=` of a launch template: whoever reads drafts answers with the group that it asks for, unchecked, or
# with None.
reading_template = Signal()
