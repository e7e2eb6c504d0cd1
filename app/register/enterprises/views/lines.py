"""Companies on the pages of others, and others on theirs."""

from collections.abc import Collection

from flask import url_for

from app.core.access.auth import Actor, require_actor
from app.core.storage.subjects import Lines, SubjectKind
from app.core.values import registries
from app.core.values.registries import Related, RelatedRow
from app.register.accounts.enums import Permission as P
from app.register.enterprises import policy, queries
from app.register.enterprises.models import Enterprise


def as_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    """Companies on the pages of what hangs on them; they are open to all who read."""
    return {
        row.public_id: RelatedRow(row.name, url_for("enterprises.detail", public_id=row.public_id))
        for row in queries.list_of(public_ids)
    }


def seen(public_id: str, _actor: Actor) -> Enterprise:
    """One company, for what hangs on it; they are open to all who read."""
    return queries.get_enterprise(public_id)


KIND = SubjectKind("企业", as_lines, P.ENTERPRISES_READ, seen, policy.may_change)


def what_hangs_on(row: Enterprise) -> list[Related]:
    """What hangs on a company and this person may see."""
    actor = require_actor()
    return [block for block in (ask(row.id, actor) for ask in registries.RELATED.values()) if block]


def who_knows(row: Enterprise) -> list[Related]:
    """Who of the county knows a company, whoever had to do with it last first."""
    found = queries.who_knows([row.id], require_actor()).get(row.id, [])
    rows = tuple(
        RelatedRow(f"{one.name}　{one.unit}", "", "　".join([*one.hows, one.on.isoformat()])) for one in found
    )
    return [Related("谁熟悉这家企业", rows[: registries.BESIDE])] if rows else []
