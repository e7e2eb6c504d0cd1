"""A form that edits a record: saved, or laid beside what somebody else has saved since it was opened.

The version that the form was filled from is the guard (core/records/versions). What the form held when it was
opened, which the browser sends along, decides alone what is shown as changed by whom.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, TypeVar

from wtforms import DecimalField, IntegerField

from app.core.values.errors import Clash, Stale
from app.core.web import opened, pages
from app.core.web.forms import Unseen, UploadField, VersionedForm, whole_name
from app.core.web.opened import Held

Form = TypeVar("Form", bound=VersionedForm)
NOTHING = "未填"


def saved(form: Form, act: Callable[[], object], fresh: Callable[[], Form]) -> bool:
    """Whether what was typed was taken, as `pages.took` says it; for forms opened on a record.

    When somebody has saved since, `fresh` fills the form anew from the record as it is by now, as the page
    that opens it does; in `form` it may spell out what was left to be found out. Where the two say the same,
    nobody stands in the other's way and it is saved. Else Stale goes on to its page with what differs.
    """
    return pages.took(form, partial(_save, form, act, fresh))


def _save(form: Form, act: Callable[[], object], fresh: Callable[[], Form]) -> None:
    try:
        act()
    except Stale as stale:
        by_now = fresh()
        stale.clashes += tuple(differences(form, by_now, opened.read(opened.kept())))
        if stale.clashes:
            stale.current_version = stale.current_version and by_now.seen
            stale.opened, stale.carried = opened.told(by_now), tuple(_uploads(form))
            raise
        form.version.data = by_now.version.data
        act()


def _uploads(form: VersionedForm) -> Iterator[tuple[str, str, str]]:
    """Files that were sent along: the page of a conflict keeps them, so that nobody chooses them again."""
    for field in form:
        if isinstance(field, UploadField) and field.data:
            yield field.promise_name, field.promise, field.data.name


def differences(mine: VersionedForm, theirs: VersionedForm, was: dict[str, Held]) -> Iterable[Clash]:
    """In what a form that was sent and the same form of the record by now do not agree, field by field, in
    the words of the page; `was` is what it held when it was opened.
    """
    for field in mine:
        if opened.is_typed(field) and field.type != "HiddenField" and field.name not in mine.beside:
            found = _difference(field, theirs[field.name], was.get(field.name))
            if found is not None:
                yield found


def _difference(mine: Any, theirs: Any, was: Held | None) -> Clash | None:
    my, their = opened.held(mine), opened.held(theirs)
    if _same(mine, my.value, their.value):
        return None
    if isinstance(theirs, Unseen):  # nobody can tell who has changed it
        their, was = Held("", theirs.stands), None
    only_mine = was is not None and _same(mine, was.value, their.value)
    only_theirs = was is not None and _same(mine, was.value, my.value)
    return Clash(
        label=mine.label.text,
        theirs=their.words or NOTHING,
        mine=my.words or NOTHING,
        name=whole_name(mine.name) if opened.is_list(mine) else mine.name,
        their_value=their.value,
        my_value=my.value,
        was=None if was is None else was.words or NOTHING,
        only_mine=only_mine,
        only_theirs=only_theirs,
    )


def _same(field: Any, one: str, other: str) -> bool:
    return one == other or _meaning(field, one) == _meaning(field, other)


def _meaning(field: Any, text: str) -> Any:
    """What a value means, however it is written: line ends of browsers' own, 30 for 30.00."""
    plain = text.replace("\r\n", "\n").strip()
    if isinstance(field, DecimalField | IntegerField):
        try:
            return Decimal(plain)
        except InvalidOperation:
            return plain
    if opened.is_list(field):
        return frozenset(plain.split())
    meaning = getattr(field, "meaning", None)
    return meaning(plain) if meaning else plain
