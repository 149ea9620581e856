import pytest

from consoleapp.simulator.references import split_reference


@pytest.mark.parametrize(
    ("image", "whole"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("bitnami/redis:7", "docker.io/bitnami/redis:7"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/nginx:a", "docker.io/library/nginx:a"),
        ("localhost:5000/foo:1", "localhost:5000/foo:1"),
        ("localhost/foo", "localhost/foo:latest"),
        ("foo:5000/baz", "foo:5000/baz:latest"),
        ("192.168.1.9:5000/ns/app", "192.168.1.9:5000/ns/app:latest"),
        ("[::1]:5000/app:1", "[::1]:5000/app:1"),
        ("Registry/app:1", "Registry/app:1"),
        (f"nginx:1@sha256:{'a' * 64}", f"docker.io/library/nginx:1@sha256:{'a' * 64}"),
        (f"nginx@sha256:{'a' * 64}", f"docker.io/library/nginx@sha256:{'a' * 64}"),
        ("a__b/c-.d", None),
        ("a__b/c--d.e", "docker.io/a__b/c--d.e:latest"),
        ("Nginx", None),
        ("ns/App:1", None),
        ("nginx:", None),
        ("nginx@", None),
        ("nginx@sha256:abc", None),
        ("http://a.example/c", None),
        (" nginx", None),
        ("nginx ", None),
        ("a//b", None),
        ("/a", None),
        ("", None),
        ("a" * 64, None),
        (f"host.example/{'a' * 256}", None),
        (f"nginx:{'a' * 129}", None),
    ],
)
def test_completes_a_reference_or_refuses_it(image: str, whole: str | None) -> None:
    reference = split_reference(image)
    assert (None if reference is None else str(reference)) == whole
