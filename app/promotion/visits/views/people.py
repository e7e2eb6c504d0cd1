"""Who took part, as ticked and as written by name."""

import re
from collections.abc import Iterable, Mapping, Sequence

from app.core.values.errors import RuleBroken
from app.promotion.visits import queries
from app.promotion.visits.forms import EditVisitForm, VisitForm
from app.register.accounts.models import Person
from app.register.accounts.queries import choices_of, list_people

_SEPARATORS = re.compile(r"[、，,；;\s]")
_NAME = r"(?:[（(][^（()）]*[）)]|[^、，,；;\s])+"  # up to the next separator that stands in no brackets


def people_typed(form: VisitForm | EditVisitForm) -> list[Person]:
    """Who was ticked, then who was written by name."""
    codes = form.people.data or []
    ticked = queries.people_of(codes)
    if set(codes) - set(ticked):
        raise RuleBroken({"people": "名单变了，请重新选我方人员"})
    typed = form.others.data or ""
    known = list_people() if typed else []
    words = dict(choices_of(known))
    written = [_named(name, known, words) for name in _names(typed, words.values())]
    return list(dict.fromkeys([*(ticked[code] for code in codes), *written]))


def _names(typed: str, words: Iterable[str]) -> list[str]:
    """What stands between the separators; what pickers call somebody stays whole, whatever it contains."""
    whole = sorted(filter(_SEPARATORS.search, words), key=len, reverse=True)
    return re.findall("|".join([*map(re.escape, whole), _NAME]), typed)


def _named(name: str, known: Sequence[Person], words: Mapping[str, str]) -> Person:
    """The person of a written name; `words` are what pickers call each, by public id."""
    found = [person for person in known if name in (person.name, _with_unit(person), words[person.public_id])]
    if len(found) > 1:
        example = words[found[0].public_id]
        raise RuleBroken({"others": f"有 {len(found)} 位「{name}」，请连单位一起写，例如 {example}"})
    if not found:
        raise RuleBroken({"others": f"名单里没有「{name}」；企业的人请写在「还见到谁」"})
    return found[0]


def _with_unit(person: Person) -> str:
    return f"{person.name}（{person.unit.name}）"
