"""What a draft lacks, and where."""

import copy
from dataclasses import replace

from consoleapp.domain.network import SecurityGroup, Vpc, VSwitch
from consoleapp.gateways.ports.container_groups import Region
from consoleapp.wizard.draft.encoding import to_draft
from consoleapp.wizard.draft.new import add_container
from consoleapp.wizard.services.network import NetworkChoices
from consoleapp.wizard.shape import Data
from consoleapp.wizard.steps import evaluate, first_incomplete, reachable
from tests.wizard import complete

NETWORK = NetworkChoices(
    region_id="cn-hangzhou",
    vpc_id=complete.VPC,
    regions=(Region("cn-hangzhou"),),
    vpcs=(Vpc(complete.VPC, "default", "172.16.0.0/12"),),
    vswitches=(VSwitch("vsw-simhzdefaulth", "h", complete.VPC, "cn-hangzhou-h", "172.16.0.0/20", 4),),
    security_groups=(SecurityGroup("sg-simhzdefault", "default", complete.VPC),),
)


def data() -> Data:
    return copy.deepcopy(to_draft(complete.spec(), complete.VPC).data)


def test_a_complete_draft_is_the_spec_that_will_be_sent() -> None:
    evaluation = evaluate(data(), {}, NETWORK)
    assert evaluation.problems == ()
    assert evaluation.spec == complete.spec()
    assert first_incomplete(evaluation) is None
    assert reachable(evaluation, "confirm") == "confirm"


def test_a_missing_image_keeps_one_at_basic_settings() -> None:
    typed = data()
    add_container(typed, is_init=False)
    evaluation = evaluate(typed, {})
    assert evaluation.spec is None
    assert first_incomplete(evaluation) == "basic"
    assert reachable(evaluation, "confirm") == reachable(evaluation, "other") == "basic"
    assert reachable(evaluation, "basic") == "basic"


def test_a_private_image_without_credential_keeps_one_at_other_settings() -> None:
    typed = data()
    typed["spec"]["containers"][0] |= {"image": "registry.example.com/a/b", "image_version": "1"}
    evaluation = evaluate(typed, {})
    assert first_incomplete(evaluation) == "other"
    assert reachable(evaluation, "confirm") == "other"


def test_an_error_of_the_whole_group_stands_at_the_container_it_is_about() -> None:
    typed = data()
    typed["spec"]["containers"][0] |= {"cpu": "3"}
    found = evaluate(typed, {}).problems
    assert [problem.field_id for problem in found] == [f"id_{typed['spec']['containers'][0]['_key']}-cpu"]
    assert "more than the 2" in found[0].message
    assert found[0].label == "web: vCPU"


def test_an_error_that_only_the_whole_group_shows_names_its_field() -> None:
    typed = data()
    typed["spec"] |= {"active_deadline_seconds": "-5", "ntp_servers": "a..b"}
    found = evaluate(typed, {}).problems
    assert {problem.field_id for problem in found} == {"id_active_deadline_seconds", "id_ntp_servers"}
    assert {problem.label for problem in found} == {"Active deadline", "NTP servers"}


def test_a_mount_of_a_volume_that_is_not_there_stands_at_the_mounts() -> None:
    typed = data()
    card = typed["spec"]["containers"][0]
    card["volume_mounts"] = [{"_key": "r9", "name": "gone", "mount_path": "/data"}]
    assert [problem.container_key for problem in evaluate(typed, {}).problems] == [card["_key"]]


def test_what_the_cloud_does_not_have_is_a_problem_when_its_lists_are_known() -> None:
    typed = data()
    typed["spec"] |= {"vswitch_ids": ["vsw-gone"], "security_group_id": "sg-gone"}
    typed["page"]["vpc_id"] = "vpc-gone"
    assert evaluate(typed, {}).problems == ()
    found = {problem.field_id for problem in evaluate(typed, {}, NETWORK).problems}
    assert found == {"id_vpc_id", "id_vswitch_ids", "id_security_group_id"}


def test_a_full_vswitch_is_a_problem() -> None:
    full = replace(NETWORK, vswitches=(replace(NETWORK.vswitches[0], available_ip_address_count=0),))
    assert [problem.field_id for problem in evaluate(data(), {}, full).problems] == ["id_vswitch_ids"]
