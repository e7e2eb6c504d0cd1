"""PostgreSQL's own client tools: found, run, and their refusals passed on."""

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL

from app.core.values.errors import RuleBroken

INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps the tools of each version
ADVICE = "请先安装 PostgreSQL 客户端工具，版本不低于服务器：apt-get install postgresql-client"


def dump(url: URL, copy: Path, snapshot: str) -> None:
    """Writes the database as of an exported snapshot in pg_dump's custom form."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={copy}")


# What a newer version of the product has added, and a dump of an older one knows nothing of, goes too: what
# pg_restore itself drops is what its dump holds, and fails at the first table that a newer one refers to.
EMPTY = """
DO $$
DECLARE everything text;
BEGIN
  SELECT string_agg(format('DROP %s IF EXISTS %s CASCADE;', kind, name), ' ') INTO everything FROM (
    SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass::text
    FROM pg_class AS found
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = found.oid AND deptype IN ('e', 'a', 'i'))
    UNION ALL
    SELECT 'FUNCTION', oid::regprocedure::text
    FROM pg_proc AS found
    WHERE pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = found.oid AND deptype = 'e')
  ) AS found (kind, name);
  EXECUTE coalesce(everything, '');
END $$;
"""


def load(url: URL, copy: Path) -> None:
    """Puts what the dump holds in the place of all there is, in one transaction: all or nothing."""
    into = [tool("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={url.database}"]
    out_of = [tool("pg_restore"), "--no-owner", "--file=-", str(copy)]
    with tempfile.TemporaryFile() as told:
        reader = subprocess.Popen(out_of, env=_environment(url), stdout=subprocess.PIPE, stderr=told)
        writer = subprocess.Popen(
            into, env=_environment(url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told
        )
        with suppress(BrokenPipeError), reader, writer:
            _pour(reader, writer)
        if reader.returncode or writer.returncode:
            told.seek(0)
            words = told.read().decode("utf-8", errors="replace").strip()
            raise RuleBroken(f"pg_restore 没有成功：{words[:500]}")


def _pour(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> None:
    """The end of the transaction is written only when all was read: cut off before, nothing has happened."""
    assert reader.stdout is not None
    assert writer.stdin is not None
    writer.stdin.write(f"BEGIN;{EMPTY}".encode())
    shutil.copyfileobj(reader.stdout, writer.stdin)
    if reader.wait() == 0:
        writer.stdin.write(b"COMMIT;\n")


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
