"""A draft's raw data: read, written, changed, and where each part of it stands. Pure functions."""
