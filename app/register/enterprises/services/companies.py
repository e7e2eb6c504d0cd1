"""Companies are registered and changed; likely duplicates are refused until somebody says they are none."""

from app.core.access.auth import current_actor
from app.core.records.versions import archived, claim
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on
from app.register.enterprises import queries
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import LookedFor
from app.register.enterprises.rules import (
    check_credit_code,
    name_key,
)
from app.register.enterprises.services.data import (
    DUPLICATE_FIELD,
    NAMED_DUPLICATES,
    EnterpriseData,
    checked_columns,
    flush_company,
    must_be_live,
    place,
)
from app.register.enterprises.services.names import named_rows, sync_names


def create_enterprise(data: EnterpriseData, *, check_duplicates: bool = False) -> Enterprise:
    """Registers a company. A live company with the same credit code always refuses it; with
    `check_duplicates` likely duplicates do too, under the field `not_duplicate`.
    """
    values = checked_columns(data, exclude_id=None)
    if check_duplicates:
        refuse_duplicates(as_new(data), "登记")
    actor = current_actor()
    row = Enterprise(**values, **registered_by(actor.person_id if actor else None))
    db.session.add(row)
    row.other_names = named_rows(row, data)
    flush_company()
    return row


def registered_by(person_id: int | None) -> dict[str, int | None]:
    """Who registers a company today, with their unit and resident team of today: kept for good, so that
    rotation never rewrites who works with it.
    """
    if person_id is None:
        return {"author_id": None, "unit_id": None, "team_id": None}
    author = db.session.get_one(Person, person_id)
    return {"author_id": author.id, "unit_id": author.unit_id, "team_id": team_on(author.id, today())}


def refuse_duplicates(asked: LookedFor, act: str) -> None:
    suspects = queries.find_suspects(asked)
    if suspects.total:
        names = "、".join(
            f"{suspect.enterprise.name}（{suspect.words}）" for suspect in suspects.nearest[:NAMED_DUPLICATES]
        )
        others = f"等 {suspects.total} 家" if suspects.total > NAMED_DUPLICATES else ""
        raise RuleBroken({DUPLICATE_FIELD: f"可能是同一家：{names}{others}。不是同一家的，请勾选后再{act}"})


def as_new(data: EnterpriseData) -> LookedFor:
    """By what duplicates of a company are looked for that is being registered."""
    return LookedFor(data.name, data.credit_code, place(data.region, {}), (*data.aliases, *data.former_names))


def as_changed(row: Enterprise, data: EnterpriseData) -> LookedFor:
    """By what duplicates are looked for when a company is edited: only by what is new of it."""
    known = {name_key(name) for name in row.all_names}
    is_renamed = name_key(data.name) not in known
    code = check_credit_code(data.credit_code).code
    return LookedFor(
        data.name if is_renamed else "",
        code if code != row.credit_code else None,
        place(data.region, {}),
        tuple(name for name in (*data.aliases, *data.former_names) if name_key(name) not in known),
        exclude_id=row.id,
    )


def as_restored(row: Enterprise) -> LookedFor:
    """By what duplicates of an archived company are looked for before it comes back."""
    others = tuple(other.name for other in row.other_names)
    return LookedFor(row.name, row.credit_code, row.region_code, others, exclude_id=row.id)


def update_enterprise(
    row: Enterprise, version: int | None, data: EnterpriseData, *, check_duplicates: bool = False
) -> None:
    """Changes a company; a former legal name is kept by itself. With `check_duplicates` a new name, code or
    alias that another company may have is refused under the field `not_duplicate`. Raises Stale when somebody
    else saved since `version`.
    """
    claim(row, version or 0, fixed=lambda: archived(row))
    must_be_live(row)
    values = checked_columns(data, exclude_id=row.id)
    if check_duplicates:
        refuse_duplicates(as_changed(row, data), "保存")
    former_name, former_keys = row.name, row.name_key
    if values["capital_text"] == row.capital_text and row.capital is not None:
        # An import may have read these words beside a heading that named their unit.
        del values["capital"]
    for column, value in values.items():
        setattr(row, column, value)
    if row.name_key != former_keys:
        data = _with_former_name(data, former_name)
    sync_names(row, data)
    flush_company()


def _with_former_name(data: EnterpriseData, former_name: str) -> EnterpriseData:
    return EnterpriseData(
        name=data.name, aliases=data.aliases, former_names=(*data.former_names, former_name)
    )
