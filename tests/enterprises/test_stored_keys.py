"""Keys that were stored before radicals were folded are folded by a migration."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app.core.storage.db import db
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import LookedFor, find_suspects
from app.register.enterprises.rules import core_key, name_key
from tests.factories.enterprises import make_enterprise

pytestmark = pytest.mark.both_databases
NAME, ALIAS = "长沙澜川新材料有限公司", "长龙新材料"
AS_COPIED, ALIAS_AS_COPIED = NAME.replace("长", "⻓"), ALIAS.replace("长", "⻓").replace("龙", "⻰")


def _stored(session):
    query = "SELECT e.name, e.name_key, e.core_key, n.name_key FROM enterprise e LEFT JOIN enterprise_name n"
    return session.execute(text(f"{query} ON n.enterprise_id = e.id ORDER BY e.id")).all()


def test_keys_with_a_radical_become_those_of_the_character_and_others_stay(session):
    old, other = make_enterprise(NAME, aliases=(ALIAS,)), make_enterprise("宁波储能有限公司")
    session.commit()
    old_id, kept = old.id, (other.name, other.name_key, other.core_key, None)
    for table, name, keys in (
        ("enterprise", AS_COPIED, f"name_key = '{AS_COPIED}', core_key = '{AS_COPIED}'"),
        ("enterprise_name", ALIAS_AS_COPIED, f"name_key = '{ALIAS_AS_COPIED}'"),
    ):
        where = "id" if table == "enterprise" else "enterprise_id"
        session.execute(text(f"UPDATE {table} SET name = '{name}', {keys} WHERE {where} = {old_id}"))
    session.commit()
    assert not find_suspects(LookedFor(NAME, None, None)).nearest
    session.commit()
    session.remove()
    downgrade(revision="0020")
    upgrade()
    assert [tuple(row) for row in _stored(session)] == [
        (AS_COPIED, name_key(NAME), core_key(NAME), name_key(ALIAS)),
        kept,
    ]
    assert [found.enterprise.id for found in find_suspects(LookedFor(NAME, None, None)).nearest] == [old_id]
    assert db.session.get_one(Enterprise, old_id).name == AS_COPIED
