"""The request in other languages, and other languages as the request. Plain Python: no pages, no storage."""
