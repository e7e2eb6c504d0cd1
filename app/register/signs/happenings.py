"""What signs tell on the timeline of a company, as sentences.

A room beside `queries`: it reads, and puts rows into words.
"""

from app.core.access.auth import Actor
from app.core.records.timeline import NOTHING, About, Happening, Known
from app.core.values import money
from app.core.values.labels import label_of
from app.register.signs import policy
from app.register.signs.models import ExpansionSign
from app.register.signs.queries import signs_of


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: what shows that a company expands, on the day on which it happened."""
    company = about.of("enterprise")
    if company is None or not policy.may_read(actor):
        return NOTHING
    rows = {row.id: row for row in signs_of(company)}
    marks = [(row.happened_on, row.created_at, row.id) for row in rows.values()]
    return Known(marks, lambda keys: {key: _happening(rows[key]) for key in keys})


def _happening(sign: ExpansionSign) -> Happening:
    amount = [(label_of(ExpansionSign.amount), money.in_words(sign.amount))] if sign.amount else []
    return Happening(
        day=sign.happened_on,
        at=sign.created_at,
        icon="trending-up",
        title=f"{ExpansionSign.__called__}：{sign.kind.label}",
        who=f"{sign.author.name}登记" if sign.author else "",
        body=sign.what,
        facts=(*amount, (label_of(ExpansionSign.source), sign.source)),
        page=("signs.detail", sign.public_id),
    )
