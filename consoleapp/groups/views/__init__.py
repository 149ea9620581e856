"""Pages of container groups: the home page, one group, and what can be done to it."""
