"""consoleapp/wizard/access/expectations.py: what the configuration of images lets one expect, before any order."""

from dataclasses import replace
from typing import Any

import pytest

from consoleapp.domain.image import parse_image_reference
from consoleapp.gateways.proof import ImageFacts
from consoleapp.wizard.access.answers import joined, question_about
from consoleapp.wizard.access.expectation_words import words_of
from consoleapp.wizard.access.expectations import ONE_SHOTS, Expectation, Reason, expectations_of
from consoleapp.wizard.access.serialization import to_json
from consoleapp.wizard.access.wanted_variables import WANTED, wanted_by
from consoleapp.wizard.draft.images import image_text
from consoleapp.wizard.draft.new import add_container, first_data
from consoleapp.wizard.shape import Data, Fields, containers_of
from tests.wizard.registries import can_be_pulled

SHELL = ImageFacts(command=("/bin/sh",))
WEB = ImageFacts(
    entrypoint=("/docker-entrypoint.sh",), command=("nginx", "-g", "daemon off;"), exposed_ports=("80/tcp",)
)


def draft(image: str = "team/app:1", facts: ImageFacts | None = None, **fields: Any) -> Data:
    data = first_data({"image": image})
    containers_of(data)[0].update(fields)
    if facts is not None:
        tell(data, containers_of(data)[0], facts)
    return data


def more(data: Data, image: str, facts: ImageFacts | None = None, *, is_init: bool = False, **fields: Any) -> Fields:
    container = add_container(data, is_init=is_init)
    container.update({"image": image, **fields})
    if facts is not None:
        tell(data, container, facts)
    return container


def tell(data: Data, container: Fields, facts: ImageFacts) -> None:
    """A registry has shown these facts of the container's image."""
    question = question_about(data, image_text(container))
    assert question
    told = to_json(replace(can_be_pulled(), image=facts))
    known = data.get("checks", {}).get("answers", {})
    answer = {"fingerprint": question.fingerprint, "result": told, "is_proved_anonymous": True, "is_continued": False}
    data["checks"] = joined({**known, question.image: answer}, {})


def reasons(data: Data) -> list[Reason]:
    return [each.reason for each in expectations_of(data)]


class TestEndsAtOnce:
    @pytest.mark.parametrize(
        "facts",
        [
            SHELL,
            ImageFacts(command=("bash",)),
            ImageFacts(entrypoint=("docker-entrypoint.sh",), command=("node",)),
            ImageFacts(command=("python3",)),
        ],
    )
    def test_an_image_that_starts_a_shell_and_nothing_else_is_warned_of(self, facts: ImageFacts) -> None:
        assert reasons(draft(facts=facts)) == [Reason.ENDS_AT_ONCE]

    @pytest.mark.parametrize("name", sorted(ONE_SHOTS))
    def test_a_well_known_one_is_warned_of_before_anybody_asked_its_registry(self, name: str) -> None:
        assert reasons(draft(name)) == [Reason.ENDS_AT_ONCE]

    def test_so_is_hello_world_whose_program_is_no_shell(self) -> None:
        assert reasons(draft("hello-world", ImageFacts(command=("/hello",)))) == [Reason.ENDS_AT_ONCE]

    @pytest.mark.parametrize("facts", [WEB, ImageFacts(), ImageFacts(command=("sh", "-c", "serve")), None])
    def test_any_other_image_is_not(self, facts: ImageFacts | None) -> None:
        assert reasons(draft(facts=facts)) == []

    @pytest.mark.parametrize("fields", [{"commands": "sleep 99"}, {"args": "-c serve"}, {"stdin": True}])
    def test_nor_one_whose_command_was_typed_or_whose_input_stays_open(self, fields: dict[str, Any]) -> None:
        assert reasons(draft(facts=SHELL, **fields)) == []

    @pytest.mark.parametrize("policy", ["Never", "OnFailure"])
    def test_nor_under_another_restart_policy(self, policy: str) -> None:
        data = draft(facts=SHELL)
        data["spec"]["restart_policy"] = policy
        assert reasons(data) == []

    def test_nor_an_init_container_which_is_to_end(self) -> None:
        data = draft(facts=WEB)
        more(data, "busybox", SHELL, is_init=True)
        assert reasons(data) == []


class TestSamePort:
    def test_two_images_that_listen_on_one_port_are_told_with_both_names(self) -> None:
        data = draft("nginx", WEB, name="web")
        more(data, "httpd", WEB, name="proxy")
        (found,) = expectations_of(data)
        assert (found.reason, found.what, found.names) == (Reason.SAME_PORT, "80/TCP", ("web", "proxy"))

    def test_a_declared_port_counts_like_one_of_an_image(self) -> None:
        data = draft("nginx", WEB, name="web")
        more(data, "team/proxy", ports=[{"_key": "r9", "port": "80", "protocol": "TCP"}])
        assert reasons(data) == [Reason.SAME_PORT]

    def test_twenty_containers_with_the_same_ports_are_one_warning(self) -> None:
        facts = replace(WEB, exposed_ports=tuple(f"{number}/tcp" for number in range(1, 65)))
        data = draft("nginx", facts)
        for _number in range(19):
            more(data, "nginx", facts)
        (found,) = expectations_of(data)
        assert len(found.keys) == 20
        assert found.what == "1/TCP, 2/TCP, 3/TCP …"
        assert words_of(found)[0].startswith("container-1, container-2, container-3 and 17 more listen on")

    def test_one_number_under_two_protocols_is_no_conflict(self) -> None:
        data = draft("team/dns", ImageFacts(exposed_ports=("53/udp",)))
        more(data, "team/web", ImageFacts(exposed_ports=("53/tcp", "99999/tcp", "7/sctp")))
        assert reasons(data) == []

    @pytest.mark.parametrize("is_init", [True, False])
    def test_an_init_container_and_one_with_its_own_command_are_left_out(self, is_init: bool) -> None:
        data = draft("nginx", WEB)
        more(data, "nginx", WEB, is_init=is_init, commands="sleep 1")
        assert reasons(data) == []

    @pytest.mark.parametrize("typed", ["", "eighty", "8" * 30, "٨٠", "-80"])
    def test_a_port_that_cannot_be_read_is_none(self, typed: str) -> None:
        data = draft("nginx", WEB)
        more(data, "team/proxy", ports=[{"_key": "r9", "port": typed}])
        assert reasons(data) == []


class TestRunsAsRoot:
    REFUSED: dict[str, Any] = {"security_context": {"run_as_non_root": True}}

    @pytest.mark.parametrize("user", ["", "root", "0", "0:0", "root:wheel"])
    def test_an_image_without_another_user_is_warned_of_where_root_is_refused(self, user: str) -> None:
        assert reasons(draft(facts=replace(WEB, user=user), **self.REFUSED)) == [Reason.RUNS_AS_ROOT]

    @pytest.mark.parametrize("user", ["nobody", "10001", "1000:0"])
    def test_one_with_another_user_is_not(self, user: str) -> None:
        assert reasons(draft(facts=replace(WEB, user=user), **self.REFUSED)) == []

    def test_nor_where_a_user_is_typed_root_is_allowed_or_nothing_is_known(self) -> None:
        typed: dict[str, Any] = {"security_context": {"run_as_non_root": True, "run_as_user": "1000"}}
        assert reasons(draft(facts=WEB, **typed)) == []
        assert reasons(draft(facts=WEB)) == []
        assert reasons(draft(**self.REFUSED)) == []


class TestWantsVariable:
    def test_a_database_without_its_password_is_warned_of(self) -> None:
        (found,) = expectations_of(draft("postgres:17"))
        assert (found.reason, found.what) == (Reason.WANTS_VARIABLE, "POSTGRES_PASSWORD")
        assert "POSTGRES_HOST_AUTH_METHOD" in found.others

    @pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD"])
    def test_any_of_the_alternatives_will_do(self, name: str) -> None:
        assert reasons(draft("postgres", environment_vars=[{"_key": "r9", "key": name}])) == []

    def test_what_a_known_image_sets_itself_does_not_do(self) -> None:
        brings = replace(WEB, variables=("ME_CONFIG_MONGODB_URL",))
        assert reasons(draft("mongo-express", brings)) == [Reason.WANTS_VARIABLE]

    def test_a_number_of_connections_is_no_address_of_a_database(self) -> None:
        typed = [{"_key": "r9", "key": "HASURA_GRAPHQL_PG_CONNECTIONS"}]
        assert reasons(draft("hasura/graphql-engine", environment_vars=typed)) == [Reason.WANTS_VARIABLE]

    def test_an_image_that_makes_its_own_password_wants_none(self) -> None:
        assert reasons(draft("mysql/mysql-server")) == []

    def test_nothing_is_wanted_where_another_command_was_typed(self) -> None:
        assert reasons(draft("postgres", commands="pg_dump db")) == []

    @pytest.mark.parametrize(
        "image", ["postgres:17", "docker.io/library/postgres", "registry.cn-hangzhou.aliyuncs.com/eci_open/postgres"]
    )
    def test_dockers_own_image_is_known_under_each_of_its_addresses(self, image: str) -> None:
        assert wanted_by(parse_image_reference(image)) == WANTED["postgres"]

    def test_a_strangers_image_of_the_same_name_is_not(self) -> None:
        assert wanted_by(parse_image_reference("mallory/postgres")) == ()
        assert wanted_by(parse_image_reference("registry.example.com/postgres")) == ()

    def test_forty_images_are_known_and_each_address_of_the_table_is_found(self) -> None:
        assert len(WANTED) >= 40
        for name, wanted in WANTED.items():
            assert wanted_by(parse_image_reference(name)) == wanted
            assert wanted
            assert all(names and len(set(names)) == len(names) for names in wanted)


def test_facts_of_an_answer_that_no_longer_holds_say_nothing() -> None:
    data = draft("team/app:1", SHELL)
    data["spec"]["cpu_architecture"] = "ARM64"
    assert reasons(data) == []


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_words(reason: Reason) -> None:
    title, text = words_of(Expectation(reason, ("c1",), ("web",), "80/TCP", ("OTHER",)))
    assert "web" in title
    assert text
