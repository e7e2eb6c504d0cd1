"""A new index is built beside the one in use and put in its place."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from app.core.index.reindexing.documents import PlaceReached, all_parts
from app.core.index.relay import documents_of, draw_number
from app.core.index.searching import Document, Rebuild, new_index
from app.core.storage.db import db, reading, writing
from app.core.storage.outbox import Key, write_rows

KEEP_EVERY = 10  # batches; what was built since is built again after a kill
Gone = list[tuple[str, str, int]]


def rebuild(report: Callable[[int], None] = lambda _count: None, *, fresh: bool = False) -> int:
    """A new index beside the one in use, swapped in when complete. Returns how many documents it was given.

    Changes made meanwhile are in it. One that was cut off is gone on with, unless `fresh`. A record that
    cannot be read is left to the relay, which parks it with the reason.
    """
    unreadable: list[Key] = []
    with reading(), ExitStack() as stack:
        index = stack.enter_context(new_index(fresh=fresh))
        # Drawn when changes already go into the new index too: nothing older can get by what is read now.
        number = _drawn()
        start = PlaceReached.read(index.place, number)
        if start is None:
            index.abandon()
            index, start = stack.enter_context(new_index(fresh=True)), PlaceReached()
            number = _drawn()
        place = _fill(index, number, start, unreadable, report)
        index.finish(_current)
    send_again(unreadable)
    return place.count


def _fill(
    index: Rebuild, number: int, start: PlaceReached, unreadable: list[Key], report: Callable[[int], None]
) -> PlaceReached:
    report(start.count)
    place = start
    for parts, part in enumerate(all_parts(number, start, unreadable), start=1):
        place = part.place
        index.add(part.documents, [(kind, public_id, number) for kind, public_id in part.gone])
        if parts % KEEP_EVERY == 0:
            index.keep(place.words(number))
        report(place.count)
    return place


def send_again(keys: Sequence[Key]) -> None:
    """Asks the relay to send these. Commits."""
    write_rows(db.session(), keys)
    db.session.commit()


def _drawn() -> int:
    with writing():
        number = draw_number()
        db.session.commit()
    return number


def _current(keys: Sequence[Key]) -> tuple[list[Document], Gone]:
    """What changed while the rebuild ran, as it is now."""
    number = _drawn()
    found = documents_of(keys, number)
    db.session.rollback()
    return found
