from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = {
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal",
    "maintenance",
    "localisation",
}


@pytest.fixture
def catalogue():
    return YAML(typ="safe").load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_the_catalogue_has_what_the_standard_requires(catalogue):
    assert catalogue.keys() >= REQUIRED
    assert catalogue["legal"]["license"] == "Apache-2.0"
    assert catalogue["maintenance"]["contacts"]
    assert catalogue["localisation"]["availableLanguages"] == ["th", "en"]


@pytest.mark.parametrize("language", ["th", "en"])
def test_descriptions_have_the_length_of_the_standard(catalogue, language):
    words = catalogue["description"][language]
    assert 0 < len(words["shortDescription"]) <= 150
    assert 150 <= len(words["longDescription"]) <= 10_000
    assert all(len(feature) <= 100 for feature in words["features"])
