"""What a production start refuses, and that each refusal says what to do."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from app.factory import create_app
from config import ROOT, Config, UnsafeConfiguration
from tests.services.product import FLASK, Installation

GOOD_SECRET = "0f4c9a7be1d26358" * 4


@pytest.fixture
def safe(tmp_path: Path) -> Config:
    return Config(
        mode="production",
        database_url=f"sqlite:///{tmp_path / 'county.sqlite3'}",
        search_url=f"tantivy://{tmp_path / 'index'}",
        secret_key=GOOD_SECRET,
        instance_path=tmp_path,
        allowed_hosts=("zs.example.gov.cn",),
        proxy_hops=0,
    )


REFUSED = [
    ({"debug": True}, "FLASK_DEBUG"),
    ({"secret_key": ""}, "没有设置 SECRET_KEY"),
    ({"secret_key": "short-but-mixed-9"}, "SECRET_KEY 太短"),
    ({"secret_key": "a" * 64}, "SECRET_KEY 太简单"),
    ({"secret_key": "ab" * 32}, "SECRET_KEY 太简单"),
    ({"audit_key": "short-but-mixed-9"}, "AUDIT_KEY 太短"),
    ({"allowed_hosts": ()}, "没有设置 ALLOWED_HOSTS"),
    ({"search_url": "http://es1.county.local:9200/zs"}, "检索服务在别的机器上"),
    ({"search_url": "https://es1.county.local:9200/zs"}, "检索服务在别的机器上"),
    ({"search_url": "http://elastic:secret@127.0.0.1,es2.county.local/zs"}, "检索服务在别的机器上"),
    ({"proxy_hops": None}, "没有设置 PROXY_HOPS，前面有一层反向代理（例如 nginx）写 1，没有写 0"),
    ({"proxy_hops": -1}, "PROXY_HOPS 要写前面反向代理的层数，0 到 9"),
    ({"proxy_hops": 10}, "PROXY_HOPS 要写"),
    ({"metrics": "nine"}, "METRICS_PORT 要写端口，或者地址:端口，现在是 nine"),
    ({"metrics": "0"}, "METRICS_PORT 要写"),
    ({"county_region": "3205"}, "COUNTY_REGION 要写本县 6 位的区划代码，现在是 3205"),
    ({"mode": "prod"}, "MODE 只能是"),
]


def test_a_safe_configuration_starts(safe: Config) -> None:
    app = create_app(safe)
    assert not app.debug
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-session"


@pytest.mark.parametrize(("change", "sentence"), REFUSED)
def test_an_unsafe_one_is_refused_with_the_reason(
    safe: Config, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UnsafeConfiguration, match=sentence):
        create_app(replace(safe, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9200/zs", "http://localhost/zs", "https://u:p@es1.county.local/zs"]
)
def test_a_search_engine_on_this_machine_or_behind_a_key_is_taken(safe: Config, address: str) -> None:
    assert replace(safe, search_url=address).checked()


def test_a_data_folder_that_everybody_reads_is_refused(safe: Config) -> None:
    safe.instance_path.chmod(0o755)
    with pytest.raises(UnsafeConfiguration, match=f"chmod 700 {safe.instance_path}"):
        safe.checked()
    safe.instance_path.chmod(0o750)  # a group that makes backups
    assert safe.checked()


def test_all_reasons_are_told_at_once(safe: Config) -> None:
    with pytest.raises(UnsafeConfiguration) as refused:
        replace(safe, debug=True, secret_key="", allowed_hosts=()).checked()
    assert len(refused.value.problems) == 3


def test_the_environment_is_refused_in_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "FLASK_DEBUG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    with pytest.raises(UnsafeConfiguration, match="没有设置 SECRET_KEY"):
        Config.from_env()
    assert not (tmp_path / "secret_key").exists()


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a production that only lacks PROXY_HOPS."""
    monkeypatch.setenv("MODE", "production")
    monkeypatch.setenv("SECRET_KEY", GOOD_SECRET)
    monkeypatch.setenv("ALLOWED_HOSTS", "zs.example.gov.cn")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    monkeypatch.delenv("PROXY_HOPS", raising=False)
    return monkeypatch


@pytest.mark.parametrize(("written", "hops"), [("0", 0), (" 1 ", 1)])
def test_production_is_told_how_many_proxies_there_are(
    production: pytest.MonkeyPatch, written: str, hops: int
) -> None:
    production.setenv("PROXY_HOPS", written)
    assert Config.from_env().flask_settings()["PROXY_HOPS"] == hops


@pytest.mark.parametrize("written", ["", "一", "-1", "one"])
def test_production_refuses_what_is_no_number_of_proxies(
    production: pytest.MonkeyPatch, written: str
) -> None:
    production.setenv("PROXY_HOPS", written)
    with pytest.raises(UnsafeConfiguration, match="PROXY_HOPS"):
        Config.from_env()


def test_production_refuses_to_guess_how_many_proxies_there_are(production: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnsafeConfiguration, match="没有设置 PROXY_HOPS"):
        Config.from_env()


def test_development_needs_no_word_about_proxies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROXY_HOPS", raising=False)
    monkeypatch.setenv("MODE", "development")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    assert Config.from_env().flask_settings()["PROXY_HOPS"] == 0


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("", None),
        ("9108", ("127.0.0.1", 9108)),
        ("10.1.2.3:9108", ("10.1.2.3", 9108)),
        ("[::1]:9108", ("::1", 9108)),
    ],
)
def test_figures_are_for_this_machine_unless_an_address_is_given(
    safe: Config, written: str, address: tuple[str, int] | None
) -> None:
    assert replace(safe, metrics=written).flask_settings()["METRICS_ADDRESS"] == address


@pytest.mark.parametrize(("pages", "figures"), [(None, "8000"), ("8100", "8100"), ("8100", "0.0.0.0:8100")])
def test_the_port_of_figures_is_not_that_of_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: str | None, figures: str
) -> None:
    monkeypatch.setenv("MODE", "development")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("METRICS_PORT", figures)
    if pages is None:
        monkeypatch.delenv("PORT", raising=False)
    else:
        monkeypatch.setenv("PORT", pages)
    with pytest.raises(UnsafeConfiguration, match="给 METRICS_PORT 换一个端口"):
        Config.from_env()


def test_only_development_makes_a_secret_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("MODE", "development")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    first, second = Config.from_env(), Config.from_env()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_foreign_host_name_is_refused(safe: Config) -> None:
    client = create_app(safe).test_client()
    assert client.get("/healthz", base_url="https://zs.example.gov.cn").status_code == 200
    assert client.get("/healthz", base_url="https://evil.example.com").status_code == 400


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"MODE": "production"}, "不能启动：没有设置 SECRET_KEY"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/county"}, "连不上数据库：connection failed"),
    ],
)
def test_a_command_that_cannot_start_says_why_in_a_sentence(
    tmp_path: Path, setting: dict[str, str], sentence: str
) -> None:
    command = [*FLASK, "accounts", "list"]
    environment = Installation(tmp_path).environment(**setting)
    told = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert told.returncode == 1
    assert told.stderr.startswith(sentence), told.stderr
    assert "Traceback" not in told.stderr
