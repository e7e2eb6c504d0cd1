"""Brings a fresh clone to where it can run, be checked or be tested.

Needs only the standard library of Python 3.11. Each step is skipped while nothing it depends on has changed.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".stamps"
VENDOR = ROOT / "app" / "static" / "vendor"
RUNTIME_LOCK = ROOT / "requirements.txt"
SETUP_LOCK = ROOT / "requirements-setup.txt"
SUPPLY_LOCK = ROOT / "requirements-supply.txt"
DEV_LOCK = ROOT / "requirements-dev.txt"
PACKAGE_JSON = ROOT / "package.json"
PACKAGE_LOCK = ROOT / "package-lock.json"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CREATE_CLUSTER_FOLDER = Path("/etc/postgresql-common/createcluster.d")
START_POLICY = Path("/usr/sbin/policy-rc.d")  # asked by Debian before it starts what it installed

# Debian package -> a file (glob below /) that shows it is installed.
TEST_PACKAGES = {
    "chromium": "usr/bin/chromium",
    # Playwright's own Node needs it; the smallest Debian lacks it.
    "libatomic1": "usr/lib/*/libatomic.so.1",
    "fonts-noto-cjk": "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "postgresql": "usr/lib/postgresql/*/bin/initdb",
    # For the Elasticsearch node of the search tests, and to fetch it.
    "default-jre-headless": "usr/lib/jvm/*/bin/java",
    "maven": "usr/share/maven/bin/mvn",
}
# What only the drills need.
DRILL_PACKAGES = {"nginx": "usr/sbin/nginx"}
NODE_VERSION = "8.19.0"
NODE_HASH = "14833b2d86c30656901f92049f81fb5777a8e4545413c8656cd1a21b55173033"
NODE_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{NODE_VERSION}:zip"
NODE_COPIER = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
STILL_RUNNING_SECONDS = 15
LAST_LINES = 25


class SetupFailed(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    print(f"[准备] {text}", flush=True)


def run_step(label: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Runs one long command quietly; tells that it is still going, and shows its last lines if it fails."""
    say(f"{label} …")
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        code = _wait_with_progress(process, label, start)
        if code != 0:
            log.seek(0)
            print("".join(log.readlines()[-LAST_LINES:]), file=sys.stderr)
            raise SetupFailed(f"{label}没有成功（退出码 {code}），原因见上面几行。改好后再执行同一条命令。")
    say(f"{label}：完成，{time.monotonic() - start:.0f} 秒")


def _wait_with_progress(process: subprocess.Popen[bytes], label: str, start: float) -> int:
    try:
        while True:
            try:
                return process.wait(timeout=STILL_RUNNING_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"{label}：还在进行，已用 {time.monotonic() - start:.0f} 秒")
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise


def digest(paths: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.read_bytes())
    return whole.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted


def mark_current(stamp: Path, wanted: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="utf-8")


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_debian(packages: Sequence[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run_step("更新软件包目录", ["apt-get", "-qq", "update"], env)
    options = ["-qq", "--yes", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"]
    run_step(f"安装系统软件 {' '.join(packages)}", ["apt-get", "install", *options, *packages], env)


def ensure_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - set-up is what an older Python meets first
        raise SetupFailed(f"需要 Python 3.11 或更新版本，当前是 {sys.version.split()[0]}。")


def ensure_venv() -> None:
    """Creates the virtual environment; Debian keeps that ability in a package of its own."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if _venv_works():
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{version}-venv"
        if not may_install():
            raise SetupFailed(f"缺少 {package}，请先执行：sudo apt-get install -y {package}")
        install_debian([package])
    run_step("建立虚拟环境", [sys.executable, "-m", "venv", "--clear", str(VENV)])


def _venv_works() -> bool:
    pip = VENV / "bin" / "pip"
    return pip.exists() and (VENV / "bin" / "python").exists()


def ensure_packages(label: str, lock: Path, venv: Path | None = None) -> None:
    """Installs exactly what the lock file names, each file checked against its hash; into the product's
    environment unless another is given.
    """
    stamp = STAMPS / lock.name
    wanted = digest([lock])
    if is_current(stamp, wanted):
        return
    pip = [str((venv or VENV) / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    options = ["--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    run_step(label, [*pip, *options])
    mark_current(stamp, wanted)


def ensure_supply() -> None:
    """The tools that list and audit packages, in an environment beside what they look at; and npm."""
    supply = VENV / "supply"
    if not (supply / "bin" / "python").exists():
        (STAMPS / SUPPLY_LOCK.name).unlink(missing_ok=True)
        run_step("建立清单工具的环境", [str(VENV / "bin" / "python"), "-m", "venv", str(supply)])
    ensure_packages("安装清单工具", SUPPLY_LOCK, supply)
    ensure_packages("安装 npm（只在准备时使用）", SETUP_LOCK)


def ensure_frontend() -> None:
    """Installs the locked front-end packages and keeps only the files that pages use."""
    stamp = VENDOR / ".stamp"
    wanted = digest([PACKAGE_JSON, PACKAGE_LOCK])
    served = named_files("served")
    if is_current(stamp, wanted) and all((VENDOR / name).is_file() for name in served):
        return
    with _node_modules("取前端文件", "--omit=dev") as modules:
        copy_served(served, modules, VENDOR)
    mark_current(stamp, wanted)


def ensure_frontend_tools() -> None:
    """Installs the programs that check scripts and sheets; each is one file and needs no Node."""
    stamp = STAMPS / PACKAGE_LOCK.name
    wanted = digest([PACKAGE_JSON, PACKAGE_LOCK])
    tools = named_files("tools")
    if is_current(stamp, wanted) and all((VENV / "bin" / name).is_file() for name in tools):
        return
    with _node_modules("取前端检查工具", "--include=dev") as modules:
        copy_tools(tools, modules, VENV / "bin")
    mark_current(stamp, wanted)


def named_files(kind: str) -> dict[str, str]:
    """Name -> file in node_modules, as package.json has it."""
    found: dict[str, str] = json.loads(PACKAGE_JSON.read_text(encoding="utf-8"))[kind]
    return found


@contextmanager
def _node_modules(label: str, which: str) -> Iterator[Path]:
    """The folder that npm filled by the lock file; it goes when its files are taken."""
    ensure_packages("安装 npm（只在准备时使用）", SETUP_LOCK)
    with tempfile.TemporaryDirectory(prefix="zhaoshang-npm-") as cache:
        options = [which, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        run_step(label, [str(VENV / "bin" / "npm"), "ci", *options], _npm_environment(cache))
    yield ROOT / "node_modules"
    shutil.rmtree(ROOT / "node_modules")


def _npm_environment(cache: str) -> dict[str, str]:
    env = {**os.environ, "npm_config_cache": cache}
    env["PATH"] = os.pathsep.join([str(VENV / "bin"), env.get("PATH", os.defpath)])
    if SYSTEM_CERTIFICATES.is_file():
        # Node brings certificates of its own; offices with an own authority add theirs to the system's.
        env.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    return env


def copy_served(served: Mapping[str, str], modules: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name, source in served.items():
        shutil.copyfile(modules / source, target / name)


def copy_tools(tools: Mapping[str, str], modules: Path, target: Path) -> None:
    """Of a tool npm brings the build for this system alone: the one that its pattern finds."""
    for name, pattern in tools.items():
        source = next(modules.glob(pattern), None)
        if source is None:
            raise SetupFailed(f"npm 没有带来这台机器可用的 {name}（{pattern}）")
        shutil.copy2(source, target / name)


def missing_packages(signs: Mapping[str, str]) -> list[str]:
    return [name for name, sign in signs.items() if not any(Path("/").glob(sign))]


def ensure_test_packages() -> None:
    """Chromium, Chinese fonts, PostgreSQL's server, Java: installed when allowed, named otherwise."""
    missing = missing_packages(TEST_PACKAGES)
    if not missing:
        return
    if may_install():
        with _no_default_cluster():
            install_debian(missing)
        return
    advice = f"sudo apt-get install -y {' '.join(missing)}"
    if os.environ.get("CI"):
        raise SetupFailed(f"缺少测试所需的系统软件，请先执行：{advice}")
    say(f"缺少 {'、'.join(missing)}，相关测试将跳过；要补齐请执行：{advice}")


def ensure_drill_packages() -> None:
    """nginx, without the server that Debian would start. A drill that cannot be held is said."""
    missing = missing_packages(DRILL_PACKAGES)
    if not missing:
        return
    if not may_install():
        raise SetupFailed(f"缺少演练所需的系统软件，请先执行：sudo apt-get install -y {' '.join(missing)}")
    with _nothing_started():
        install_debian(missing)


@contextmanager
def _nothing_started() -> Iterator[None]:
    """Keeps Debian from starting a server of its own; what the machine has decided on that stays."""
    if START_POLICY.exists():
        yield
        return
    START_POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    START_POLICY.chmod(0o755)
    try:
        yield
    finally:
        START_POLICY.unlink(missing_ok=True)


@contextmanager
def _no_default_cluster() -> Iterator[None]:
    """Keeps Debian from creating and starting a database server of its own; the tests start theirs."""
    CREATE_CLUSTER_FOLDER.mkdir(parents=True, exist_ok=True)
    setting = CREATE_CLUSTER_FOLDER / "zhaoshang-setup.conf"
    setting.write_text("create_main_cluster = false\n", encoding="ascii")
    try:
        yield
    finally:
        setting.unlink(missing_ok=True)


def node_archive() -> Path:
    """In the user's cache folder: 97 MB that every clone shares."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "zhaoshang" / f"elasticsearch-{NODE_VERSION}.zip"


def ensure_search_node() -> None:
    """The Elasticsearch node that the search tests start: fetched when possible, skipped or refused else."""
    archive = node_archive()
    if archive.is_file():
        return
    try:
        _fetch_search_node(archive)
    except (SetupFailed, OSError) as failure:
        if os.environ.get("CI"):
            raise SetupFailed(f"没有取到 Elasticsearch 测试节点：{failure}") from failure
        say(f"没有取到 Elasticsearch 测试节点，相关测试将跳过：{failure}")


def _fetch_search_node(archive: Path) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        command = ["mvn", "--batch-mode", "--quiet", f"-Dmaven.repo.local={folder}/repository", NODE_COPIER]
        run_step(
            "取 Elasticsearch 测试节点（97 MB）",
            [*command, f"-Dartifact={NODE_ARTIFACT}", f"-DoutputDirectory={folder}"],
        )
        fetched = Path(folder) / archive.name
        if digest([fetched]) != NODE_HASH:
            raise SetupFailed("取到的文件与登记的哈希不符，没有使用")
        fetched.replace(archive)


def prepare(purpose: str) -> None:
    ensure_python()
    ensure_venv()
    ensure_packages("安装依赖", RUNTIME_LOCK)
    if purpose in ("check", "test", "drill", "supply"):
        ensure_packages("安装检查与测试工具", DEV_LOCK)
    ensure_frontend()
    if purpose in ("check", "test", "drill"):
        ensure_frontend_tools()
    if purpose == "supply":
        ensure_supply()
    if purpose in ("test", "drill"):
        ensure_test_packages()
        ensure_search_node()
    if purpose == "drill":
        ensure_drill_packages()


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ("run", "check", "test", "drill", "supply"):
        print("用法：python3.11 bin/setup.py run|check|test|drill|supply", file=sys.stderr)
        return 2
    try:
        prepare(arguments[0])
    except SetupFailed as failure:
        print(f"[准备] {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("[准备] 已中断，再执行同一条命令会接着做。", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
