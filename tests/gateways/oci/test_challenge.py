"""consoleapp/gateways/oci/challenge.py: the grammar of WWW-Authenticate, and texts that break it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consoleapp.gateways.oci.challenge import CHALLENGES_MAX, Challenge, parse_challenges

DOCKER_HUB = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"'


@pytest.mark.parametrize(
    ("values", "challenges"),
    [
        ([], ()),
        ([""], ()),
        (["Basic"], (Challenge("basic"),)),
        (['Basic realm="x"'], (Challenge("basic", {"realm": "x"}),)),
        (['BASIC Realm = "x" , Charset=UTF-8'], (Challenge("basic", {"realm": "x", "charset": "UTF-8"}),)),
        (['Basic realm="a, b=\\"c\\" \\\\"'], (Challenge("basic", {"realm": 'a, b="c" \\'}),)),
        (
            [DOCKER_HUB],
            (
                Challenge(
                    "bearer",
                    {
                        "realm": "https://auth.docker.io/token",
                        "service": "registry.docker.io",
                        "scope": "repository:a/b:pull",
                    },
                ),
            ),
        ),
        (
            ['Basic realm="x", Bearer realm="y",service="z"'],
            (Challenge("basic", {"realm": "x"}), Challenge("bearer", {"realm": "y", "service": "z"})),
        ),
        (
            ["Negotiate, NTLM, Basic realm=x"],
            (Challenge("negotiate"), Challenge("ntlm"), Challenge("basic", {"realm": "x"})),
        ),
        (["Negotiate YIIabc==, Basic realm=x"], (Challenge("negotiate"), Challenge("basic", {"realm": "x"}))),
        (
            ['Basic realm="x"', 'Bearer realm="y"'],
            (Challenge("basic", {"realm": "x"}), Challenge("bearer", {"realm": "y"})),
        ),
        ([",, ,Basic realm=x,,"], (Challenge("basic", {"realm": "x"}),)),
        (["Bearer realm=x,", "Basic"], (Challenge("bearer", {"realm": "x"}), Challenge("basic"))),
        # Broken from some point on: what was whole before it stays.
        (['Basic realm="x", Bearer realm="y'], (Challenge("basic", {"realm": "x"}),)),
        (['Bearer realm="x'], ()),
        (["Bearer realm=https://x/y"], ()),
        (['Bearer realm="x" service="y"'], ()),
        (['Bearer realm="x",realm="y"'], ()),
        (['Bearer realm="x",REALM="x", Basic'], (Challenge("basic"),)),
        (["=x", '"', "\\", "Basic\x00", "Bearer realm=\x7f", "é"], ()),
        (["Basic Bearer"], (Challenge("basic"),)),
        (["Basic Bearer realm=x"], (Challenge("basic"),)),
    ],
)
def test_reads_what_is_offered(values: list[str], challenges: tuple[Challenge, ...]) -> None:
    assert parse_challenges(values) == challenges


def test_headers_challenges_parameters_and_values_are_limited() -> None:
    assert len(parse_challenges(["Basic"] * 1000)) == CHALLENGES_MAX
    assert len(parse_challenges(["Basic, " * 1000])) == CHALLENGES_MAX
    assert parse_challenges([f'Basic realm="{"x" * 3000}"']) == ()
    assert parse_challenges([f'Basic realm="{"x" * 100_000}"']) == ()
    assert parse_challenges(["Basic " + ",".join(f"a{number}=b" for number in range(100))]) == ()
    assert parse_challenges([""] * 20 + ["Basic"]) == ()


@given(st.lists(st.text(max_size=200), max_size=5))
def test_survives_any_text(values: list[str]) -> None:
    parse_challenges(values)


@given(st.lists(st.text(alphabet='Bearer Basic,="\\ realm:/', max_size=200), max_size=5))
def test_survives_any_text_that_looks_like_a_challenge(values: list[str]) -> None:
    for challenge in parse_challenges(values):
        assert challenge.scheme == challenge.scheme.lower()


PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=50)


@given(st.dictionaries(st.sampled_from(["realm", "service", "x"]), PRINTABLE, max_size=3))
def test_reads_back_what_was_written(parameters: dict[str, str]) -> None:
    written = ", ".join(
        '{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"')) for name, value in parameters.items()
    )
    assert parse_challenges([f"Bearer {written}"]) == (Challenge("bearer", parameters),)
