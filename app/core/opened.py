"""What stood in a form when it was opened: it travels with the form, so that a conflict can show it."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from app.core.errors import Clash
from app.core.money import read_amount

FIELD = "opened"
_LONGEST = 100_000  # characters; no form of the product holds as much
_NOT_TYPED = frozenset(
    {"CSRFTokenField", "FileField", "PasswordField", "SubmitField", "UploadField", "VersionField"}
)
_NOTHING = "未填"
_FIGURE = re.compile(r"[\d.,]+元?")


@dataclass(frozen=True, slots=True)
class Was:
    """One field when the form was opened: as it would have been sent, and as people read it."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One difference with what stood there before (None: not known) and the side that is proposed: that of
    whoever changed it, when only one of the two did.
    """

    clash: Clash
    was: str | None
    only_mine: bool = False
    only_theirs: bool = False


def told(fields: Iterable[Any]) -> str:
    """What the fields of a form show, as one hidden field sends it along."""
    shown = {field.name: (_sent(field), _words(field)) for field in fields if field.type not in _NOT_TYPED}
    shown.pop("idempotency_key", None)
    return json.dumps(shown, ensure_ascii=False)


def kept() -> str:
    """What the form in hand was sent with."""
    return str(request.form.get(FIELD, ""))


def _sent(field: Any) -> str:
    if field.type == "BooleanField":
        return "y" if field.data else ""
    if hasattr(field, "iter_choices"):
        return ",".join(str(option[0]) for option in field.iter_choices() if option[2])
    return str(field._value()) if hasattr(field, "_value") else ""


def _words(field: Any) -> str:
    if field.type == "BooleanField":
        return "是" if field.data else "否"
    if hasattr(field, "iter_choices"):
        return "、".join(str(option[1]) for option in field.iter_choices() if option[2] and option[0] != "")
    return _sent(field)


def read(sent: str | None) -> dict[str, Was]:
    """By field; nothing for what no form of ours has sent. It is only ever shown to whoever sent it."""
    if not sent or len(sent) > _LONGEST:
        return {}
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: Was(*pair) for name, pair in found.items() if _is_pair(pair)}


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)


def compare(clashes: Iterable[Clash]) -> list[Compared]:
    """The differences of the form in hand, each with what stood there when it was opened."""
    opened = read(request.form.get(FIELD))
    return [_compared(clash, opened.get(clash.name)) for clash in clashes]


def _compared(clash: Clash, was: Was | None) -> Compared:
    if was is None or clash.their_value is None:
        return Compared(clash, None)
    before = _plain(was.value)
    theirs_is_old = _is_same(before, _plain(clash.their_value))
    mine_is_old = before == _plain(request.form.get(clash.name, ""))
    words = clash.theirs if theirs_is_old else clash.mine if mine_is_old else was.words
    return Compared(clash, words or _NOTHING, only_mine=theirs_is_old, only_theirs=mine_is_old)


def _is_same(shown: str, stored: str) -> bool:
    """Forms show some values in more words than they need: 锂离子电池制造 C3841, 1000 for 10000000元."""
    if shown == stored or (stored and stored in shown.split()):
        return True
    both_are_figures = _FIGURE.fullmatch(shown) and _FIGURE.fullmatch(stored)
    return bool(both_are_figures and read_amount(shown).yuan == read_amount(stored).yuan)


def _plain(text: str) -> str:
    """Browsers send line ends of their own."""
    return text.replace("\r\n", "\n").strip()


def brought_up(clashes: Iterable[Clash]) -> str:
    """What the page of the conflict was opened with: where the other one has saved, what they saved."""
    opened: Mapping[str, Was] = read(request.form.get(FIELD))
    shown = {name: (was.value, was.words) for name, was in opened.items()}
    shown |= {
        clash.name: (clash.their_value, clash.theirs) for clash in clashes if clash.their_value is not None
    }
    shown.pop("", None)
    return json.dumps(shown, ensure_ascii=False)
