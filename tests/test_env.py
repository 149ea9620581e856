"""consoleapp/env.py: typed readers that refuse wrong values by name."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from consoleapp import env


@pytest.mark.parametrize(("word", "value"), [("true", True), ("YES", True), ("0", False), ("off", False), ("", True)])
def test_reads_a_boolean_word(monkeypatch: pytest.MonkeyPatch, word: str, value: bool) -> None:
    monkeypatch.setenv("CONSOLE_X", word)
    assert env.boolean("CONSOLE_X", True) is value


@pytest.mark.parametrize("word", ["tru", "2", "nein"])
def test_refuses_a_word_that_is_no_boolean_and_names_the_variable(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("CONSOLE_X", word)
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.boolean("CONSOLE_X", True)


@pytest.mark.parametrize("word", ["0", "11", "five", "1.5", "--1", "-", "１"])
def test_refuses_a_number_out_of_range_or_none_at_all(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("CONSOLE_X", word)
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.integer("CONSOLE_X", 3, 1, 10)


def test_reads_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", "7")
    assert (env.integer("CONSOLE_X", 3, 1, 10), env.integer("CONSOLE_Y", 3, 1, 10)) == (7, 3)


def test_refuses_a_choice_that_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", "aws")
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X must be one of simulator, alibaba"):
        env.choice("CONSOLE_X", ("simulator", "alibaba"), "simulator")


def test_splits_words_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", " a.example , ,b.example")
    assert env.words("CONSOLE_X") == ["a.example", "b.example"]


def test_reads_a_secret_from_the_file_that_a_variable_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-file\n")
    monkeypatch.setenv("CONSOLE_X_FILE", str(tmp_path / "key"))
    assert env.secret("CONSOLE_X") == "from-file"


def test_refuses_an_empty_file_and_names_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(" \n")
    with pytest.raises(ImproperlyConfigured, match="key is empty"):
        env.secret("CONSOLE_X", tmp_path / "key")
    monkeypatch.setenv("CONSOLE_X_FILE", str(tmp_path / "key"))
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X_FILE"):
        env.secret("CONSOLE_X")


@pytest.mark.parametrize("words", ["*", "console.example,.corp.example", "127.0.0.1,[::1]"])
def test_reads_the_hosts_it_is_reached_by(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setenv("CONSOLE_X", words)
    assert env.hosts("CONSOLE_X", ()) == words.split(",")


def test_reads_trusted_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", "https://console.example,https://*.corp.example:8443,http://[::1]:8000")
    assert len(env.origins("CONSOLE_X")) == 3


def test_prefers_the_variable_to_the_stored_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-file")
    assert env.secret("CONSOLE_X", tmp_path / "key") == "from-file"
    monkeypatch.setenv("CONSOLE_X", "from-variable")
    assert env.secret("CONSOLE_X", tmp_path / "key") == "from-variable"


def test_says_how_to_make_a_missing_secret(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"CONSOLE_X is not set.*consoleapp\.env"):
        env.secret("CONSOLE_X", tmp_path / "absent")


def test_refuses_a_secret_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONSOLE_X_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X_FILE"):
        env.secret("CONSOLE_X", required=False)


def test_makes_keys_once_and_for_the_owner_only(tmp_path: Path) -> None:
    made = env.make_keys(tmp_path / "var")
    before = {path: path.read_text() for path in made}
    assert len(made) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}
    assert env.make_keys(tmp_path / "var") == []
    assert {path: path.read_text() for path in made} == before


@pytest.mark.parametrize(
    ("address", "name"),
    [("sqlite:///x.db", "x.db"), ("sqlite:////a b/c%20d+e.db", "/a b/c d+e.db"), ("sqlite://", ":memory:")],
)
def test_reads_the_address_of_a_file(address: str, name: str) -> None:
    assert env.database("CONSOLE_X", address) == {"ENGINE": "django.db.backends.sqlite3", "NAME": name}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgres://console@database/console", {"USER": "console", "HOST": "database", "NAME": "console", "PORT": ""}),
        ("pgsql://u:p%23%2F+@h:5433/n", {"PASSWORD": "p#/+", "HOST": "h", "PORT": "5433"}),
        ("postgres://u:p#:@h/n", {"PASSWORD": "p#:", "HOST": "h", "NAME": "n"}),
        ("postgresql://u@[::1]:5432/n", {"HOST": "::1", "PORT": "5432"}),
        ("postgres://u@one:1,two:2/n", {"HOST": "one,two", "PORT": "1,2"}),
        ("postgres:////var/run/postgresql/n", {"HOST": "/var/run/postgresql", "NAME": "n"}),
        ("postgres://h/n?sslmode=require&connect_timeout=5", {"OPTIONS": {"sslmode": "require", "connect_timeout": 5}}),
        ("postgres://h/n?disable_server_side_cursors=true", {"DISABLE_SERVER_SIDE_CURSORS": True, "OPTIONS": {}}),
    ],
)
def test_reads_the_address_of_a_database_server(address: str, expected: dict[str, object]) -> None:
    told = env.database("CONSOLE_X", address)
    assert told["ENGINE"] == "django.db.backends.postgresql"
    assert {key: told[key] for key in expected} == expected


WRONG_DATABASES = ["nonsense", "mongodb://x/y", "postgres://h", "postgres://h:99999/n", "postgres://u:[@h/n"]


@pytest.mark.parametrize("value", [*WRONG_DATABASES, "postgres://h:port/n", "sqlite://folder/x.db"])
def test_refuses_an_address_of_no_database(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CONSOLE_X", value)
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.database("CONSOLE_X", "sqlite:///x")


@pytest.mark.parametrize(
    ("address", "backend", "location"),
    [
        ("locmemcache://console", "locmem.LocMemCache", "console"),
        ("dummycache://", "dummy.DummyCache", ""),
        ("rediscache://cache:6379/0", "redis.RedisCache", ["redis://cache:6379/0"]),
        ("rediss://:p%2Fs@h/1", "redis.RedisCache", ["rediss://:p%2Fs@h/1"]),
        ("valkey://a:1,b:2/0", "redis.RedisCache", ["redis://a:1/0", "redis://b:2/0"]),
        ("rediscache:///run/cache.sock", "redis.RedisCache", ["unix:///run/cache.sock"]),
    ],
)
def test_reads_the_address_of_a_cache(address: str, backend: str, location: object) -> None:
    told = env.cache("CONSOLE_X", address)
    assert told["BACKEND"] == f"django.core.cache.backends.{backend}"
    assert told.get("LOCATION", "") == location


@pytest.mark.parametrize("value", ["nonsense", "pymemcache://x:1", "filecache:///x", "redis://h:port/0"])
def test_refuses_an_address_of_no_cache(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CONSOLE_X", value)
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.cache("CONSOLE_X", "locmemcache://")


def test_reads_region_ids_and_refuses_what_could_not_stand_in_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", "cn-example-1, ap-example-2")
    assert env.regions("CONSOLE_X") == ["cn-example-1", "ap-example-2"]
    monkeypatch.setenv("CONSOLE_X", "cn-example-1,evil.example/")
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.regions("CONSOLE_X")


@pytest.mark.parametrize(
    "address", ["https://sso.corp.example", "https://sso.corp.example/realm/", "http://127.0.0.1:8"]
)
def test_an_issuer_stays_letter_by_letter(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CONSOLE_X", address)
    assert env.issuer("CONSOLE_X") == address


@pytest.mark.parametrize(
    "address", ["http://sso.corp.example", "sso.corp.example", "https://u@sso.corp.example", "https://a/" + "x" * 200]
)
def test_an_issuer_is_an_address_over_https(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CONSOLE_X", address)
    with pytest.raises(ImproperlyConfigured, match="CONSOLE_X"):
        env.issuer("CONSOLE_X")


def test_groups_are_given_teams_and_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_X", "eci-qa=qa:operator, cn=leads=qa:approver")
    assert env.team_roles("CONSOLE_X") == [("eci-qa", "qa", "operator"), ("cn=leads", "qa", "approver")]
