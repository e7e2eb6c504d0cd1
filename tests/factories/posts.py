"""Who is charged with a chain."""

from datetime import date

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.accounts.models import Person
from app.register.chains.models import Chain
from app.register.posts import services
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost


def a_post(
    head: Actor,
    chain: Chain,
    person: Person,
    post: PostKind = PostKind.LEADER,
    on: date | None = None,
    until: date | None = None,
) -> ChainPost:
    """Given by a head of the bureau, committed."""
    with acting_as(head):
        row = services.give(chain, services.PostData(person, post, on or today(), until))
        db.session.commit()
    return row
