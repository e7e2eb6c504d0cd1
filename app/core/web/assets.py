"""What pages load besides themselves: the sheets, scripts and pictures of app/static, made once a process.

Sheets become one file and scripts another, compressed when they are made, under a name that carries the
digest of the content: a browser asks for each once and never again until it changes.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, g, request, session, url_for

from app.core.access.permissions import PUBLIC, requires

STATIC = Path(__file__).resolve().parents[2] / "static"
bp = Blueprint("assets", __name__)

_FOREVER = "public, max-age=31536000, immutable"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# What later sheets build on comes first; what only paper sees comes last.
_GROUND, _PAPER, _DARK = ("tokens", "app", "components"), "print", "dark"
CHARTS = "echarts.min.js"
_ENTRY = "app"  # the script that starts the others

_DIGEST = re.compile(r"\.[0-9a-f]{12}\.")
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class BadScript(ValueError):
    """A script imports or exports in a form that `one_script` does not read; the message names both."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; `name` carries the digest of `content`."""

    name: str
    kind: str
    content: bytes
    packed: bytes


def init_app(app: Flask) -> None:
    """Gives templates `asset(name)`, the address of a file."""
    app.register_blueprint(bp)
    # Before sign-in joins the app: of these functions the first one joined is the last one called.
    app.after_request(_same_for_all)
    app.jinja_env.globals["asset"] = address_of


def address_of(name: str) -> str:
    """The address of `site.css`, `dark.css`, `site.js`, ECharts or a picture; made once a page, which has an
    icon in every row.
    """
    made: dict[str, str] = g.setdefault("asset_addresses", {})
    if name not in made:
        asset = _asset_named(name)
        assert asset is not None, name
        made[name] = url_for("assets.show", name=asset.name)
    return made[name]


def _asset_named(name: str) -> Asset | None:
    return all_assets().get(name) or (charts() if name == CHARTS else None)


@bp.get("/assets/<name>")
@requires(PUBLIC)
def show(name: str) -> Response:
    """One file. A page from before an upgrade asks by an old name: it gets today's, and must not keep it."""
    asset = _asset_named(_DIGEST.sub(".", name))
    if asset is None:
        abort(404)
    packs = request.accept_encodings["gzip"] > 0
    answer = Response(asset.packed if packs else asset.content, content_type=asset.kind)
    if packs:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = _FOREVER if name == asset.name else "no-store"
    return answer


def _same_for_all(response: Response) -> Response:
    """Flask-Login looks into the session at each answer, and Flask would then say that the file varies by it:
    browsers would fetch it again after each sign-in.
    """
    if request.endpoint == "assets.show":
        session.accessed = False
    return response


@cache
def all_assets() -> dict[str, Asset]:
    """Plain name to file, of everything that pages load."""
    made: dict[str, Callable[[], str]] = {
        "site.css": lambda: one_sheet(STATIC),
        "dark.css": lambda: _text(STATIC / "css" / f"{_DARK}.css"),
        "site.js": lambda: one_script(STATIC),
    }
    pictures = {path.name: _text(path) for path in sorted(STATIC.glob("*.svg"))}
    texts = {name: make() for name, make in made.items()} | pictures
    return {name: _asset(name, text.encode()) for name, text in texts.items()}


@cache
def charts() -> Asset:
    """ECharts, which only pages with a chart load, and no process packs before one is asked for."""
    return _asset(CHARTS, _text(STATIC / "vendor" / CHARTS).encode())


def _asset(name: str, content: bytes) -> Asset:
    path = Path(name)
    digest = hashlib.sha256(content).hexdigest()[:12]
    kind = f"{_KINDS[path.suffix]}; charset=utf-8"
    return Asset(f"{path.stem}.{digest}{path.suffix}", kind, content, gzip.compress(content, 9, mtime=0))


def one_sheet(static: Path) -> str:
    """What others build on first, then the rest by name; what is for paper last."""
    sheets = {path.stem: _text(path) for path in sorted((static / "css").glob("*.css"))}
    paper = sheets.pop(_PAPER)
    del sheets[_DARK]
    ground = [sheets.pop(name) for name in _GROUND]
    own = "\n".join([*ground, *sheets.values()])
    return f"{own}\n@media print {{\n{paper}\n}}\n"


def one_script(static: Path) -> str:
    """htmx, then our modules: each becomes a function that gives what it exports."""
    htmx = _text(static / "vendor" / "htmx.min.js")
    sources = {path.stem: _text(path) for path in sorted((static / "js").glob("*.js"))}
    modules = "\n".join(_module(name, sources[name]) for name in _in_order(sources))
    return f'{htmx}\n;(() => {{\n"use strict";\nconst modules = {{}};\n{modules}\n}})();\n'


def _module(name: str, source: str) -> str:
    exported = [found for _kind, found in _EXPORT.findall(source)]
    body = _IMPORT.sub(r'const {\1} = modules["\2"];', source)
    body = _EXPORT.sub(r"\1 \2", body)
    if left := _LEFT_OVER.search(body):
        raise BadScript(f"{name}.js: {left[0]}")
    return f'modules["{name}"] = (() => {{\n{body}\nreturn {{ {", ".join(exported)} }};\n}})();'


def _in_order(sources: dict[str, str]) -> Iterable[str]:
    """Each module that `app.js` reaches, after those it imports itself."""
    found: dict[str, None] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise BadScript(f"{name}.js imports itself by way of {' → '.join(above)}")
        for _names, other in _IMPORT.findall(sources[name]):
            add(other, (*above, name))
        found.setdefault(name)

    add(_ENTRY, ())
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
