"""Steps are not searched; what stands here is what they mean for the index of others."""

from sqlalchemy import select

from app.core.db import db
from app.enterprises.contact_indexing import tokens_by_company, works_with
from app.steps.models import Step
from app.steps.policy import facts
from app.steps.queries import is_work


def tokens_by_enterprise(enterprise_ids: list[int]) -> dict[int, set[str]]:
    """Whoever sees an open step of its own about a company works with it: `queries.works_with` as tokens."""
    query = select(Step).where(Step.enterprise_id.in_(enterprise_ids), is_work())
    return tokens_by_company(db.session.scalars(query), facts)


def register() -> None:
    """Contacts follow the steps about their company."""
    works_with("steps", Step.enterprise_id, tokens_by_enterprise)
