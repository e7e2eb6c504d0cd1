"""A real part that is not installed: one visible skip at home, a failure under CI."""

from pathlib import Path

import pytest

from tests.services import chromium, elasticsearch, postgres

RUNNING = {
    "PostgreSQL": postgres.running_server,
    "Chromium": chromium.running_browser,
    "Elasticsearch": elasticsearch.own_node,
}


@pytest.fixture(params=RUNNING)
def absent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setattr(postgres, "INSTALLED", tmp_path)
    monkeypatch.setattr(chromium, "EXECUTABLE", tmp_path / "chromium")
    monkeypatch.setattr(elasticsearch, "ARCHIVE", tmp_path / "elasticsearch.zip")
    return str(request.param)


def start(part: str) -> None:
    with RUNNING[part]():
        pass


def test_at_home_its_tests_are_skipped_and_say_what_to_install(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"缺少{absent}.*(apt-get install|setup.py test)"):
        start(absent)


def test_under_ci_its_absence_is_a_failure(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match=f"缺少{absent}.*(apt-get install|setup.py test)"):
        start(absent)
