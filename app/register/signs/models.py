"""Signs that companies expand."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, relationship

from app.core.storage.db import Archivable, Base, Record
from app.core.values.labels import labelled
from app.register.accounts.models import Person
from app.register.enterprises.models import Enterprise
from app.register.signs.enums import SignKind
from app.register.signs.rules import LONGEST, LONGEST_URL


class ExpansionSign(Base, Record, Archivable):
    """That something happened at a company on a day which shows that it expands, who says so, and who of us
    wrote it down; nobody where the shell imported it. One that turns out wrong is archived with the reason,
    and counts nowhere.
    """

    __tablename__ = "expansion_sign"
    __called__ = "扩张迹象"
    __table_args__ = (
        Index("ix_expansion_sign_company", "enterprise_id", "happened_on"),
        Index("ix_expansion_sign_archived_happened", "archived_at", "happened_on", "id"),
        Index("ix_expansion_sign_archived_created", "archived_at", "created_at", "id"),
        Index("ix_expansion_sign_archived_amount", "archived_at", "amount", "id"),
    )

    enterprise_id: Mapped[int] = labelled("企业", ForeignKey("enterprise.id"))
    kind: Mapped[SignKind] = labelled("类别")
    happened_on: Mapped[date] = labelled("发生日期")
    what: Mapped[str] = labelled("内容", String(LONGEST))
    amount: Mapped[int | None] = labelled("金额", unit="元")
    source: Mapped[str] = labelled("来源", String(200))
    source_url: Mapped[str] = labelled("链接", String(LONGEST_URL), default="")
    author_id: Mapped[int | None] = labelled("登记人", ForeignKey("person.id"), index=True)

    enterprise: Mapped[Enterprise] = relationship()
    author: Mapped[Person | None] = relationship()

    @property
    def name(self) -> str:
        """What it is called where its line stands."""
        return f"{self.enterprise.name}　{self.kind.label}"
