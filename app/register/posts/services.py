"""Posts are given, ended, corrected, taken off the list; and go over when somebody leaves."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.registries import Holdings
from app.register.accounts.models import Person
from app.register.chains.models import Chain
from app.register.posts import policy, queries, rules
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost
from app.register.posts.rules import Term

NOT_THEIRS = "链长、副链长和专班由招商局负责人或管理员来定"


@dataclass(frozen=True, slots=True)
class PostData:
    """What is typed about a term."""

    person: Person
    post: PostKind
    starts_on: date
    ends_on: date | None = None

    @property
    def term(self) -> Term:
        return Term(self.person.id, self.person.name, self.post, self.starts_on, self.ends_on)


def give(chain: Chain, data: PostData) -> ChainPost:
    """Somebody holds a post from a day on. Raises NotAllowed, and RuleBroken where another one holds it."""
    _begin(chain)
    _check(chain, data.term)
    row = ChainPost(chain=chain)
    _write(row, data)
    db.session.add(row)
    db.session.flush()
    return row


def correct(row: ChainPost, seen: int | None, data: PostData) -> None:
    """A term was entered with a mistake. Raises as `give` does, and Stale when somebody saved since."""
    _begin(row.chain)
    claim(row, seen or 0)
    _check(row.chain, data.term, but=row)
    _write(row, data)
    db.session.flush()


def end(row: ChainPost, seen: int | None, ends_on: date) -> None:
    """The last day of a term, today or another one. Raises as `correct` does."""
    _begin(row.chain)
    claim(row, seen or 0)
    term = Term(row.person_id, row.person.name, row.post, row.starts_on, ends_on)
    _check(row.chain, term, but=row)
    row.ends_on = ends_on
    db.session.flush()


def remove(row: ChainPost, seen: int | None) -> None:
    """A term that never was; the audit keeps that somebody entered it. Raises NotAllowed and Stale."""
    _begin(row.chain)
    claim_whole(row, seen, "删掉")
    db.session.delete(row)
    db.session.flush()


def _begin(chain: Chain) -> None:
    if not require_actor().may(policy.RIGHT):
        raise NotAllowed(NOT_THEIRS)
    must_be_live(chain)
    _wait(chain.id)


def _wait(chain_id: int) -> None:
    """Terms of one chain are judged beside each other. Before their rows, or each waits for the other."""
    wait_turn(Turn.POSTS, of=chain_id)


def _check(chain: Chain, term: Term, but: ChainPost | None = None) -> None:
    others = [row.term for row in queries.posts_of(chain.id) if row is not but]
    if problems := rules.problems_of_term(term, others):
        raise RuleBroken(problems)


def _write(row: ChainPost, data: PostData) -> None:
    row.person, row.post, row.starts_on, row.ends_on = data.person, data.post, data.starts_on, data.ends_on


# --- somebody leaves ---------------------------------------------------------------------------------


def _hand_over(person_id: int, to_id: int, on: date, _reason: str) -> None:
    """Each post goes to another one from that day on, unless they hold it already."""
    successor = db.session.get_one(Person, to_id)
    for row in queries.held_by(person_id, on):
        _wait(row.chain_id)
        rest = Term(to_id, successor.name, row.post, max(on, row.starts_on), row.ends_on)
        others = [each.term for each in queries.posts_of(row.chain_id) if each is not row]
        _end_before(row, on)
        if not rules.problems_of_term(rest, others):
            data = PostData(successor, rest.post, rest.starts_on, rest.ends_on)
            heir = ChainPost(chain=row.chain)
            _write(heir, data)
            db.session.add(heir)
    db.session.flush()


def _end_before(row: ChainPost, day: date) -> None:
    if row.starts_on < day:
        row.ends_on = day - timedelta(days=1)
    else:
        db.session.delete(row)


HELD_POSTS = Holdings(
    "个产业链职务",
    lambda person_id: len(queries.held_by(person_id, today())),
    _hand_over,
    lambda _unit_id: 0,
    lambda _unit_id, _to_id, _on, _reason: None,
)
