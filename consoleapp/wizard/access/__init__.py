"""Access to images: what each image needs, what its registry has said, and what that means. Pure functions."""
