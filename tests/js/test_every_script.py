"""Each script has a file of tests here."""

from pathlib import Path

from tests.js.conftest import SCRIPTS

# app.js only starts the others, as the journeys see; these two are so small that they share one file.
ELSEWHERE = {"app": "", "fresh": "fresh_and_strip", "strip": "fresh_and_strip"}


def without_tests(scripts: Path, tests: Path) -> list[str]:
    names = sorted(path.stem for path in scripts.glob("*.js"))
    places = {name: ELSEWHERE.get(name, name) for name in names}
    return [name for name, place in places.items() if place and not (tests / f"test_{place}.py").is_file()]


def test_every_script_is_tested_by_itself() -> None:
    assert without_tests(SCRIPTS, Path(__file__).parent) == []


def test_a_script_without_tests_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "ticks.js").touch()
    (tmp_path / "newcomer.js").touch()
    assert without_tests(tmp_path, Path(__file__).parent) == ["newcomer"]
