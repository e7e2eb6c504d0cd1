"""Who holds a post of a chain, from when to when."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Base, Record
from app.core.values.labels import labelled
from app.register.accounts.models import Person
from app.register.chains.models import Chain
from app.register.posts.enums import PostKind
from app.register.posts.rules import Term


class ChainPost(Base, Record):
    """One term of somebody in a post of a chain; both days belong to it, as of a term in a resident team.

    It is no version of what the county sets (core/records/dated): these replace each other, while several
    people hold posts at once and somebody may follow after a gap. Nor is it a list of members that a record
    carries (core/access/scopes.Members): these have no days, and are named also on what is confidential. A
    term that was entered with a mistake is corrected; what it was before stays in the audit.
    """

    __tablename__ = "chain_post"
    __called__ = "产业链职务"
    __table_args__ = (
        Index("ix_chain_post_chain", "chain_id", "starts_on"),
        Index("ix_chain_post_person", "person_id", "starts_on"),
    )

    chain_id: Mapped[int] = labelled("产业链", ForeignKey("chain.id"))
    person_id: Mapped[int] = labelled("谁", ForeignKey("person.id"))
    post: Mapped[PostKind] = labelled("职务")
    starts_on: Mapped[date] = labelled("第一天")
    ends_on: Mapped[date | None] = labelled("最后一天")

    chain: Mapped[Chain] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def term(self) -> Term:
        """The same as rules judge it."""
        return Term(self.person_id, self.person.name, self.post, self.starts_on, self.ends_on)
