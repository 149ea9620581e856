"""What the domain names, in the words of the pages."""

from consoleapp.web.domain_words import region_name


def test_a_region_is_called_by_its_name_or_else_by_its_id() -> None:
    assert [region_name(each) for each in ("cn-hangzhou", "cn-new-1", "")] == ["China (Hangzhou)", "cn-new-1", ""]
