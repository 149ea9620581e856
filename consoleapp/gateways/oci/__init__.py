"""The check of an image: a client of the OCI distribution API that may be pointed at hostile hosts.

``access`` runs a check and names its cause; ``client`` talks to one registry; ``challenge`` and ``realm`` decide where
a login may go; ``guard`` and ``addresses`` decide where a connection may go; ``connection`` is the one module of the
product that opens a connection to an address that a user typed. Sources: the OCI distribution and image
specifications, the token authentication of the distribution project, RFC 9110.
"""
