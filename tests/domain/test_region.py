from consoleapp.domain.region import KNOWN, NAMES


def test_only_known_regions_have_names_and_each_its_own() -> None:
    assert set(NAMES) <= KNOWN
    assert len(set(NAMES.values())) == len(NAMES)
