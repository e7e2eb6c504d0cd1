"""What the product is made of: `sbom` lists every locked package with its licence, `audit` asks for known
flaws.

Both end with 2 when they could not look, whatever the tool beneath said: pip-audit ends with 0 and "No known
vulnerabilities found" where it was told of no package.
"""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from setup import ROOT, VENV

SUPPLY = VENV / "supply"
TARGET = ROOT / "build" / "sbom.cdx.json"
# lock -> where its packages are used; of a package in several the first counts
PYTHON_LOCKS = {
    "requirements.txt": "运行",
    "requirements-dev.txt": "开发",
    "requirements-setup.txt": "准备",
    "requirements-supply.txt": "清单工具",
}
RUNNING, BROWSER, CHECKING = "运行", "浏览器", "开发"
SHIPPED = (RUNNING, BROWSER)
USE = "zhaoshang:use"
ABSENT = "zhaoshang:not-installed"
LOOKED, FLAWED, NOT_LOOKED = 0, 1, 2
LONGEST_NAME = 80  # of a licence; what is longer is its text
SAMPLE = 3  # packages named in a sentence
UNCLEAR = "不清楚"
# Whoever passes the product on must look at these: they ask for more than their own text to be passed on.
_RECIPROCAL = re.compile(
    r"\b[AL]?GPL|General Public|\bMPL|Mozilla|\bEPL|\bCDDL|\bEUPL|\bSSPL|Elastic License", re.IGNORECASE
)
_VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding="utf-8").read())
sys.exit(str(error)[:500] if error else 0)
"""


class CannotLook(Exception):
    """The message says why nothing is known."""


def key(name: str) -> str:
    """A package by the name under which the locks know it."""
    return re.sub(r"[-_.]+", "-", name).lower()


# --- the list ---


def locked(texts: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """(package, version) -> where it is used, of lock files by name."""
    found: dict[tuple[str, str], str] = {}
    for lock, use in PYTHON_LOCKS.items():
        for name, version in re.findall(
            r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", texts[lock], re.MULTILINE
        ):
            found.setdefault((key(name), version), use)
    return found


def bill(
    raws: Sequence[Mapping[str, Any]], wanted: Mapping[tuple[str, str], str], npm: Mapping[str, Any]
) -> dict[str, Any]:
    """One CycloneDX document of the locked packages: those that cyclonedx-py found installed, with what it
    read of them, those locked for other systems by name alone, and those of npm's lock.
    """
    components: dict[str, dict[str, Any]] = {}
    for component in (one for raw in raws for one in raw["components"]):
        use = wanted.get((key(component["name"]), component["version"]))
        if use:
            components.setdefault(_purl(component), _used(component, use))
    present = {(key(one["name"]), one["version"]) for one in components.values()}
    for (name, version), use in wanted.items():
        if (name, version) not in present:
            absent = {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name}@{version}",
            }
            components[absent["purl"]] = _used(absent, use, {"name": ABSENT, "value": "true"})
    for component in _of_npm(npm):
        components[component["purl"]] = component
    whole = dict(raws[0])
    whole["components"] = sorted(components.values(), key=lambda one: one["purl"])
    whole["dependencies"] = _relations(raws, npm, {one["bom-ref"] for one in components.values()})
    return whole


def _purl(component: Mapping[str, Any]) -> str:
    return f"pkg:pypi/{key(component['name'])}@{component['version']}"


def _used(component: Mapping[str, Any], use: str, *more: Mapping[str, str]) -> dict[str, Any]:
    purl = component.get("purl") or _purl(component)
    properties = [*component.get("properties", ()), {"name": USE, "value": use}, *more]
    scope = "required" if use in SHIPPED else "excluded"
    return {"bom-ref": purl, **component, "purl": purl, "scope": scope, "properties": properties}


def _of_npm(lock: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, entry in lock["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        licence = entry.get("license")
        use = CHECKING if entry.get("dev") else BROWSER
        yield _used(
            {
                "type": "library",
                "name": name,
                "version": entry["version"],
                "purl": f"pkg:npm/{name.replace('@', '%40')}@{entry['version']}",
                **({"licenses": [{"license": {"name": licence}}]} if licence else {}),
            },
            use,
        )


def _relations(
    raws: Sequence[Mapping[str, Any]], npm: Mapping[str, Any], known: set[str]
) -> list[dict[str, Any]]:
    """Who needs whom, of what is listed; the product needs what npm's lock names at its top."""
    root = raws[0]["metadata"]["component"]["bom-ref"]
    found: dict[str, set[str]] = {root: set()}
    for one in (one for raw in raws for one in raw.get("dependencies", ())):
        if one["ref"] in known | {root}:
            found.setdefault(one["ref"], set()).update(set(one.get("dependsOn", ())) & known)
    for name in npm["packages"][""].get("dependencies", {}):
        version = npm["packages"][f"node_modules/{name}"]["version"]
        found[root].add(f"pkg:npm/{name.replace('@', '%40')}@{version}")
    return [{"ref": ref, "dependsOn": sorted(needs)} for ref, needs in sorted(found.items())]


def use_of(component: Mapping[str, Any]) -> str:
    return str(next(one["value"] for one in component["properties"] if one["name"] == USE))


def is_absent(component: Mapping[str, Any]) -> bool:
    return any(one["name"] == ABSENT for one in component["properties"])


def licence_of(component: Mapping[str, Any]) -> str:
    """In a word or an expression, else as its classifiers call it; UNCLEAR where the package says nothing, or
    no more than a text.
    """
    told = [one.get("license", one) for one in component.get("licenses", ())]
    exact = [one.get("expression") or one.get("id") for one in told]
    named = [str(one.get("name", "")).rpartition(" :: ")[2].strip() for one in told]
    vague = {"", "unknown", "other", "dual license", "osi approved"}
    words = [word for word in exact if word] or [
        word for word in named if word.lower() not in vague and len(word) <= LONGEST_NAME and "\n" not in word
    ]
    return " / ".join(dict.fromkeys(words)) or UNCLEAR


def table(components: Iterable[Mapping[str, Any]]) -> list[str]:
    """For people: by use and licence which packages, those to be looked at by name, at the end."""
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    unclear, reciprocal, absent = [], [], []
    for component in components:
        called, licence, use = (
            f"{component['name']} {component['version']}",
            licence_of(component),
            use_of(component),
        )
        if is_absent(component):
            absent.append(called)
            continue
        groups[use, licence].append(called)
        if licence == UNCLEAR:
            unclear.append(f"{called}（{use}）")
        elif use in SHIPPED and _RECIPROCAL.search(licence):
            reciprocal.append(f"{called}（{licence}）")
    lines = []
    for use in dict.fromkeys((RUNNING, BROWSER, *PYTHON_LOCKS.values())):
        of_use = {licence: names for (where, licence), names in groups.items() if where == use}
        lines += [f"{use}：{sum(map(len, of_use.values()))} 个"]
        lines += [
            f"  {licence}（{len(names)}）：{'、'.join(names)}" for licence, names in sorted(of_use.items())
        ]
    ends = (
        ("许可证不清楚，要到包里看", unclear),
        ("随产品发出、条款要看一遍的", reciprocal),
        ("锁定了、本机不装的（别的系统才要）", absent),
    )
    return lines + [f"{label}：{'、'.join(names) if names else '没有'}" for label, names in ends]


def installed_list(venv: Path) -> dict[str, Any]:
    command = [
        str(SUPPLY / "bin" / "cyclonedx-py"),
        "environment",
        "--output-reproducible",
        "--of=JSON",
        "--sv=1.6",
    ]
    command += [f"--pyproject={ROOT / 'pyproject.toml'}", str(venv / "bin" / "python")]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise CannotLook(f"cyclonedx-py 没有列出来：{done.stderr.strip()[-300:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def sbom() -> int:
    texts = {lock: (ROOT / lock).read_text(encoding="utf-8") for lock in PYTHON_LOCKS}
    npm = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    whole = bill([installed_list(VENV), installed_list(SUPPLY)], locked(texts), npm)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    checked = subprocess.run(
        [str(SUPPLY / "bin" / "python"), "-c", _VALIDATE, str(TARGET)],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    if checked.returncode:
        raise CannotLook(f"写出的清单不合 CycloneDX 1.6：{checked.stderr.strip()[-500:]}")
    print("\n".join(table(whole["components"])))
    print(f"共 {len(whole['components'])} 个，清单在 {TARGET.relative_to(ROOT)}")
    return LOOKED


# --- the audit ---


@dataclass(frozen=True, slots=True)
class Audited:
    """What one tool said: of how many packages it was asked, of how many it knows, which have flaws."""

    what: str
    asked: int
    known: int
    flaws: tuple[str, ...] = ()
    why: str = ""  # of those it does not know

    @property
    def words(self) -> str:
        flaws = f"，已知漏洞 {len(self.flaws)} 个：" + "；".join(self.flaws) if self.flaws else ""
        if self.known < self.asked:
            why = f"（{self.why}）" if self.why else ""
            missing = f"{self.asked} 个包里有 {self.asked - self.known} 个没有查到公告"
            return f"{self.what}：没有查。{missing}{why}{flaws}"
        return f"{self.what}：查了 {self.asked} 个包{flaws or '，没有已知漏洞'}"


def outcome(audits: Sequence[Audited]) -> int:
    """A flaw is told first; silence counts for nothing."""
    if any(audit.flaws for audit in audits):
        return FLAWED
    return LOOKED if all(audit.known == audit.asked > 0 for audit in audits) else NOT_LOOKED


def of_pip_audit(output: str, installed: set[tuple[str, str]]) -> Audited:
    """What pip-audit printed as JSON, held against what is installed."""
    what = "Python 包"
    try:
        told = json.loads(output)["dependencies"]
        known = {(key(one["name"]), one["version"]) for one in told if "vulns" in one}
        skipped = [one["skip_reason"] for one in told if one.get("skip_reason")]
        flaws = tuple(
            f"{one['name']} {one['version']} {flaw['id']}"
            + (f"（{'、'.join(flaw['fix_versions'])} 改好）" if flaw.get("fix_versions") else "")
            for one in told
            for flaw in one.get("vulns", ())
        )
    except (ValueError, KeyError, TypeError):
        return Audited(what, len(installed), 0, why="pip-audit 没有给出结果")
    missing = sorted(name for name, _version in installed - known)
    why = skipped[0] if skipped else f"例如 {'、'.join(missing[:SAMPLE])}" if missing else ""
    return Audited(what, len(installed), len(installed & known), flaws, why)


def of_npm_audit(output: str, lock: Mapping[str, Any]) -> Audited:
    """What npm audit printed as JSON. An answer without a count of packages is none."""
    what, asked = "前端包", len([path for path in lock["packages"] if path])
    try:
        told = json.loads(output)
        flaws = tuple(f"{name} {one['severity']}" for name, one in told["vulnerabilities"].items())
        known = int(told["metadata"]["dependencies"]["total"])
    except (ValueError, KeyError, TypeError):
        return Audited(what, asked, 0, why=_npm_error(output))
    return Audited(what, asked, min(known, asked), flaws)


def _npm_error(output: str) -> str:
    try:
        told = json.loads(output)
        return re.sub(r"\s*-?\s*\w+ https?://\S+", "", str(told.get("message") or told["error"]["summary"]))[
            :120
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "npm audit 没有给出结果"


def _site_packages(venv: Path) -> list[Path]:
    return sorted(venv.glob("lib/python*/site-packages"))


def _run(command: Sequence[str]) -> str:
    try:
        return subprocess.run(
            command, check=False, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=600
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def audit() -> int:
    folders = [str(path) for venv in (VENV, SUPPLY) for path in _site_packages(venv)]
    installed = {(key(one.name), one.version) for one in importlib.metadata.distributions(path=folders)}
    paths = [f"--path={folder}" for folder in folders]
    options = ["--format=json", "--progress-spinner=off", *paths]
    python = of_pip_audit(_run([str(SUPPLY / "bin" / "pip-audit"), *options]), installed)
    npm = str(VENV / "bin" / "npm") if (VENV / "bin" / "npm").exists() else shutil.which("npm") or "npm"
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    frontend = of_npm_audit(_run([npm, "audit", "--json", "--package-lock-only"]), lock)
    for one in (python, frontend):
        print(one.words)
    return outcome((python, frontend))


def main(arguments: Sequence[str]) -> int:
    work = {"sbom": sbom, "audit": audit}.get(arguments[0] if len(arguments) == 1 else "")
    if work is None:
        print("用法：bin/supply.py sbom|audit", file=sys.stderr)
        return NOT_LOOKED
    try:
        return work()
    except CannotLook as reason:
        print(f"[清单] {reason}", file=sys.stderr)
        return NOT_LOOKED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
