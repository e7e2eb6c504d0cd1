"""Nothing lies about unused: templates, macros, routes, settings, names in Python; icons named are drawn."""

import ast
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from flask import Flask
from jinja2 import Environment, nodes

from app.core.records.configured import CONFIGURED
from app.core.records.place import LISTS
from config import Config

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
SPRITE = ROOT / "app" / "static" / "icons.svg"
# Asked for from outside: by the browser, by watchers, by whoever signs in from a shell.
ASKED_FROM_OUTSIDE = frozenset({"assets.show", "health.alive", "health.ready"})
# Read by Flask and its extensions.
READ_BY_LIBRARIES = re.compile(
    r"TESTING|SECRET_KEY|SQLALCHEMY_\w+|TRUSTED_HOSTS|MAX_\w+|SESSION_COOKIE_\w+|WTF_\w+"
)
# Kept on purpose although nothing uses it yet, with the reason.
KEPT = {
    "leads.options": "the picker of leads for forms of other features",
}
# A page of every declared list, by its place beside it.
BESIDE_A_LIST = re.compile(r"listing\.beside\(\"(\w+)\"\)")
OF_VERSIONS = re.compile(r"\bof ~ [\"']\.(\w+)")  # the same of what the county sets by versions
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
QUOTED = re.compile(r"[\"']([\w./-]+)[\"']")
WORD = re.compile(r"[A-Za-z_]\w*")
LONGEST_NAMING = 200  # characters; a longer text is prose
ICON_IN_TEMPLATE = re.compile(r"\bicon\(\s*[\"']([\w-]+)[\"']|\bicon\s*=\s*[\"']([\w-]+)[\"']")


def python_files() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


def templates() -> dict[str, str]:
    """Every template by its name, without its comments."""
    return {
        path.relative_to(TEMPLATES).as_posix(): COMMENT.sub("", path.read_text(encoding="utf-8"))
        for path in sorted(TEMPLATES.rglob("*.html"))
    }


def words_of(source: str) -> set[str]:
    """The text constants of a Python module, docstrings and all."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def quoted(sources: Iterable[str]) -> set[str]:
    return {word for source in sources for word in QUOTED.findall(source)}


def named_in_python() -> set[str]:
    return {word for path in python_files() for word in words_of(path.read_text(encoding="utf-8"))}


def unused_templates(shown: dict[str, str], python: set[str]) -> list[str]:
    """Templates that neither a view renders nor another one includes."""
    found = []
    for name in shown:
        others = quoted(text for other, text in shown.items() if other != name)
        if name not in python | others:
            found.append(name)
    return found


def _read_in(node: nodes.Node) -> Counter[str]:
    """The names that a part of a template reads, and those it asks another thing for."""
    names = Counter(name.name for name in node.find_all(nodes.Name) if name.ctx == "load")
    return names + Counter(asked.attr for asked in node.find_all(nodes.Getattr))


def unused_macros(shown: dict[str, str]) -> list[str]:
    """Macros that nothing calls but themselves; parameters that a macro does not read; what a template
    imports and leaves.
    """
    trees = {name: Environment().parse(text) for name, text in shown.items()}
    reads = {name: _read_in(tree) for name, tree in trees.items()}
    calls, found = sum(reads.values(), Counter()), []
    for tree in trees.values():
        calls += Counter(origin for origin, _name in _imported(tree))
    for name, tree in trees.items():
        for macro in tree.find_all(nodes.Macro):
            inside = _read_in(macro)
            found += [f"{name}: {macro.name}"] if calls[macro.name] == inside[macro.name] else []
            found += [f"{name}: {macro.name}({one.name})" for one in macro.args if not inside[one.name]]
        found += [f"{name}: {here} imported" for _origin, here in _imported(tree) if not reads[name][here]]
    return found


def _imported(tree: nodes.Template) -> list[tuple[str, str]]:
    """What a template imports by name: what it is called where it comes from, and here."""
    named = [one for statement in tree.find_all(nodes.FromImport) for one in statement.names]
    return [(one, one) if isinstance(one, str) else one for one in named]


def unused_endpoints(app: Flask, shown: dict[str, str], python: set[str]) -> list[str]:
    """Endpoints to which nothing leads."""
    links = python | quoted(shown.values())
    links |= {
        listing.beside(page)
        for listing in LISTS.values()
        for page in BESIDE_A_LIST.findall("".join(shown.values()))
    }
    links |= {f"{of}.{page}" for of in CONFIGURED for page in OF_VERSIONS.findall("".join(shown.values()))}
    return sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ASKED_FROM_OUTSIDE
        and rule.endpoint not in links
        and not _shares_an_address(app, rule.rule, rule.endpoint, links)
    )


def _shares_an_address(app: Flask, rule: str, endpoint: str, links: set[str]) -> bool:
    """A form posts to the page that shows it: the two endpoints have one address."""
    return any(
        other.rule == rule and other.endpoint != endpoint and other.endpoint in links
        for other in app.url_map.iter_rules()
    )


def unused_settings(settings: Iterable[str], python: set[str]) -> list[str]:
    """Settings that neither a library knows nor the code reads."""
    return [name for name in settings if not READ_BY_LIBRARIES.fullmatch(name) and name not in python]


def product_sources() -> dict[str, str]:
    """Every module of the product by its path, and what else may call it: migrations, commands, settings."""
    paths = [
        path for folder in ("app", "search", "migrations", "bin") for path in (ROOT / folder).rglob("*.py")
    ]
    paths += [ROOT / name for name in ("config.py", "wsgi.py", "gunicorn.conf.py")]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def defined_by(statement: ast.stmt) -> set[str]:
    """The names that a statement of a module gives; a decorated function is somebody else's to call."""
    match statement:
        case ast.FunctionDef(decorator_list=[]) | ast.ClassDef():
            return {statement.name}
        case ast.Assign():
            return {target.id for target in statement.targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()


def used_by(statement: ast.stmt) -> set[str]:
    """The names that a statement reads, calls or imports; words of short texts may name something as well."""
    found: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name):
                found.add(name)
            case ast.Import() | ast.ImportFrom():
                found |= {alias.name.rpartition(".")[2] for alias in node.names}
            case ast.Constant(value=str(text)) if len(text) < LONGEST_NAMING:
                found |= set(WORD.findall(text))
    return found


def hands_on(path: str, statement: ast.stmt) -> bool:
    """Whether a room that is a folder names here what others may use of it: that uses nothing."""
    if not path.endswith("/__init__.py"):
        return False
    return isinstance(statement, ast.ImportFrom) or "__all__" in defined_by(statement)


def unused_names(sources: dict[str, str], shown: Iterable[str]) -> list[str]:
    """Functions, classes and constants of app/ and search/ that nothing of the product uses but themselves;
    those with an underscore are asked for in their own module alone.
    """
    statements = {path: ast.parse(source).body for path, source in sources.items()}
    uses = {
        path: [(one, used_by(one)) for one in body if not hands_on(path, one)]
        for path, body in statements.items()
    }
    in_module = {path: Counter(name for _one, used in rows for name in used) for path, rows in uses.items()}
    anywhere = sum(in_module.values(), Counter(word for text in shown for word in set(WORD.findall(text))))
    return [
        f"{path}: {name}"
        for path, rows in uses.items()
        if path.startswith(("app/", "search/"))
        for one, used in rows
        for name in sorted(defined_by(one))
        if not name.startswith("__")
        and (in_module[path] if name.startswith("_") else anywhere)[name] == (name in used)
    ]


def icons_drawn() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text(encoding="utf-8")))


def icons_in_template(text: str) -> set[str]:
    return {first or second for first, second in ICON_IN_TEMPLATE.findall(text)}


def icons_in_python(source: str) -> set[str]:
    """What stands under the name `icon` in a call, and the third word of each menu entry."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        named = [keyword.value for keyword in node.keywords if keyword.arg == "icon"]
        if isinstance(node.func, ast.Name) and node.func.id == "Entry" and len(node.args) > 2:
            named.append(node.args[2])
        found |= {
            each.value for each in named if isinstance(each, ast.Constant) and isinstance(each.value, str)
        }
    return found


def test_every_template_is_rendered_or_included() -> None:
    unused = unused_templates(templates(), named_in_python())
    assert [name for name in unused if name not in KEPT] == []


def test_a_template_that_nothing_shows_is_noticed() -> None:
    planted = templates() | {"planted/forgotten.html": "{# planted/forgotten.html #}"}
    assert "planted/forgotten.html" in unused_templates(planted, named_in_python())


def test_every_macro_is_called_and_reads_what_it_is_given() -> None:
    assert unused_macros(templates()) == []


def test_a_macro_that_nothing_calls_is_noticed() -> None:
    planted = {
        "parts.html": (
            "{% macro line(words, kind) %}{{ words }}{% endmacro %}"
            "{% macro tree(node) %}{{ tree(node) }}{% endmacro %}"
            "{% macro mark(words) %}{{ words }}{% endmacro %}"
        ),
        "page.html": "{% from 'parts.html' import line as row, mark %}{{ row('一') }}",
    }
    assert unused_macros(planted) == [
        "parts.html: line(kind)",
        "parts.html: tree",
        "page.html: mark imported",
    ]


def test_something_leads_to_every_route(app: Flask) -> None:
    unused = unused_endpoints(app, templates(), named_in_python())
    assert [endpoint for endpoint in unused if endpoint not in KEPT] == []


def test_what_is_kept_unused_is_still_there_and_still_unused(app: Flask) -> None:
    unused = unused_templates(templates(), named_in_python())
    unused += unused_endpoints(app, templates(), named_in_python())
    assert set(KEPT) <= set(unused)


def test_a_route_to_which_nothing_leads_is_noticed(app: Flask) -> None:
    app.add_url_rule("/planted", "planted.forgotten", lambda: "")
    assert "planted.forgotten" in unused_endpoints(app, templates(), named_in_python())


def test_every_link_leads_to_a_route_that_exists(app: Flask) -> None:
    assert dead_links(app, templates()) == []


def dead_links(app: Flask, shown: dict[str, str]) -> list[str]:
    """Endpoints that templates name in url_for and that do not exist."""
    links = re.compile(r"url_for\(\s*[\"']([\w.]+)[\"']")
    named = {(name, endpoint) for name, text in shown.items() for endpoint in links.findall(text)}
    return sorted(f"{name}: {endpoint}" for name, endpoint in named if endpoint not in app.view_functions)


def test_a_link_to_nowhere_is_noticed(app: Flask) -> None:
    planted = {"planted.html": "<a href=\"{{ url_for('no.where') }}\">"}
    assert dead_links(app, planted) == ["planted.html: no.where"]


def test_every_setting_is_read(app: Flask) -> None:
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    names = [name for name in words_of(source) if name.isupper() and name in app.config]
    assert "SEARCH_URL" in names
    assert unused_settings(names, named_in_python()) == []


def test_every_field_of_the_configuration_reaches_the_app() -> None:
    source = (ROOT / "config.py").read_text(encoding="utf-8")
    used = set(re.findall(r"self\.(\w+)", source))
    assert [name for name in Config.__dataclass_fields__ if name not in used] == []


def test_a_setting_that_nothing_reads_is_noticed() -> None:
    assert unused_settings(["SECRET_KEY", "PLANTED"], named_in_python()) == ["PLANTED"]


def test_every_name_of_the_product_is_used_by_the_product() -> None:
    assert unused_names(product_sources(), templates().values()) == []


def test_a_name_that_nothing_uses_is_noticed() -> None:
    planted = {
        "app/planted.py": (
            "def of_owner(n): return of_owner(n - 1)\n"
            "def _kept(): ...\n"
            "@bp.get('/planted')\n"
            "def page(): return SHOWN, _kept()\n"
            "SHOWN = 1\n"
            "FAR_FUTURE: int = 2\n"
        ),
        "app/other.py": "from app.planted import page\ndef _choices(): ...\npage._choices\n",
        "app/third.py": "def _choices(): ...\n",
        "app/room/__init__.py": "from app.room.part import handed_on\n__all__ = ['handed_on']\n",
        "app/room/part.py": "def handed_on(): ...\n",
        "bin/run.py": "def main(): ...\n",
    }
    assert unused_names(planted, []) == [
        "app/planted.py: of_owner",
        "app/planted.py: FAR_FUTURE",
        "app/third.py: _choices",
        "app/room/part.py: handed_on",
    ]
    assert "app/planted.py: of_owner" not in unused_names(planted, ["{{ of_owner(row) }}"])


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = icons_drawn()
    missing = {name: icons_in_template(text) - drawn for name, text in templates().items()}
    missing |= {
        str(path): icons_in_python(path.read_text(encoding="utf-8")) - drawn for path in python_files()
    }
    assert {name: icons for name, icons in missing.items() if icons} == {}


def test_an_icon_that_is_not_drawn_is_noticed() -> None:
    assert icons_in_template('{{ icon("no-such-icon", 16) }}') - icons_drawn() == {"no-such-icon"}
    assert icons_in_python('Entry("线索", "leads.index", "no-such-icon")') - icons_drawn() == {"no-such-icon"}
    assert icons_in_python('Happening(day, at, icon="no-such-icon")') - icons_drawn() == {"no-such-icon"}
