from consoleapp.simulator import params


def decoded(raw: str) -> dict[str, str]:
    return params.decode(params.split_pairs(raw))


def test_decodes_names_and_values_as_utf8_with_plus_as_a_blank() -> None:
    assert decoded("a=1+2&b=%E4%B8%AD&c%2E1=%2B") == {"a": "1 2", "b": "中", "c.1": "+"}


def test_keeps_empty_values_and_names_without_a_value() -> None:
    assert decoded("a=&b&&c=1") == {"a": "", "b": "", "c": "1"}


def test_the_last_of_a_repeated_name_counts() -> None:
    assert decoded("a=1&a=2") == {"a": "2"}


def test_a_zero_byte_stays_inside_its_value() -> None:
    assert decoded("a=x%00y&b=2") == {"a": "x\0y", "b": "2"}


def test_decodes_nothing_to_nothing() -> None:
    assert decoded("") == {}


def test_unflattens_lists_that_count_from_one() -> None:
    flat = {"Container.1.Port.1.Port": "80", "Container.1.Port.2.Port": "81", "Container.2.Name": "b", "Cpu": "2"}
    assert params.unflatten(flat) == {
        "Container": [{"Port": [{"Port": "80"}, {"Port": "81"}]}, {"Name": "b"}],
        "Cpu": "2",
    }


def test_takes_numbers_in_any_order_and_with_gaps() -> None:
    assert params.unflatten({"Arg.10": "c", "Arg.2": "b", "Arg.1": "a"}) == {"Arg": ["a", "b", "c"]}


def test_unflattens_mappings_inside_lists() -> None:
    flat = {"Container.1.EnvironmentVar.1.FieldRef.FieldPath": "status.podIP"}
    expected = {"Container": [{"EnvironmentVar": [{"FieldRef": {"FieldPath": "status.podIP"}}]}]}
    assert params.unflatten(flat) == expected


def test_drops_a_name_among_numbers_as_the_older_sdk_writes_one() -> None:
    flat = {"AcrRegistryInfo.1.InstanceId": "cri-1", "AcrRegistryInfo.1Domain.1": "a.example"}
    assert params.unflatten(flat) == {"AcrRegistryInfo": [{"InstanceId": "cri-1"}]}


def test_a_parent_wins_over_a_value_of_the_same_name_in_either_order() -> None:
    assert params.unflatten({"A": "1", "A.B": "2"}) == {"A": {"B": "2"}}
    assert params.unflatten({"A.B": "2", "A": "1"}) == {"A": {"B": "2"}}


def test_ignores_keys_that_are_nested_without_end() -> None:
    assert params.unflatten({".".join("a" * 5000): "1", "b": "2"}) == {"b": "2"}


def test_reads_truth_values_as_the_sdks_write_them() -> None:
    assert [params.boolean(text) for text in ("true", "True", "1", "false", "False", "0", "yes", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        None,
        None,
    ]


def test_reads_numbers_and_refuses_what_is_not_finite_or_negative() -> None:
    assert [params.number(text) for text in ("2", "2.0", "0.25")] == [2, 2, 0.25]
    assert [params.number(text) for text in ("1e309", "NaN", "-1", "two", "9" * 40)] == [None] * 5


def test_reads_whole_numbers_with_a_point() -> None:
    assert [params.integer(text) for text in ("80", "80.0", "80.5", "x")] == [80, 80, None, None]
