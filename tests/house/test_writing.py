"""Audited rows are written through the session or the one bulk writer; nothing passes the audit by."""

import ast
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.core.storage.changes import UnguardedBulkStatement
from app.core.storage.db import Base, db
from app.factory import metadata
from app.register.accounts.models import Unit

ROOT = Path(__file__).resolve().parents[2]
# The bulk writer itself.
SANCTIONED = frozenset({ROOT / "app" / "core" / "storage" / "bulk.py"})
STATEMENTS = frozenset({"insert", "update", "delete", "pg_insert", "sqlite_insert"})
PAST_THE_HOOKS = frozenset(
    {"bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings", "exec_driver_sql"}
)
# core.storage.db.transactions speaks to the driver only to set connections up and to begin transactions.
DRIVER_ALLOWED = frozenset({ROOT / "app" / "core" / "storage" / "db" / "transactions.py"})
WRITING_SQL = ("insert ", "update ", "delete ", "replace ", "drop ", "alter ", "truncate ")


def audited() -> set[str]:
    """Names of the models whose every change must be recorded."""
    assert metadata().tables
    return {mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.class_.__audited__}


def writes_past_the_audit(source: str, models: set[str], path: Path = Path("planted.py")) -> list[str]:
    """Statements of a module that write audited rows without the session's unit of work.

    A function that gives its reason under BULK_ALLOWED passes: it is read by whoever reviews it.
    """
    found = []
    for part in _parts(ast.parse(source)):
        if _gives_a_reason(part):
            continue
        for call in (node for node in ast.walk(part) if isinstance(node, ast.Call)):
            fault = _fault(call, models, path)
            found += [f"{path.name}:{call.lineno} {fault}"] if fault else []
    return found


def _parts(tree: ast.Module | ast.ClassDef) -> list[ast.stmt]:
    """The functions of a module and of its classes, and the statements between them."""
    found: list[ast.stmt] = []
    for statement in tree.body:
        found += _parts(statement) if isinstance(statement, ast.ClassDef) else [statement]
    return found


def _gives_a_reason(part: ast.stmt) -> bool:
    return any(
        isinstance(key, ast.Name) and key.id == "BULK_ALLOWED" and _words(value)
        for node in ast.walk(part)
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
    )


def _fault(call: ast.Call, models: set[str], path: Path) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in PAST_THE_HOOKS and path not in DRIVER_ALLOWED:
        return name
    if name == "text" and call.args and _words(call.args[0]).lstrip().lower().startswith(WRITING_SQL):
        return f"text({_words(call.args[0])[:40]!r})"
    if isinstance(call.func, ast.Name) and name in STATEMENTS and call.args:
        target = _target(call.args[0])
        return f"{name}({target})" if target in models else ""
    if (
        isinstance(call.func, ast.Attribute)
        and name in ("update", "delete")
        and _queried(call.func.value, models)
    ):
        return f"query.{name}"
    return ""


def _words(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _target(node: ast.expr) -> str:
    """`Lead`, `Lead.__table__` and `models.Lead` all mean Lead."""
    if isinstance(node, ast.Attribute):
        return _target(node.value) if node.attr == "__table__" else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _queried(node: ast.expr, models: set[str]) -> bool:
    """Whether `node` is a chain that began with session.query(Model)."""
    while isinstance(node, ast.Call):
        function = node.func
        if not isinstance(function, ast.Attribute):
            return False
        if function.attr == "query":
            return any(_target(argument) in models for argument in node.args)
        node = function.value
    return False


def test_no_module_writes_audited_rows_past_the_audit() -> None:
    models, found = audited(), []
    for path in sorted((ROOT / "app").rglob("*.py")):
        if path not in SANCTIONED:
            found += writes_past_the_audit(path.read_text(encoding="utf-8"), models, path)
    assert found == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("db.session.execute(insert(Lead), rows)", "insert(Lead)"),
        ("db.session.execute(update(Lead).values(stage='x'))", "update(Lead)"),
        ("session.execute(delete(models.Visit))", "delete(Visit)"),
        ("db.session.execute(insert(Enterprise.__table__), rows)", "insert(Enterprise)"),
        ("db.session.query(Lead).filter_by(id=1).delete()", "query.delete"),
        ("db.session.bulk_save_objects(rows)", "bulk_save_objects"),
        ("db.session.execute(text('UPDATE lead SET stage = 1'))", "text('UPDATE lead SET stage = 1')"),
        ("connection.exec_driver_sql('DELETE FROM lead')", "exec_driver_sql"),
        ("db.session.execute(update(Lead), execution_options={BULK_ALLOWED: ''})", "update(Lead)"),
        ("while db.session.execute(delete(Lead)).rowcount: pass", "delete(Lead)"),
    ],
)
def test_a_planted_write_is_noticed(planted: str, fault: str) -> None:
    assert writes_past_the_audit(planted, audited()) == [f"planted.py:1 {fault}"]


@pytest.mark.parametrize(
    "allowed",
    [
        "db.session.execute(update(Job).where(Job.id == 1))",
        "db.session.add(Lead())",
        "db.session.execute(update(Lead), execution_options={BULK_ALLOWED: 'derived from visits'})",
        "db.session.execute(text('SELECT 1'))",
        "found.update(values)",
    ],
)
def test_what_is_allowed_passes(allowed: str) -> None:
    assert writes_past_the_audit(allowed, audited()) == []


@pytest.mark.both_databases
def test_a_bulk_statement_on_audited_rows_is_refused_when_it_runs(app: Flask) -> None:
    with app.app_context():
        for statement in (update(Unit).values(position=1), delete(Unit)):
            with pytest.raises(UnguardedBulkStatement):
                db.session.execute(statement)
            db.session.rollback()
