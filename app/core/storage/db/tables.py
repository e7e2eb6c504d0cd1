"""What tables are made of: the base class, column types, mix-ins."""

import enum
from datetime import UTC, date, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, registry
from sqlalchemy.types import TypeDecorator

from app.core.values.clock import now
from app.core.values.ids import new_public_id
from app.core.values.labels import labelled


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite gives ids only to INTEGER PRIMARY KEY; PostgreSQL gets BIGINT.
BigId = BigInteger().with_variant(Integer, "sqlite")


def _codes(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


def enum_type(members: type[enum.Enum], name: str) -> Enum:
    """An enum column with a check of its own name: for the second column of one enum in a table."""
    return Enum(
        members,
        native_enum=False,
        create_constraint=True,
        length=30,
        values_callable=_codes,
        validate_strings=True,
        name=name,
    )


class Base(DeclarativeBase):
    """Base of all models. Enums are stored by value with a CHECK; int is BIGINT; datetime is UTC."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_label)s",
                "uq": "uq_%(table_name)s_%(column_0_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            int: BigInteger().with_variant(Integer, "sqlite"),
            bool: Boolean(create_constraint=False),
            str: Text(),
            date: Date(),
            datetime: UtcDateTime(),
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                create_constraint=True,
                length=30,
                values_callable=_codes,
                validate_strings=True,
            ),
        },
    )

    __called__ = ""  # what people call a row: 线索; nothing for mechanisms that nobody reads of
    __audited__ = True  # False only for mechanisms: sessions, counters, the outbox, projections


db = SQLAlchemy(metadata=Base.metadata, session_options={"autoflush": True})


@event.listens_for(Table, "after_parent_attach")
def _never_reuse_ids(table: Table, _parent: Any) -> None:
    """An id that once stood in a URL or a log never comes back for another row."""
    if len(table.primary_key.columns) <= 1:
        table.dialect_options["sqlite"]["autoincrement"] = True


class Keyed:
    """An integer key for inside."""

    id: Mapped[int] = labelled("序号", BigId, primary_key=True)


class Record(Keyed):
    """An editable row: inner key, public id for URLs, version against lost updates, both times."""

    public_id: Mapped[str] = labelled("网址编号", String(16), unique=True, default=new_public_id)
    version: Mapped[int] = labelled("版本", Integer, default=1)
    created_at: Mapped[datetime] = labelled("登记时间", default=now)
    updated_at: Mapped[datetime] = labelled("更新时间", default=now, onupdate=now, short="更新")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__dict__.get("version", cls.version)}


class Archivable:
    """Archived instead of deleted; `archived` is a column of its own so that uniqueness can ignore it."""

    archived_at: Mapped[datetime | None] = labelled("归档时间")
    archive_reason: Mapped[str | None] = labelled("归档原因", String(200))

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @classmethod
    def is_kept(cls) -> ColumnElement[bool]:
        """Not archived, for rows looked up by their ids. Said so that SQLite, without statistics, does not
        take the index of all kept rows for the shorter way.
        """
        return cls.archived_at.is_not(None).is_(false())


def is_sqlite() -> bool:
    """Whether the app stands on SQLite: only for what no portable SQL can say."""
    return db.engine.dialect.name == "sqlite"
