"""Writes of comments: said, changed, taken back, looked at. Never commits."""

from collections.abc import Iterable

from app.core.access.auth import require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import db
from app.core.storage.subjects import SUBJECTS, Subject, company_of, kept_open, sees
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.register.accounts.models import Person
from app.register.accounts.queries import actor_of, get_person
from app.register.comments import policy, queries, rules
from app.register.comments.models import Comment, CommentMention


def say(subject: Subject, text: str, mentioned: Iterable[str] = ()) -> Comment:
    """Says something on a record that who acts may see; `mentioned` are public ids of who is to see it,
    beside those whom an @ in the text calls.
    """
    record, actor = kept_open(subject), require_actor()
    if actor.person_id is None or not policy.may_write(actor):
        raise NotAllowed
    row = Comment(
        subject_kind=subject.kind,
        subject_id=subject.id,
        enterprise_id=company_of(record),
        text=_said(text),
        author_id=actor.person_id,
    )
    row.mentions = [CommentMention(person_id=person.id) for person in _who_may_see(subject, text, mentioned)]
    db.session.add(row)
    db.session.flush()
    return row


def change(row: Comment, text: str, mentioned: Iterable[str], version: int) -> None:
    """What was said is said otherwise, by its author. Who was mentioned before and is still keeps having
    looked.
    """
    kept_open(row.about)
    if refusal := why_not_change(row):
        raise RuleBroken(refusal)
    claim(row, version)
    before = {each.person_id: each for each in row.mentions}
    people = _who_may_see(row.about, text, mentioned)
    row.mentions = [before.get(person.id) or CommentMention(person_id=person.id) for person in people]
    row.text, row.changed_at = _said(text), now()
    db.session.flush()


def why_not_change(row: Comment) -> str | None:
    """Why who acts cannot change a comment; None when they can."""
    actor = require_actor()
    if policy.may_change(actor, row):
        return None
    return rules.TOO_LATE if actor.person_id == row.author_id else rules.NOT_YOURS


def take_back(row: Comment, version: int) -> None:
    """Nobody reads it any more, and its words are gone from here; the ledger keeps that there were some."""
    kept_open(row.about)
    if not policy.may_take_back(require_actor(), row):
        raise RuleBroken(why_not_change(row) or rules.NOT_YOURS)
    claim_whole(row, version, "收回")
    row.text, row.taken_back_at = "", now()
    db.session.flush()


def look(mention: CommentMention) -> None:
    """Who is mentioned has looked."""
    mention.looked_at = now()
    db.session.flush()


def _said(text: str) -> str:
    if not text:
        raise RuleBroken({"text": "写一句话"})
    return text


def _who_may_see(subject: Subject, text: str, mentioned: Iterable[str]) -> list[Person]:
    """The people of some public ids and those whom a text calls; raises RuleBroken where one does not see
    the record.
    """
    chosen = [get_person(public_id) for public_id in dict.fromkeys(mentioned)]
    people = list(dict.fromkeys([*chosen, *_called(text, chosen)]))
    if len(people) > rules.MOST_MENTIONED:
        raise RuleBroken({"people": f"一次最多提醒 {rules.MOST_MENTIONED} 人"})
    blind = [person.name for person in people if not _sees(person, subject)]
    if blind:
        what = SUBJECTS[subject.kind].label
        raise RuleBroken({"people": f"{'、'.join(blind)}看不到这条{what}，提醒了也打不开；请先让他们看得到"})
    return people


def _called(text: str, chosen: list[Person]) -> list[Person]:
    """Whom the text calls by an @; raises RuleBroken where that is nobody, or several and none was chosen."""
    found = []
    for words in rules.called_in(text):
        meant = queries.named_at_the_start(words)
        if not meant:
            told = f"「@{words[:3]}」没有提醒到人：在职的人里没有叫这个名字的。在「提醒谁看」里选，或者去掉 @"
            raise RuleBroken({"text": told})
        if len(meant) > 1 and not set(meant) & set(chosen):
            which = f"叫{meant[0].name}的有 {len(meant)} 人，是哪一位，在「提醒谁看」里选"
            raise RuleBroken({"text": which})
        found += meant if len(meant) == 1 else []
    return found


def _sees(person: Person, subject: Subject) -> bool:
    actor = actor_of(person.id)
    return actor is not None and sees(actor, subject)
