"""Each import contract is seen to hold on the code as it is and to break on a planted fault."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

# contract -> (module that gets a forbidden line, the line, what the report says)
PLANTED = [
    (
        "search-stands-alone",
        "search/planted.py",
        "from app.core import clock",
        "search.planted -> app.core.clock",
    ),
    ("search-stands-alone", "search/planted.py", "import sqlalchemy", "search.planted -> sqlalchemy"),
    ("one-door-to-search", "app/planted/views.py", "import search.text", "app.planted.views -> search.text"),
    (
        "one-elasticsearch-client",
        "search/planted.py",
        "import elasticsearch",
        "search.planted -> elasticsearch",
    ),
    ("pure-rules", "app/planted/rules.py", "import app.planted.between", "app.planted.between -> sqlalchemy"),
    ("pure-rules", "app/planted/enums.py", "import flask", "app.planted.enums -> flask"),
    (
        "rooms",
        "app/planted/models.py",
        "import app.planted.services",
        "app.planted.models -> app.planted.services",
    ),
    (
        "rooms",
        "app/planted/queries.py",
        "import app.planted.views",
        "app.planted.queries -> app.planted.views",
    ),
    (
        "rooms-of-imports",
        "app/imports/traces.py",
        "import app.imports.writing",
        "app.imports.traces -> app.imports.writing",
    ),
    ("rooms-of-imports", "app/imports/planted.py", "", "app.imports.planted"),
    ("pure-rules", "app/imports/people.py", "import sqlalchemy", "app.imports.people -> sqlalchemy"),
    ("no-web-below-views", "app/imports/undoing.py", "import flask", "app.imports.undoing -> flask"),
    ("no-forms-below-forms", "app/imports/parts.py", "import wtforms", "app.imports.parts -> wtforms"),
    (
        "no-web-below-views",
        "app/leads/agreement_services.py",
        "import flask",
        "app.leads.agreement_services -> flask",
    ),
    ("no-web-below-views", "app/projects/happenings.py", "import flask", "app.projects.happenings -> flask"),
    ("no-forms-below-forms", "app/leads/projection.py", "import wtforms", "app.leads.projection -> wtforms"),
    ("no-forms-below-forms", "app/accounts/naming.py", "import wtforms", "app.accounts.naming -> wtforms"),
    ("no-web-below-views", "app/planted/services.py", "import flask", "app.planted.services -> flask"),
    ("no-web-below-views", "app/planted/forms.py", "import flask", "app.planted.forms -> flask"),
    ("no-forms-below-forms", "app/planted/queries.py", "import wtforms", "app.planted.queries -> wtforms"),
    ("features", "app/core/planted.py", "import app.leads.planted", "app.core.planted -> app.leads.planted"),
    (
        "features",
        "app/leads/planted.py",
        "import app.visits.planted",
        "app.leads.planted -> app.visits.planted",
    ),
]
ALLOWED = [
    ("one-door-to-search", "app/planted/indexing.py", "import search.text"),
    ("one-elasticsearch-client", "search/elastic.py", "import elasticsearch"),
    ("no-forms-below-forms", "app/planted/forms.py", "import wtforms"),
]
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
    for feature in ("planted", "leads", "visits"):
        (copied / "app" / feature).mkdir(exist_ok=True)
        (copied / "app" / feature / "__init__.py").touch()
        (copied / "app" / feature / "planted.py").touch()
    for room in ROOMS:
        (copied / "app" / "planted" / f"{room}.py").touch()
    (copied / "app" / "planted" / "between.py").write_text("import sqlalchemy\n", encoding="utf-8")
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


def test_a_feature_without_a_place_in_the_order_is_noticed(tree: Path) -> None:
    report = lint(tree, "--contract", "features")
    assert report.returncode == 1
    assert "- app.planted" in report.stdout


def test_every_contract_has_a_planted_fault() -> None:
    listed = {contract for contract, *_ in PLANTED}
    declared = {
        line.removeprefix('id = "').removesuffix('"')
        for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith('id = "')
    }
    assert listed == declared
