"""Each import contract is seen to hold on the code as it is and to break on a planted fault."""

import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

# contract -> (module that gets a forbidden line, the line, what the report says)
PLANTED = [
    (
        "search-stands-alone",
        "search/language/planted.py",
        "from app.core.values import clock",
        "search.language.planted -> app.core.values.clock",
    ),
    (
        "search-stands-alone",
        "search/language/planted.py",
        "import sqlalchemy",
        "search.language.planted -> sqlalchemy",
    ),
    (
        "one-door-to-search",
        "app/promotion/planted/views.py",
        "import search.language.text",
        "app.promotion.planted.views -> search.language.text",
    ),
    (
        "one-elasticsearch-client",
        "search/language/planted.py",
        "import elasticsearch",
        "search.language.planted -> elasticsearch",
    ),
    (
        "pure-rules",
        "app/promotion/planted/rules.py",
        "import app.promotion.planted.between",
        "app.promotion.planted.between -> sqlalchemy",
    ),
    ("pure-rules", "app/promotion/planted/enums.py", "import flask", "app.promotion.planted.enums -> flask"),
    (
        "rooms",
        "app/promotion/planted/models.py",
        "import app.promotion.planted.services",
        "app.promotion.planted.models -> app.promotion.planted.services",
    ),
    (
        "rooms",
        "app/promotion/planted/queries.py",
        "import app.promotion.planted.views",
        "app.promotion.planted.queries -> app.promotion.planted.views",
    ),
    (
        "rooms-of-imports",
        "app/exchange/imports/traces.py",
        "import app.exchange.imports.writing",
        "app.exchange.imports.traces -> app.exchange.imports.writing",
    ),
    ("rooms-of-imports", "app/exchange/imports/planted.py", "", "app.exchange.imports.planted"),
    (
        "rooms-of-imports",
        "app/exchange/imports/writing.py",
        "import app.exchange.imports.companies.rules",
        "app.exchange.imports.writing -> app.exchange.imports.companies.rules",
    ),
    (
        "imports-know-no-kind",
        "app/exchange/imports/keeping.py",
        "import app.register.enterprises.models",
        "app.exchange.imports.keeping -> app.register.enterprises.models",
    ),
    (
        "rooms-of-imported-companies",
        "app/exchange/imports/companies/rules.py",
        "import app.exchange.imports.companies.queries",
        "app.exchange.imports.companies.rules -> app.exchange.imports.companies.queries",
    ),
    (
        "rooms-of-imported-companies",
        "app/exchange/imports/companies/planted.py",
        "",
        "app.exchange.imports.companies.planted",
    ),
    (
        "rooms-of-imported-signs",
        "app/exchange/imports/signs/rules.py",
        "import app.exchange.imports.signs.queries",
        "app.exchange.imports.signs.rules -> app.exchange.imports.signs.queries",
    ),
    (
        "pure-rules",
        "app/exchange/imports/companies/people.py",
        "import sqlalchemy",
        "app.exchange.imports.companies.people -> sqlalchemy",
    ),
    (
        "no-web-below-views",
        "app/exchange/imports/undoing.py",
        "import flask",
        "app.exchange.imports.undoing -> flask",
    ),
    (
        "no-forms-below-forms",
        "app/exchange/imports/companies/parts.py",
        "import wtforms",
        "app.exchange.imports.companies.parts -> wtforms",
    ),
    (
        "no-web-below-views",
        "app/promotion/leads/services/reviews.py",
        "import flask",
        "app.promotion.leads.services.reviews -> flask",
    ),
    (
        "no-web-below-views",
        "app/delivery/projects/happenings.py",
        "import flask",
        "app.delivery.projects.happenings -> flask",
    ),
    (
        "no-forms-below-forms",
        "app/promotion/leads/projection.py",
        "import wtforms",
        "app.promotion.leads.projection -> wtforms",
    ),
    (
        "no-forms-below-forms",
        "app/register/accounts/naming.py",
        "import wtforms",
        "app.register.accounts.naming -> wtforms",
    ),
    (
        "no-web-below-views",
        "app/promotion/planted/services.py",
        "import flask",
        "app.promotion.planted.services -> flask",
    ),
    (
        "no-web-below-views",
        "app/promotion/planted/forms.py",
        "import flask",
        "app.promotion.planted.forms -> flask",
    ),
    (
        "no-forms-below-forms",
        "app/promotion/planted/queries.py",
        "import wtforms",
        "app.promotion.planted.queries -> wtforms",
    ),
    (
        "groups",
        "app/core/planted.py",
        "import app.promotion.leads.planted",
        "app.core.planted -> app.promotion.leads.planted",
    ),
    (
        "groups",
        "app/register/enterprises/planted.py",
        "import app.promotion.leads.planted",
        "app.register.enterprises.planted -> app.promotion.leads.planted",
    ),
    (
        "core",
        "app/core/values/planted.py",
        "import app.core.web.pages",
        "app.core.values.planted -> app.core.web.pages",
    ),
    (
        "search",
        "search/language/planted.py",
        "import search.elastic.index",
        "search.language.planted -> search.elastic.index",
    ),
    (
        "features-of-promotion",
        "app/promotion/leads/planted.py",
        "import app.promotion.visits.planted",
        "app.promotion.leads.planted -> app.promotion.visits.planted",
    ),
]
ALLOWED = [
    ("one-door-to-search", "app/promotion/planted/indexing.py", "import search.language.text"),
    ("one-elasticsearch-client", "search/elastic/client.py", "import elasticsearch"),
    ("no-forms-below-forms", "app/promotion/planted/forms.py", "import wtforms"),
]
GROUPS = sorted(
    path.parent.name for path in (ROOT / "app").glob("*/__init__.py") if path.parent.name != "core"
)
ROOMS = ("views", "forms", "indexing", "services", "queries", "models", "rules", "enums")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the code as it is."""
    for package in ("app", "search"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("static", "__pycache__")
        )
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


@pytest.fixture
def tree(copied: Path) -> Path:
    """A copy with one empty feature more, whose rooms a test fills with a fault."""
    promotion = copied / "app" / "promotion"
    for feature in ("planted", "leads", "visits"):
        (promotion / feature).mkdir(exist_ok=True)
        (promotion / feature / "__init__.py").touch()
        (promotion / feature / "planted.py").touch()
    for room in ROOMS:
        (promotion / "planted" / f"{room}.py").touch()
    (promotion / "planted" / "between.py").write_text("import sqlalchemy\n", encoding="utf-8")
    return copied


def lint(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(LINT_IMPORTS), "--no-logo", "--no-cache", *options]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)


def test_every_contract_holds_on_the_code_as_it_is(copied: Path) -> None:
    report = lint(copied)
    assert report.returncode == 0, report.stdout


@pytest.mark.parametrize(("contract", "module", "line", "named"), PLANTED)
def test_a_planted_import_breaks_its_contract_and_is_named(
    tree: Path, contract: str, module: str, line: str, named: str
) -> None:
    (tree / module).write_text(f"{line}\n", encoding="utf-8")
    report = lint(tree, "--contract", contract)
    assert report.returncode == 1, report.stdout
    assert named in report.stdout


@pytest.mark.parametrize(("contract", "module", "line"), ALLOWED)
def test_the_one_allowed_importer_keeps_the_contract(
    tree: Path, contract: str, module: str, line: str
) -> None:
    (tree / module).write_text(f"{line}\n", encoding="utf-8")
    report = lint(tree, "--contract", contract)
    assert report.returncode == 0, report.stdout


@pytest.mark.parametrize("group", GROUPS)
def test_a_feature_without_a_place_in_its_group_is_noticed(copied: Path, group: str) -> None:
    _package(copied / "app" / group / "planted")
    report = lint(copied, "--contract", f"features-of-{group}")
    assert report.returncode == 1
    assert f"- app.{group}.planted" in report.stdout


@pytest.mark.parametrize(
    ("contract", "folder"), [("groups", "app"), ("core", "app/core"), ("search", "search")]
)
def test_a_new_floor_without_a_place_in_the_order_is_noticed(
    copied: Path, contract: str, folder: str
) -> None:
    _package(copied / folder / "planted")
    report = lint(copied, "--contract", contract)
    assert report.returncode == 1
    assert f"- {folder.replace('/', '.')}.planted" in report.stdout


def test_a_new_room_without_a_place_in_the_order_is_noticed(copied: Path) -> None:
    (copied / "app" / "promotion" / "visits" / "planted.py").touch()
    report = lint(copied, "--contract", "rooms")
    assert report.returncode == 1
    assert "- app.promotion.visits.planted" in report.stdout


def test_the_rooms_of_every_feature_are_ordered() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    ordered = [
        container
        for contract in contracts["contracts"]
        if contract["id"].startswith("rooms") and contract["exhaustive"]
        for container in contract["containers"]
    ]
    features = {f"app.{group}.{room.name}" for group in GROUPS for room in (ROOT / "app" / group).iterdir()}
    features = {name for name in features if (ROOT / name.replace(".", "/") / "__init__.py").is_file()}
    assert features
    assert {name for name in features if not any(fnmatch(name, each) for each in ordered)} == set()


def _package(folder: Path) -> None:
    folder.mkdir()
    (folder / "__init__.py").touch()


def test_every_contract_has_a_planted_fault() -> None:
    listed = {contract for contract, *_ in PLANTED} | {f"features-of-{group}" for group in GROUPS}
    declared = {
        line.removeprefix('id = "').removesuffix('"')
        for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith('id = "')
    }
    assert listed == declared
