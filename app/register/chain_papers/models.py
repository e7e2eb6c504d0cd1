"""Kinds of maps and lists that a county keeps for its chains, and the versions that people upload."""

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Record
from app.core.values.labels import labelled
from app.register.accounts.models import Person
from app.register.chain_papers.enums import PaperForm
from app.register.chain_papers.rules import FILE
from app.register.chains.models import Chain


class PaperKind(Base, Record, Archivable):
    """One map or list that the county keeps for each chain, and where it comes from: `source` is a page of
    the system (`sources.PAPER_SOURCES`) or FILE. Among those in use a name stands once.
    """

    __tablename__ = "paper_kind"
    __called__ = "图和清单的种类"
    __table_args__ = (Index("ix_paper_kind_archived_position", "archived_at", "position", "id"),)

    name: Mapped[str] = labelled("名称", String(60))
    form: Mapped[PaperForm] = labelled("形式")
    source: Mapped[str] = labelled("来源", String(30), default=FILE)
    position: Mapped[int] = labelled("顺序", Integer, default=0)
    note: Mapped[str] = labelled("说明", String(300), default="")
    is_example: Mapped[bool] = labelled("样例", default=False)


class ChainPaper(Base, Record, Archivable):
    """One version of a kind for a chain, as of a day, with its files attached. The newest counts; those
    before stay readable. One that was uploaded by mistake is archived.
    """

    __tablename__ = "chain_paper"
    __called__ = "产业链的图和清单"
    __table_args__ = (Index("ix_chain_paper_chain", "chain_id", "kind_id", "as_of"),)

    chain_id: Mapped[int] = labelled("产业链", ForeignKey("chain.id"))
    kind_id: Mapped[int] = labelled("哪一项", ForeignKey("paper_kind.id"), index=True)
    as_of: Mapped[date] = labelled("哪天的")
    note: Mapped[str] = labelled("说明", String(300), default="")
    author_id: Mapped[int] = labelled("上传人", ForeignKey("person.id"), index=True)

    chain: Mapped[Chain] = relationship()
    kind: Mapped[PaperKind] = relationship()
    author: Mapped[Person] = relationship()

    @property
    def name(self) -> str:
        """What it is called where its line stands."""
        return f"{self.chain.name}　{self.kind.name}（{self.as_of.isoformat()}）"
