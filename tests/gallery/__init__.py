"""Screenshots of every page in every state; `python -m tests.gallery` writes them into var/gallery/."""
