"""The Elasticsearch node of the search tests: fetched once, checked, and never a reason to stop at home."""

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.services import elasticsearch

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up program with an empty cache folder."""
    specification = importlib.util.spec_from_file_location("setup_program", ROOT / "bin" / "setup.py")
    assert specification and specification.loader
    program = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(program)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    return program


def bringing(content: bytes) -> Callable[[str, list[str]], None]:
    """A step that puts this into the folder it is told."""

    def step(_label: str, command: list[str]) -> None:
        folder = next(word.partition("=")[2] for word in command if word.startswith("-DoutputDirectory"))
        (Path(folder) / "elasticsearch-8.19.0.zip").write_bytes(content)

    return step


def failing(setup: ModuleType) -> Callable[[str, list[str]], None]:
    def step(label: str, _command: list[str]) -> None:
        raise setup.SetupFailed(f"{label}没有成功")

    return step


def test_set_up_fetches_what_the_tests_look_for(monkeypatch: pytest.MonkeyPatch, setup: ModuleType) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert elasticsearch.VERSION == setup.NODE_VERSION
    assert setup.node_archive().name == elasticsearch.ARCHIVE.name
    assert setup.node_archive().parent.name == elasticsearch.ARCHIVE.parent.name


def test_the_node_is_fetched_once_and_kept(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "NODE_HASH", hashlib.sha256(b"node").hexdigest())
    monkeypatch.setattr(setup, "run_step", bringing(b"node"))
    setup.ensure_search_node()
    monkeypatch.setattr(setup, "run_step", failing(setup))
    setup.ensure_search_node()
    assert setup.node_archive().read_bytes() == b"node"
    assert list(setup.node_archive().parent.iterdir()) == [setup.node_archive()]


def test_a_file_of_another_content_is_not_used(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "run_step", bringing(b"something else"))
    setup.ensure_search_node()
    assert "哈希不符" in capsys.readouterr().out
    assert not setup.node_archive().exists()


def test_without_a_network_set_up_goes_on_at_home_and_stops_under_ci(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "run_step", failing(setup))
    setup.ensure_search_node()
    assert "相关测试将跳过" in capsys.readouterr().out
    monkeypatch.setenv("CI", "1")
    with pytest.raises(setup.SetupFailed, match="没有取到 Elasticsearch 测试节点"):
        setup.ensure_search_node()
