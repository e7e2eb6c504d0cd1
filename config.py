"""All settings, from the environment; a production start with an unsafe one is refused with the reason."""

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env

from search.elastic.address import read_address

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_HOPS = 9


class UnsafeConfiguration(RuntimeError):
    """What must be changed before the product may start in production; one sentence a problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("不能启动：" + "；".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one start. `mode` is development, testing or production."""

    mode: str
    database_url: str
    search_url: str
    secret_key: str
    instance_path: Path
    county_name: str = "青岚县"
    county_region: str = ""  # its code in GB/T 2260; empty: nobody said
    allowed_hosts: tuple[str, ...] = ()
    proxy_hops: int | None = None  # None: nobody said
    audit_key: str = ""  # empty: derived from the secret of sign-ins
    audit_heads: Path | None = None  # None: beside the data
    metrics: str = ""  # a port of this machine, or an address and a port; empty: none
    port: str = ""  # of the pages
    debug: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_env(cls) -> "Config":
        """Reads the environment; README "Configuration" lists the names."""
        env = Env()
        instance = Path(env.str("INSTANCE_PATH", str(ROOT / "instance"))).resolve()
        mode = env.str("MODE", "development")
        secret = env.str("SECRET_KEY", "")
        if mode == "development" and not secret:
            secret = _own_secret(instance)
        return cls(
            mode=mode,
            database_url=_with_driver(env.str("DATABASE_URL", f"sqlite:///{instance / 'county.sqlite3'}")),
            search_url=env.str("SEARCH_URL", f"tantivy://{instance / 'index'}"),
            secret_key=secret,
            instance_path=instance,
            county_name=env.str("COUNTY_NAME", "青岚县"),
            county_region=env.str("COUNTY_REGION", "").strip(),
            allowed_hosts=tuple(env.list("ALLOWED_HOSTS", [])),
            proxy_hops=_hops(env.str("PROXY_HOPS", "")),
            audit_key=env.str("AUDIT_KEY", ""),
            audit_heads=Path(heads).resolve() if (heads := env.str("AUDIT_HEADS", "")) else None,
            metrics=env.str("METRICS_PORT", "").strip(),
            port=env.str("PORT", "").strip() or "8000",
            debug=env.bool("FLASK_DEBUG", False),
        ).checked()

    def checked(self) -> "Config":
        """Itself, or UnsafeConfiguration with every reason at once."""
        if self.mode not in {"development", "testing", "production"}:
            raise UnsafeConfiguration([f"MODE 只能是 development 或 production，现在是 {self.mode}"])
        if not 0 <= (self.proxy_hops or 0) <= MOST_HOPS:
            raise UnsafeConfiguration([f"PROXY_HOPS 要写前面反向代理的层数，0 到 {MOST_HOPS}"])
        if self.metrics and _address(self.metrics) is None:
            raise UnsafeConfiguration([f"METRICS_PORT 要写端口，或者地址:端口，现在是 {self.metrics}"])
        # The jobs process may open its port first: then the pages could not open theirs.
        if self.metrics.rpartition(":")[2] == self.port != "":
            raise UnsafeConfiguration([f"METRICS_PORT 和 PORT 都是 {self.port}，给 METRICS_PORT 换一个端口"])
        if self.county_region and not re.fullmatch(r"[1-9][0-9]{5}", self.county_region):
            raise UnsafeConfiguration([f"COUNTY_REGION 要写本县 6 位的区划代码，现在是 {self.county_region}"])
        problems = self._problems() if self.mode == "production" else []
        if problems:
            raise UnsafeConfiguration(problems)
        return self

    def _problems(self) -> list[str]:
        checks = [
            (self.debug, "生产环境不能打开调试，去掉 FLASK_DEBUG"),
            (not self.secret_key, "没有设置 SECRET_KEY"),
            (
                bool(self.secret_key) and len(self.secret_key) < SHORTEST_SECRET,
                f"SECRET_KEY 太短，至少 {SHORTEST_SECRET} 个字符，可以用 openssl rand -hex 32 生成",
            ),
            (len(set(self.secret_key)) < 10 and len(self.secret_key) >= SHORTEST_SECRET, "SECRET_KEY 太简单"),
            (
                0 < len(self.audit_key) < SHORTEST_SECRET,
                f"AUDIT_KEY 太短，至少 {SHORTEST_SECRET} 个字符，可以用 openssl rand -hex 32 生成",
            ),
            (not self.allowed_hosts, "没有设置 ALLOWED_HOSTS，写上访问用的域名或地址，多个用逗号隔开"),
            (
                self._is_open_to_all(),
                f"数据目录 {self.instance_path} 本机别的用户也能读，运行 chmod 700 {self.instance_path}",
            ),
            (
                self._searches_in_the_open(),
                "检索服务在别的机器上，SEARCH_URL 要用 https，并写上用户密码或 api_key：线索的内容要从网上过",
            ),
            # Not told of a proxy, the product would take the whole county for one address.
            (self.proxy_hops is None, "没有设置 PROXY_HOPS，前面有一层反向代理（例如 nginx）写 1，没有写 0"),
        ]
        return [sentence for wrong, sentence in checks if wrong]

    def _is_open_to_all(self) -> bool:
        return self.instance_path.exists() and bool(self.instance_path.stat().st_mode & 0o007)

    def _searches_in_the_open(self) -> bool:
        """Whether leads would travel to another machine in clear, or to one that anybody may ask."""
        try:
            address = read_address(self.search_url)
        except ValueError:  # a folder, or refused by whoever opens it, with the part that is wrong
            return False
        distant = [node for node in address.nodes if urlsplit(node).hostname not in LOOPBACK]
        in_clear = any(node.startswith("http:") for node in distant)
        return bool(distant) and (in_clear or not (address.user or address.api_key))

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    def _engine_options(self) -> dict[str, Any]:
        """A server that was away is found again at the next request."""
        return {"pool_pre_ping": True} if self.database_url.startswith("postgresql") else {}

    def flask_settings(self) -> dict[str, Any]:
        """The mapping that Flask and its extensions read."""
        secure = self.is_production
        return {
            "TESTING": self.mode == "testing",
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": self._engine_options(),
            "SEARCH_URL": self.search_url,
            "INSTANCE_PATH": str(self.instance_path),
            "METRICS_ADDRESS": _address(self.metrics),
            "AUDIT_KEY": self.audit_key,
            "AUDIT_HEADS": str(self.audit_heads or self.instance_path / "audit-heads"),
            "COUNTY_NAME": self.county_name,
            "COUNTY_REGION": self.county_region,
            "IS_PRODUCTION": self.is_production,
            "TRUSTED_HOSTS": list(self.allowed_hosts) or None,
            "PROXY_HOPS": self.proxy_hops or 0,
            # What core/web/receiving reads: of a form with files (each cut at what one may have), from who is
            # signed in; of any other form, ten times the longest visit; and of how many fields.
            "MAX_CONTENT_LENGTH": 100 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
            "MAX_FORM_PARTS": 500,
            "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_I18N_ENABLED": False,  # WTForms speaks its own Chinese; Flask-WTF would ask for Flask-Babel
            **self.extra,
        }


def _with_driver(url: str) -> str:
    """postgres:// and postgresql:// mean psycopg 3 here."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _hops(text: str) -> int | None:
    """How many proxies somebody wrote; -1, which no start takes, for what is no number."""
    if not text.strip():
        return None
    return int(text) if text.strip().isascii() and text.strip().isdigit() else -1


def _address(text: str) -> tuple[str, int] | None:
    """Address and port; this machine alone where only a port is given."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        return None
    return host.strip("[]") or "127.0.0.1", int(port)


def _own_secret(instance: Path) -> str:
    """Development keeps one secret of its own beside its data, so that sign-ins survive a restart."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()
