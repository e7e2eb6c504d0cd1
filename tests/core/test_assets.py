"""What pages load: bundled, compressed when made, named by content and kept by the browser."""

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.core.web import assets


def addresses_on(client: FlaskClient, path: str = "/login") -> list[str]:
    page = client.get(path).get_data(as_text=True)
    return sorted(set(re.findall(r'(?:src|href)="(/assets/[^"#]+)', page)))


def test_all_that_a_page_loads_is_kept_for_good_and_sent_compressed(client: FlaskClient) -> None:
    found = addresses_on(client)
    assert len(found) == 5
    for address in found:
        answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "Set-Cookie" not in answer.headers
        assert gzip.decompress(answer.data) == client.get(address).data


def test_a_browser_that_cannot_unpack_gets_the_file_as_it_is(client: FlaskClient) -> None:
    sheet = next(address for address in addresses_on(client) if "site." in address and ".css" in address)
    answer = client.get(sheet, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer.headers
    assert answer.get_data(as_text=True).startswith("/* Design tokens")


def test_a_page_from_before_an_upgrade_gets_todays_file_and_does_not_keep_it(client: FlaskClient) -> None:
    for old in ("site.000000000000.css", "site.css"):
        answer = client.get(f"/assets/{old}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["other.css", "site", "site.css.map", "..", "app.py", "tokens.css"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code == 404


def test_the_name_changes_with_the_content(tmp_path: Path) -> None:
    first, same, other = (assets._asset("a.css", text) for text in (b"a{}", b"a{}", b"b{}"))
    assert first.name == same.name != other.name


def scripts(folder: Path, **sources: str) -> Path:
    (folder / "vendor").mkdir(exist_ok=True)
    (folder / "js").mkdir(exist_ok=True)
    (folder / "vendor" / "htmx.min.js").write_text("var htmx = {};")
    for name, source in sources.items():
        (folder / "js" / f"{name}.js").write_text(source)
    return folder


def test_a_module_stands_after_those_it_imports_and_once(tmp_path: Path) -> None:
    made = assets.one_script(
        scripts(
            tmp_path,
            app='import { one } from "./b.js";\nimport { two } from "./z.js";\none(two);',
            b='import { two } from "./z.js";\nexport function one() { return two; }',
            z="export const two = 2;",
            forgotten="export const three = 3;",
        )
    )
    assert re.findall(r'^modules\["(\w+)"\] =', made, re.MULTILINE) == ["z", "b", "app"]
    assert 'const { two } = modules["z"];' in made
    assert made.startswith("var htmx")


@pytest.mark.parametrize(
    "source",
    [
        'import "./b.js";',
        'import * as b from "./b.js";',
        "export default function go() {}",
        "export { go };",
    ],
)
def test_a_form_of_import_that_is_not_read_is_named(tmp_path: Path, source: str) -> None:
    with pytest.raises(assets.BadScript, match=re.escape(f"app.js: {source.split(' ', maxsplit=1)[0]}")):
        assets.one_script(scripts(tmp_path, app=source, b="export const c = 1;"))


def test_modules_that_import_each_other_are_named(tmp_path: Path) -> None:
    folder = scripts(
        tmp_path,
        app='import { b } from "./b.js";',
        b='import { a } from "./app.js";\nexport const b = 1;',
    )
    with pytest.raises(assets.BadScript, match="imports itself"):
        assets.one_script(folder)


def test_every_own_sheet_and_every_script_is_in_the_one_file() -> None:
    sheet = assets.one_sheet(assets.STATIC)
    for path in (assets.STATIC / "css").glob("*.css"):
        assert (path.read_text(encoding="utf-8") in sheet) == (path.stem != "dark"), path.name
    script = assets.one_script(assets.STATIC)
    for path in (assets.STATIC / "js").glob("*.js"):
        assert f'modules["{path.stem}"] =' in script, f"{path.name} is not reached from app.js"
