"""PostgreSQL's own client tools: found, run, and their refusals passed on."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from app.core.errors import RuleBroken

INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps the tools of each version
ADVICE = "请先安装 PostgreSQL 客户端工具，版本不低于服务器：apt-get install postgresql-client"


def dump(url: URL, copy: Path, snapshot: str) -> None:
    """Writes the database as of an exported snapshot in pg_dump's custom form."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={copy}")


def load(url: URL, copy: Path) -> None:
    """Replaces what the dump holds, all or nothing."""
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
    _run(url, "pg_restore", *options, f"--dbname={url.database}", str(copy))


def tool(name: str, installed: Path = INSTALLED) -> str:
    """The newest of this name; the one on the path may be of an older version than the server."""
    found = [folder / "bin" / name for folder in installed.glob("*") if (folder / "bin" / name).is_file()]
    if found:
        return str(max(found, key=lambda path: int(path.parts[-3])))
    on_path = shutil.which(name)
    if on_path is None:
        raise RuleBroken(f"没有找到 {name}。{ADVICE}")
    return on_path


def _run(url: URL, name: str, *options: str) -> None:
    command = [tool(name), *options]
    done = subprocess.run(
        command, env=_environment(url), capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode != 0:
        raise RuleBroken(f"{name} 没有成功：{done.stderr.strip()[-500:]}")


def _environment(url: URL) -> dict[str, str]:
    """Where and as whom to connect; in the environment, since a password in a command line can be read."""
    options = {f"PG{key.upper()}": str(value) for key, value in url.query.items() if key.startswith("ssl")}
    settings = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {**os.environ, **options, **{key: str(value) for key, value in settings.items() if value}}
