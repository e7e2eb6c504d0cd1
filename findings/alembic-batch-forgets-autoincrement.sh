#!/usr/bin/env bash
# Alembic 1.20.1, SQLAlchemy 2.1.9, SQLite.
# A table made with sqlite_autoincrement=True loses AUTOINCREMENT when a later migration alters it in batch mode:
# the copy is made from what was reflected, and that does not tell it. CHECKs, indexes and foreign keys are kept,
# autogenerate sees no difference, and every id still counts up, until the newest row is deleted: then its id is
# given again, to another record. batch_alter_table(..., table_kwargs={"sqlite_autoincrement": True}) keeps it.
# Seen: "AUTOINCREMENT before: True, after a batch: False, with table_kwargs: True"; "id given twice: 2".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/python -m pip install --quiet --disable-pip-version-check alembic==1.20.1 sqlalchemy==2.1.9
cat >try.py <<'PYTHON'
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations


def table(metadata, *more):
    return sa.Table("lead", metadata, sa.Column("id", sa.Integer, primary_key=True), *more,
                    sqlite_autoincrement=True)


def numbered(**kept):
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    table(metadata := sa.MetaData())
    metadata.create_all(engine)
    with engine.begin() as connection:
        def sql():
            return connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'lead'"))
        before = "AUTOINCREMENT" in sql()
        context = MigrationContext.configure(connection)
        with Operations(context).batch_alter_table("lead", recreate="always", **kept) as batch:
            batch.add_column(sa.Column("name", sa.String(20)))
        wanted = table(sa.MetaData(), sa.Column("name", sa.String(20))).metadata
        assert compare_metadata(context, wanted) == [], "changed: autogenerate sees a difference"
        for statement in ("INSERT INTO lead (name) VALUES ('a'), ('b')", "DELETE FROM lead WHERE id = 2",
                          "INSERT INTO lead (name) VALUES ('c')"):
            connection.execute(sa.text(statement))
        newest = connection.scalar(sa.text("SELECT max(id) FROM lead"))
        return before, "AUTOINCREMENT" in sql(), newest


before, after, again = numbered()
_, kept, fresh = numbered(table_kwargs={"sqlite_autoincrement": True})
print(f"AUTOINCREMENT before: {before}, after a batch: {after}, with table_kwargs: {kept}")
print(f"id given twice: {again}")
raise SystemExit((before, after, again, kept, fresh) != (True, False, 2, True, 3))
PYTHON
tools/bin/python try.py || { echo "changed"; exit 1; }
