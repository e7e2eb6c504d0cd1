"""The list of packages names every locked one; an audit that could not look never says that all is well."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def supply(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "bin"))
    specification = importlib.util.spec_from_file_location("supply_program", ROOT / "bin" / "supply.py")
    assert specification and specification.loader
    program = importlib.util.module_from_spec(specification)
    # Where its dataclasses look for their own module.
    monkeypatch.setitem(sys.modules, "supply_program", program)
    specification.loader.exec_module(program)
    return program


LOCKS = {
    "requirements.txt": "flask==3.1.3 \\\n    --hash=sha256:1\npsycopg[binary]==3.3.9\nhuey==3.5.4\n",
    "requirements-dev.txt": "flask==3.1.3\nmypy-extensions==1.2.0\ncolorama==0.4.6 ; os_name == 'nt'\n",
    "requirements-setup.txt": "",
    "requirements-supply.txt": "",
}
NPM = {
    "packages": {
        "": {"dependencies": {"@tabler/core": "1.6.1"}},
        "node_modules/@tabler/core": {"version": "1.6.1", "license": "MIT"},
        "node_modules/@popperjs/core": {"version": "2.11.8"},
    }
}


def installed(name: str, version: str, *licences: dict[str, Any]) -> dict[str, Any]:
    return {"type": "library", "name": name, "version": version, "bom-ref": name, "licenses": list(licences)}


RAW = {
    "bomFormat": "CycloneDX",
    "metadata": {"component": {"bom-ref": "root"}},
    "components": [
        installed("Flask", "3.1.3", {"license": {"id": "BSD-3-Clause"}}),
        installed("psycopg", "3.3.9", {"license": {"id": "LGPL-3.0-only"}}),
        installed("huey", "3.5.4"),
        installed(
            "mypy_extensions", "1.2.0", {"license": {"name": "License :: OSI Approved :: MIT License"}}
        ),
        installed("pip", "23.0.1", {"license": {"id": "MIT"}}),
    ],
    "dependencies": [{"ref": "root", "dependsOn": ["Flask", "pip"]}, {"ref": "pip"}],
}


def test_the_list_holds_every_locked_package_and_no_other(supply: ModuleType) -> None:
    checking = {"node_modules/@biomejs/biome": {"version": "2.6.8", "dev": True}}
    whole = supply.bill([RAW], supply.locked(LOCKS), {"packages": NPM["packages"] | checking})
    told = {one["purl"]: (supply.use_of(one), one["scope"]) for one in whole["components"]}
    assert told == {
        "pkg:pypi/flask@3.1.3": ("运行", "required"),
        "pkg:pypi/psycopg@3.3.9": ("运行", "required"),
        "pkg:pypi/huey@3.5.4": ("运行", "required"),
        "pkg:pypi/mypy-extensions@1.2.0": ("开发", "excluded"),
        "pkg:pypi/colorama@0.4.6": ("开发", "excluded"),
        "pkg:npm/%40tabler/core@1.6.1": ("浏览器", "required"),
        "pkg:npm/%40popperjs/core@2.11.8": ("浏览器", "required"),
        "pkg:npm/%40biomejs/biome@2.6.8": ("开发", "excluded"),
    }
    assert whole["dependencies"] == [{"ref": "root", "dependsOn": ["Flask", "pkg:npm/%40tabler/core@1.6.1"]}]


def test_licences_that_are_unclear_or_reciprocal_are_named(supply: ModuleType) -> None:
    lines = supply.table(supply.bill([RAW], supply.locked(LOCKS), NPM)["components"])
    assert "  BSD-3-Clause（1）：Flask 3.1.3" in lines
    assert "  MIT License（1）：mypy_extensions 1.2.0" in lines
    assert lines[-3:] == [
        "许可证不清楚，要到包里看：@popperjs/core 2.11.8（浏览器）、huey 3.5.4（运行）",
        "随产品发出、条款要看一遍的：psycopg 3.3.9（LGPL-3.0-only）",
        "锁定了、本机不装的（别的系统才要）：colorama 0.4.6",
    ]


@pytest.mark.parametrize(
    ("licences", "told"),
    [
        ([], "不清楚"),
        ([{"license": {"name": "UNKNOWN"}}], "不清楚"),
        ([{"license": {"name": "Permission is hereby granted, free of charge, " * 3}}], "不清楚"),
        ([{"expression": "MIT OR Apache-2.0"}], "MIT OR Apache-2.0"),
        (
            [{"license": {"id": "MPL-2.0"}}, {"license": {"name": "License :: OSI Approved :: MPL"}}],
            "MPL-2.0",
        ),
        ([{"license": {"name": "License :: OSI Approved :: BSD License"}}], "BSD License"),
    ],
)
def test_a_licence_is_told_in_a_word(supply: ModuleType, licences: list[dict[str, Any]], told: str) -> None:
    assert supply.licence_of(installed("a", "1", *licences)) == told


def test_the_real_locks_are_read_whole(supply: ModuleType) -> None:
    texts = {lock: (ROOT / lock).read_text(encoding="utf-8") for lock in supply.PYTHON_LOCKS}
    lines = {
        line for text in texts.values() for line in text.splitlines() if "==" in line and line[0].isalnum()
    }
    found = supply.locked(texts)
    assert {version for _name, version in found} == {line.split("==")[1].split()[0] for line in lines}
    assert found["flask", "3.1.3"] == "运行"


# --- the audit ---

ONE, TWO = ("flask", "3.1.3"), ("mypy-extensions", "1.2.0")
SKIPPED = {"name": "flask", "skip_reason": "Dependency not found on PyPI and could not be audited"}
FINE = {"name": "Flask", "version": "3.1.3", "vulns": []}
FLAWED = FINE | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.4"]}]}


@pytest.mark.parametrize(
    ("dependencies", "words", "code"),
    [
        (
            [FINE, {"name": "mypy_extensions", "version": "1.2.0", "vulns": []}],
            "查了 2 个包，没有已知漏洞",
            0,
        ),
        ([SKIPPED], "没有查。2 个包里有 2 个没有查到公告（Dependency not found on PyPI", 2),
        ([FINE], "没有查。2 个包里有 1 个没有查到公告（例如 mypy-extensions）", 2),
        ([FINE | {"version": "3.1.2"}], "没有查。2 个包里有 2 个", 2),
        ([FLAWED], "已知漏洞 1 个：Flask 3.1.3 PYSEC-1（3.1.4 改好）", 1),
        ([], "没有查。2 个包里有 2 个", 2),
        (None, "没有查。2 个包里有 2 个没有查到公告（pip-audit 没有给出结果）", 2),
    ],
)
def test_what_pip_audit_did_not_look_at_was_not_audited(
    supply: ModuleType, dependencies: list[Any] | None, words: str, code: int
) -> None:
    output = "" if dependencies is None else json.dumps({"dependencies": dependencies, "fixes": []})
    audited = supply.of_pip_audit(output, {ONE, TWO})
    assert words in audited.words
    assert supply.outcome([audited]) == code


@pytest.mark.parametrize(
    ("answer", "words", "code"),
    [
        (
            {"vulnerabilities": {}, "metadata": {"dependencies": {"total": 2}}},
            "前端包：查了 2 个包，没有已知漏洞",
            0,
        ),
        (
            {"message": "405 Method Not Allowed - POST https://a.b/c", "error": {"summary": ""}},
            "405 Method Not Allowed）",
            2,
        ),
        ({"error": {"code": "ENOTFOUND", "summary": "request failed"}}, "没有查到公告（request failed）", 2),
        ({"vulnerabilities": {}}, "没有查。2 个包里有 2 个", 2),
        ([], "npm audit 没有给出结果", 2),
        (
            {
                "vulnerabilities": {"htmx.org": {"severity": "high"}},
                "metadata": {"dependencies": {"total": 2}},
            },
            "已知漏洞 1 个：htmx.org high",
            1,
        ),
    ],
)
def test_what_npm_did_not_look_at_was_not_audited(
    supply: ModuleType, answer: Any, words: str, code: int
) -> None:
    audited = supply.of_npm_audit(json.dumps(answer), NPM)
    assert words in audited.words and "https://" not in audited.words
    assert supply.outcome([audited]) == code


def test_one_tool_that_could_not_look_is_enough(
    supply: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing printed at all: not installed, no network, killed."""
    monkeypatch.setattr(supply, "_run", lambda _command: "")
    assert supply.main(["audit"]) == 2
    assert capsys.readouterr().out.count("没有查。") == 2
