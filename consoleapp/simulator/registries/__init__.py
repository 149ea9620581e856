"""The registries that the seeded images live in: the OCI distribution API, for reading, with log-in.

app.py is the WSGI application, reach.py tells how a host would be reached if it had an address. The seed and the
pull by a container group stay outside: hosts.py, images.py, manifests.py, pulls.py.
"""
