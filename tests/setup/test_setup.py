"""Set-up does only what is needed, and says in one line what a person must type."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up program, working in an empty folder."""
    specification = importlib.util.spec_from_file_location("setup_program", ROOT / "bin" / "setup.py")
    assert specification and specification.loader
    program = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(program)
    for name, place in {"ROOT": "", "VENV": ".venv", "STAMPS": ".venv/.stamps", "VENDOR": "vendor"}.items():
        monkeypatch.setattr(program, name, tmp_path / place)
    return program


@pytest.fixture
def steps(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that set-up would run, collected instead of run."""
    commands: list[list[str]] = []
    monkeypatch.setattr(setup, "run_step", lambda _label, command, _env=None: commands.append(list(command)))
    return commands


def test_packages_are_installed_by_hash_and_only_when_the_lock_changed(
    setup: ModuleType, steps: list[list[str]], tmp_path: Path
) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("a==1", encoding="ascii")
    setup.ensure_packages("依赖", lock)
    setup.ensure_packages("依赖", lock)
    assert len(steps) == 1
    assert "--require-hashes" in steps[0]
    lock.write_text("a==2", encoding="ascii")
    setup.ensure_packages("依赖", lock)
    assert len(steps) == 2


def test_a_failed_installation_is_tried_again(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("a==1", encoding="ascii")
    tried: list[str] = []

    def fail(label: str, *_: object) -> None:
        tried.append(label)
        raise setup.SetupFailed("没有网络")

    monkeypatch.setattr(setup, "run_step", fail)
    for _ in range(2):
        with pytest.raises(setup.SetupFailed):
            setup.ensure_packages("依赖", lock)
    assert len(tried) == 2


def test_a_failing_step_shows_its_last_lines(setup: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(setup.SetupFailed, match="试一步没有成功（退出码 3）"):
        setup.run_step("试一步", [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"])
    assert "the reason" in capsys.readouterr().err


def test_only_the_named_front_end_files_are_kept(setup: ModuleType, tmp_path: Path) -> None:
    modules = tmp_path / "node_modules" / "kit" / "dist"
    modules.mkdir(parents=True)
    (modules / "kit.css").write_text("a{}", encoding="ascii")
    (modules / "kit.map").write_text("{}", encoding="ascii")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "old.js").touch()
    setup.copy_served({"kit.css": "kit/dist/kit.css"}, tmp_path / "node_modules", tmp_path / "vendor")
    assert [path.name for path in (tmp_path / "vendor").iterdir()] == ["kit.css"]


def test_of_a_tool_the_build_for_this_system_is_kept(setup: ModuleType, tmp_path: Path) -> None:
    build = tmp_path / "node_modules" / "@kit" / "cli-linux-x64"
    build.mkdir(parents=True)
    (build / "kit").write_text("the program", encoding="ascii")
    (build / "kit").chmod(0o755)
    (tmp_path / "bin").mkdir()
    setup.copy_tools({"kit": "@kit/cli-*/kit"}, tmp_path / "node_modules", tmp_path / "bin")
    assert os.access(tmp_path / "bin" / "kit", os.X_OK)


def test_a_system_for_which_there_is_no_build_of_a_tool_is_told(setup: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(setup.SetupFailed, match="npm 没有带来这台机器可用的 kit"):
        setup.copy_tools({"kit": "@kit/cli-*/kit"}, tmp_path, tmp_path)


@pytest.fixture
def front_end(setup: ModuleType, steps: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up program with a package.json of one served file and one tool, and what npm would bring."""
    (setup.ROOT / "package.json").write_text(
        '{"served": {"a.css": "kit/a.css"}, "tools": {"kit": "kit/cli"}}'
    )
    (setup.ROOT / "package-lock.json").write_text("{}")
    (setup.VENV / "bin").mkdir(parents=True)
    monkeypatch.setattr(setup, "PACKAGE_JSON", setup.ROOT / "package.json")
    monkeypatch.setattr(setup, "PACKAGE_LOCK", setup.ROOT / "package-lock.json")

    def bring(_label: str, command: list[str], _env: object = None) -> None:
        steps.append(list(command))
        (setup.ROOT / "node_modules" / "kit").mkdir(parents=True, exist_ok=True)
        for name in ("a.css", "cli"):
            (setup.ROOT / "node_modules" / "kit" / name).touch()

    monkeypatch.setattr(setup, "run_step", bring)
    monkeypatch.setattr(setup, "ensure_packages", lambda *_which: None)
    return setup


def test_whoever_runs_the_product_gets_no_tools_for_checks(
    front_end: ModuleType, steps: list[list[str]]
) -> None:
    front_end.ensure_frontend()
    front_end.ensure_frontend()
    assert [step[2] for step in steps] == ["--omit=dev"]
    assert not (front_end.VENV / "bin" / "kit").exists()


def test_tools_for_checks_are_brought_once_and_again_when_they_are_gone(
    front_end: ModuleType, steps: list[list[str]]
) -> None:
    front_end.ensure_frontend_tools()
    front_end.ensure_frontend_tools()
    assert (front_end.VENV / "bin" / "kit").is_file() and not (front_end.ROOT / "node_modules").exists()
    (front_end.VENV / "bin" / "kit").unlink()
    front_end.ensure_frontend_tools()
    assert [step[2] for step in steps] == ["--include=dev"] * 2


@pytest.fixture
def ordinary_user(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "may_install", lambda: False)


@pytest.mark.usefixtures("ordinary_user")
def test_without_the_venv_package_one_line_says_what_to_type(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(setup.SetupFailed, match=r"sudo apt-get install -y python3\.\d+-venv"):
        setup.ensure_venv()


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("under_ci", [False, True])
def test_missing_test_software_is_named_and_stops_only_under_ci(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], under_ci: bool
) -> None:
    monkeypatch.setattr(setup, "TEST_PACKAGES", {"chromium": "no/such/file"})
    monkeypatch.setenv("CI", "1" if under_ci else "")
    if under_ci:
        with pytest.raises(setup.SetupFailed, match="sudo apt-get install -y chromium"):
            setup.ensure_test_packages()
    else:
        setup.ensure_test_packages()
        assert "sudo apt-get install -y chromium" in capsys.readouterr().out


def test_system_software_comes_without_a_database_server_of_its_own(
    setup: ModuleType, steps: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "createcluster.d"
    seen: list[str] = []
    monkeypatch.setattr(setup, "TEST_PACKAGES", {"postgresql": "no/such/file"})
    monkeypatch.setattr(setup, "CREATE_CLUSTER_FOLDER", folder)
    monkeypatch.setattr(setup, "may_install", lambda: True)
    monkeypatch.setattr(setup, "install_debian", _read_settings_of(folder, seen))
    setup.ensure_test_packages()
    assert seen == ["create_main_cluster = false\n"]
    assert not list(folder.iterdir())


def _read_settings_of(folder: Path, seen: list[str]) -> Callable[[list[str]], None]:
    return lambda _packages: seen.extend(path.read_text(encoding="ascii") for path in folder.iterdir())


def test_help_lists_every_command_of_the_makefile() -> None:
    declared = next(
        line
        for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
        if line.startswith(".PHONY:")
    )
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout
    for name in declared.removeprefix(".PHONY:").split():
        assert f"make {name}\t" in shown


def test_what_lists_packages_is_installed_beside_them(
    setup: ModuleType, steps: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("SUPPLY_LOCK", "SETUP_LOCK"):
        lock = tmp_path / f"{name}.txt"
        lock.write_text("a==1", encoding="ascii")
        monkeypatch.setattr(setup, name, lock)
    setup.ensure_supply()
    assert [step[0].removeprefix(str(tmp_path)) for step in steps] == [
        "/.venv/bin/python",
        "/.venv/supply/bin/python",
        "/.venv/bin/python",
    ]


def test_a_drill_without_its_software_is_refused_with_what_to_type(
    setup: ModuleType, ordinary_user: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "DRILL_PACKAGES", {"nginx": "no/such/file"})
    with pytest.raises(setup.SetupFailed, match="sudo apt-get install -y nginx"):
        setup.ensure_drill_packages()


def test_software_for_drills_comes_without_a_server_that_runs(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, seen = tmp_path / "policy-rc.d", []
    monkeypatch.setattr(setup, "DRILL_PACKAGES", {"nginx": "no/such/file"})
    monkeypatch.setattr(setup, "START_POLICY", policy)
    monkeypatch.setattr(setup, "may_install", lambda: True)
    monkeypatch.setattr(setup, "install_debian", lambda _packages: seen.append(policy.read_text()))
    setup.ensure_drill_packages()
    assert seen == ["#!/bin/sh\nexit 101\n"] and not policy.exists()
