"""Alibaba Cloud's OpenAPI: signing, endpoints, the one client, and an adapter for each port."""
