"""docs/how-to/deploy.md names what there is: settings, commands, limits, addresses that take files."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from app.core.web.receiving import is_declared_to_take_files
from app.core.web.worker import LONGEST_HEAD, SILENT_SECONDS
from config import ROOT
from tests.services import deploy_page
from tests.services.product import BIN

READ_IN = ("config.py", "gunicorn.conf.py")
DEVELOPERS_ONLY = {"FLASK_DEBUG"}
MB = 1024 * 1024


def settings_read() -> set[str]:
    read = "".join((ROOT / name).read_text(encoding="utf-8") for name in READ_IN)
    return set(re.findall(r"""(?:env\.\w+|environ\.get)\(\s*["']([A-Z_]+)["']""", read))


def test_the_settings_it_names_are_those_that_are_read() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", deploy_page.text(), re.MULTILINE)) - {"HOME"}
    named |= set(re.findall(r"`([A-Z]+_[A-Z]+)(?:=[^`]*)?`", deploy_page.text()))
    assert named == settings_read() - DEVELOPERS_ONLY


def is_command(app: Flask, words: list[str]) -> bool:
    """Whether the first words lead to a command; the rest are its arguments."""
    found: click.Command | None = app.cli
    while isinstance(found, click.Group) and words:
        found, words = found.get_command(click.Context(found), words[0]), words[1:]
    return found is not None and not isinstance(found, click.Group)


@pytest.fixture
def units(tmp_path: Path) -> dict[str, str]:
    """The units that the section on services writes."""
    (block,) = deploy_page.blocks("3. Services")
    written = deploy_page.replaced(block, {"/etc/systemd/system": str(tmp_path)})
    deploy_page.typed(re.sub(r"^systemctl .*$", "", written, flags=re.MULTILINE))
    return {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.service")}


def test_its_units_start_what_there_is(app: Flask, units: dict[str, str]) -> None:
    assert set(units) == {"zhaoshang-web", "zhaoshang-jobs", "zhaoshang-indexer"}
    assert len({re.search("Description=.*", unit)[0] for unit in units.values()}) == 3  # type: ignore[index]
    for unit in units.values():
        (started,) = re.findall(r"^ExecStart=/srv/zhaoshang/app/\.venv/bin/(.*)$", unit, re.MULTILINE)
        program, *words = started.split()
        assert (BIN / program).is_file()
        if program == "gunicorn":
            assert words == ["--config", "gunicorn.conf.py"] and (ROOT / words[1]).is_file()
        else:
            assert words[:2] == ["--app", "wsgi"] and is_command(app, words[2:])


def test_the_commands_it_has_typed_are_there(app: Flask) -> None:
    asked = re.findall(
        r"(?:^|`|bin/)(?:zhaoshang|flask --app wsgi) ([a-z][^`\n]*)", deploy_page.text(), re.MULTILINE
    )
    assert len(asked) > 10
    assert [words for words in asked if not is_command(app, words.split())] == []


def test_its_proxy_lets_files_through_where_the_product_takes_them_and_nowhere_else(app: Flask) -> None:
    proxy = deploy_page.file_written_to("/etc/nginx/nginx.conf")
    (pattern,) = re.findall(r"location ~ (\S+) \{", proxy)
    with app.app_context():
        for rule in app.url_map.iter_rules():
            address = re.sub(r"<[^>]*>", "0", rule.rule)
            if "POST" in (rule.methods or ()) and is_declared_to_take_files(rule.endpoint):
                assert re.match(pattern, address), address
            elif "POST" in (rule.methods or ()):
                assert not re.match(pattern, address), address


def test_its_proxy_takes_as_much_as_the_product_and_lets_go_before_it(app: Flask) -> None:
    proxy = deploy_page.file_written_to("/etc/nginx/nginx.conf")
    typed, files = (int(found) * MB for found in re.findall(r"client_max_body_size (\d+)m;", proxy))
    assert app.config["MAX_FORM_MEMORY_SIZE"] <= typed
    assert files == app.config["MAX_CONTENT_LENGTH"]
    (buffer,) = re.findall(r"large_client_header_buffers \d+ (\d+)k;", proxy)
    assert int(buffer) * 1024 >= LONGEST_HEAD
    (kept,) = re.findall(r"keepalive 16;\s+keepalive_timeout (\d+)s;", proxy)
    assert int(kept) < SILENT_SECONDS
