"""Log collection as environment variables of the containers."""

import pytest

from consoleapp.wizard.draft.logs import log_problems, log_rows, remove_log, take_log
from consoleapp.wizard.shape import Data
from tests.wizard.access.test_requirements import draft


def typed(container: str, logstore: str, path: str = "") -> Data:
    data = draft("nginx", "busybox")
    data["page"] = {"log_container": container, "log_logstore": logstore, "log_path": path}
    return data


def test_a_log_becomes_a_variable_of_its_container_and_goes_again() -> None:
    data = typed("c2", "web_access", "/var/log/app/*.log")
    assert take_log(data)
    (row,) = log_rows(data)
    assert (row.container_name, row.logstore, row.path) == ("box-2", "web_access", "/var/log/app/*.log")
    assert data["spec"]["containers"][1]["environment_vars"][0]["key"] == "aliyun_logs_web_access"
    assert data["page"] == {}
    remove_log(data, "c2", row.row_key)
    assert log_rows(data) == ()


def test_standard_output_is_collected_when_nothing_else_is_said() -> None:
    data = typed("c1", "web")
    take_log(data)
    assert log_rows(data)[0].path == "stdout"


def test_the_same_logstore_again_changes_its_variable() -> None:
    data = typed("c1", "web")
    take_log(data)
    data["page"] = {"log_container": "c1", "log_logstore": "web", "log_path": "/a.log"}
    take_log(data)
    assert [row.path for row in log_rows(data)] == ["/a.log"]


@pytest.mark.parametrize(
    ("container", "logstore", "path", "control"),
    [
        ("c9", "web", "", "container"),
        ("c1", "no-hyphen", "", "logstore"),
        ("c1", "x" * 117, "", "logstore"),
        ("c1", "web", "relative.log", "path"),
        ("c1", "web", "/" + "x" * 256, "path"),
    ],
)
def test_a_row_that_is_not_right_stays_and_is_marked(container: str, logstore: str, path: str, control: str) -> None:
    data = typed(container, logstore, path)
    assert not take_log(data)
    assert [problem.field_id for problem in log_problems(data)] == [f"id_log_{control}"]
    assert data["page"]["log_logstore"] == logstore


def test_removing_leaves_other_variables_alone() -> None:
    data = draft("nginx")
    data["spec"]["containers"][0]["environment_vars"] = [{"_key": "r1", "key": "PATH", "value": "/bin"}]
    remove_log(data, "c1", "r1")
    remove_log(data, "c9", "r1")
    assert len(data["spec"]["containers"][0]["environment_vars"]) == 1
