"""What a user has searched for of late, and the searches a user has saved and may be told of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.storage.db import Base, Keyed, Record
from app.core.values.labels import labelled

# Neither table is audited: both hold a user's own conveniences, change no record of the county, and are
# nobody else's to read. Their rows in the audit would show its readers what each colleague is after.


class RecentSearch(Base, Keyed):
    """One search of one user; the same asked again moves to the top. `digest` is that of what it asks."""

    __tablename__ = "recent_search"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("user_id", "digest", name="uq_recent_search"),
        Index("ix_recent_search_user_asked", "user_id", "asked_at"),
        Index("ix_recent_search_asked", "asked_at"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(32))
    address: Mapped[str]  # the query of the result page: q=…&stage=…
    asked_at: Mapped[datetime]


class SavedSearch(Base, Record):
    """A search kept under a name. Really deleted when its owner removes it: nothing refers to it.

    `known` are the keys (kind:public id) of what matched when its owner last looked, None until the first
    count or while it is too wide; `fresh` are those that matched at the last count without being known.
    `total` is what matched then, one more than the index counts to when there was more; `rights` is the mark
    of what its owner might find then.
    """

    __tablename__ = "saved_search"
    __audited__ = False
    __table_args__ = (UniqueConstraint("user_id", "digest", name="uq_saved_search"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(32))
    address: Mapped[str]
    name: Mapped[str] = labelled("名称", String(60))
    is_watched: Mapped[bool] = labelled("有新结果时提醒我", default=False, short="提醒")
    total: Mapped[int | None] = mapped_column(Integer)
    rights: Mapped[str] = mapped_column(String(32), default="")
    looked_at: Mapped[datetime | None]
    known: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    fresh: Mapped[list[Any]] = mapped_column(JSON, default=list)
    fresh_count: Mapped[int] = mapped_column(Integer, default=0)
