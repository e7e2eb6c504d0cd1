"""Signs in the states that matter."""

from datetime import date

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.enterprises.models import Enterprise
from app.register.signs import services
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign


def sign_data(
    what: str = "完成 B 轮融资",
    kind: SignKind = SignKind.FUNDING,
    on: date | None = None,
    amount: int | None = 120_000_000,
    source: str = "公司公告",
    source_url: str = "",
) -> services.SignData:
    return services.SignData(kind, on or today(), what, source, amount, source_url)


def a_sign(author: Actor, company: Enterprise, *said: object, **told: object) -> ExpansionSign:
    """Entered by its author, committed; what is told is that of `sign_data`."""
    with acting_as(author):
        sign = services.create_sign(company, sign_data(*said, **told))
        db.session.commit()
    return sign


def an_archived_sign(author: Actor, company: Enterprise, *said: object, **told: object) -> ExpansionSign:
    sign = a_sign(author, company, *said, **told)
    with acting_as(author):
        services.ARCHIVING.archive(sign, sign.version, "公告更正了")
        db.session.commit()
    return sign
