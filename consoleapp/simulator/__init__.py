"""A simulator of the vendor's cloud that speaks its wire protocol; see README.md.

It is a second opinion on the rest of the project and therefore shares no line with it: standard library only,
reached through HTTP (or a WSGI transport), never imported by the code that it judges.
"""
