"""What a draft's raw data says beside the request itself: images, registries, pins, logs, names. Pure functions."""
