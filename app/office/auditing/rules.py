"""An event of the ledger as a line for people, and the heads of its chain against the chain. Pure."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from app.core.values.clock import in_beijing
from app.core.values.enums import LabelledEnum
from app.office.auditing.enums import Finding
from app.office.auditing.words import ACTIONS, FIELDS, LISTS, VERBS

LONGEST_VALUE = 120
HIDDEN = "（保密）"
EMPTY = "空"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)")
# (kind of record, field, value) -> what the record is called that the value names
NameOf = Callable[[str, str, Any], str | None]
# (kind of record, field) -> its label, and the unit that a bare number of it counts
WordsOf = Callable[[str, str], tuple[str, str]]
# (kind of record, field) -> the list that its values are words of
ListOf = Callable[[str, str], type[LabelledEnum] | None]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event; `before` is None when the event only says a value."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """What was done, to what kind of record, and the fields with both values."""

    title: str
    kind: str
    fields: tuple[Field, ...]


def _nobody(_kind: str, _name: str, _value: Any) -> None:
    """Nothing is known of any record."""


def in_hand(_kind: str, name: str) -> tuple[str, str]:
    """The words of a field that services write by hand; of any other, its name."""
    return FIELDS.get(name, name), ""


def _no_list(_kind: str, _name: str) -> None:
    """No field holds a word of a list."""


@dataclass(frozen=True, slots=True)
class EventVocabulary:
    """What codes of events mean: how a kind of record is called, words of a field, the list of its values."""

    kinds: Mapping[str, str] = field(default_factory=dict)
    words_of: WordsOf = in_hand
    list_of: ListOf = _no_list


def told(
    action: str,
    subject_kind: str,
    summary: str,
    details: str,
    vocabulary: EventVocabulary,
    name_of: NameOf = _nobody,
    *,
    confidential: bool = False,
) -> ToldEvent:
    """Reads one event. A code without a word is shown as it is: nothing is hidden from an auditor, save the
    values of a confidential record, of which only the fields are named.
    """
    verb = action.rpartition(".")[2]
    kind = vocabulary.kinds.get(subject_kind, subject_kind)
    known = ACTIONS.get(action) or (f"{VERBS[verb]}{kind}" if verb in VERBS else action)
    found = json.loads(details).items()
    if confidential:
        labels = (vocabulary.words_of(subject_kind, name)[0] for name, _value in found)
        return ToldEvent(known, kind, tuple(Field(label, None, HIDDEN) for label in labels))
    fields = (_field(subject_kind, name, value, name_of, vocabulary) for name, value in found)
    return ToldEvent(
        summary or known, kind, tuple(each for each in fields if not each.before == each.after == EMPTY)
    )


def _field(kind: str, name: str, value: Any, name_of: NameOf, vocabulary: EventVocabulary) -> Field:
    label, unit = vocabulary.words_of(kind, name)

    def shown(each: Any) -> str:
        text = _shown(kind, name, each, name_of, vocabulary)
        return f"{text} {unit}" if unit and text != EMPTY else text

    if isinstance(value, list) and (kind, name) in LISTS:
        return Field(label, None, "、".join(map(shown, value)) or "没有")
    if isinstance(value, list) and len(value) == 2:
        return Field(label, shown(value[0]), shown(value[1]))
    return Field(label, None, shown(value))


def _shown(kind: str, name: str, value: Any, name_of: NameOf, vocabulary: EventVocabulary) -> str:
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if text.startswith("h:"):
        return "（个人信息）"
    if _INSTANT.fullmatch(text):
        return f"{in_beijing(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
    if name == "subject_kind":
        return vocabulary.kinds.get(text, text)
    words = vocabulary.list_of(kind, name)
    member = words.parse(text) if words else None
    return member.label if member else (name_of(kind, name, value) or text)[:LONGEST_VALUE]


# --- heads of the chain, kept outside the database ---

LATE_AFTER = timedelta(hours=48)  # one is written every night


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain as it once was: number and hash of its last event. `previous` is the signature of
    the head written before it. `restored` says by what the chain became shorter just then.
    """

    at: datetime
    number: int
    hash: str
    previous: str = ""
    restored: str = ""
    signature: str = ""


def signed(head: Head, key: bytes) -> Head:
    """The head with its signature by `key`, which the database does not hold."""
    return replace(head, signature=hmac.new(key, _body(head).encode(), hashlib.sha256).hexdigest())


def _fields(head: Head) -> dict[str, Any]:
    return {
        "at": head.at.isoformat(),
        "head": head.number,
        "hash": head.hash,
        "previous": head.previous,
        "restored": head.restored,
    }


def _body(head: Head) -> str:
    return json.dumps(_fields(head), ensure_ascii=False, sort_keys=True)


def line_of(head: Head) -> str:
    """A head as a line of its file."""
    return json.dumps({**_fields(head), "signature": head.signature}, ensure_ascii=False)


def read_line(line: str) -> Head | None:
    """The head in a line; None for a line that holds none."""
    try:
        told = json.loads(line)
        at, number = datetime.fromisoformat(told["at"]), int(told["head"])
        words = (str(told[name]) for name in ("hash", "previous", "restored", "signature"))
        return Head(at, number, *words) if at.tzinfo else None
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """One finding in words."""

    finding: Finding
    words: str


def against_heads(
    heads: Sequence[Head | None],
    hash_of: Mapping[int, str],
    last: int,
    key: bytes,
    now: datetime,
    began: datetime | None,
) -> list[ToldFinding]:
    """What the heads, in the order in which they were written, say of a chain that ends with event `last`,
    whose hashes are `hash_of` by number, and whose first event is of `began`. None is a line that cannot be
    read. Heads that are not signed by `key` are told and not believed.
    """
    true = [head for head in heads if head is not None and signed(head, key) == head]
    return [
        *_forged(heads, true),
        *_torn([head for head in heads if head is not None]),
        *_other_than(true, hash_of, last),
        *_restored(true),
        *_missing_days(true, now, began),
    ]


def _forged(heads: Sequence[Head | None], true: Sequence[Head]) -> Iterator[ToldFinding]:
    if len(true) < len(heads):
        words = f"链头记录共 {len(heads)} 行，{len(heads) - len(true)} 行读不懂，或者不是用现在的密钥签的"
        yield ToldFinding(Finding.FORGED, words)


def _torn(heads: Sequence[Head]) -> Iterator[ToldFinding]:
    for before, after in pairwise(heads):
        if after.previous != before.signature:
            yield ToldFinding(
                Finding.TORN, f"链头记录在 {_minute(before)} 和 {_minute(after)} 之间少了行，或者换过次序"
            )


def _other_than(heads: Sequence[Head], hash_of: Mapping[int, str], last: int) -> Iterator[ToldFinding]:
    """A head that a backup restored later does not reach is explained by that."""
    standing = [
        head
        for place, head in enumerate(heads)
        if not any(later.restored and later.number < head.number for later in heads[place + 1 :])
    ]
    cut = [head for head in standing if head.number > last]
    if cut:
        most = max(cut, key=lambda head: head.number)
        yield ToldFinding(
            Finding.CUT,
            f"末尾被截掉：{_minute(most)} 记下时有 {most.number} 条，现在只有 {last} 条。"
            "如果是恢复了备份，运行 flask --app wsgi audit head --after-restore 说明",
        )
    other = [head for head in standing if 0 < head.number <= last and hash_of.get(head.number) != head.hash]
    if other:
        first = other[0]
        yield ToldFinding(
            Finding.REBUILT,
            f"第 {first.number} 条和 {_minute(first)} 记下的不一样，链在那以后重新算过"
            f"（{len(standing) - len(cut)} 处里 {len(other)} 处对不上）",
        )


def _restored(heads: Sequence[Head]) -> Iterator[ToldFinding]:
    for place, head in enumerate(heads):
        if head.restored:
            longest = max((earlier.number for earlier in heads[:place]), default=head.number)
            lost = f"，此前记下过 {longest} 条，之后的不在备份里" if longest > head.number else ""
            yield ToldFinding(
                Finding.RESTORED, f"{_minute(head)} {head.restored}，台账回到第 {head.number} 条{lost}"
            )


def _missing_days(heads: Sequence[Head], now: datetime, began: datetime | None) -> Iterator[ToldFinding]:
    """Days are those of Beijing; the last two are for LATE."""
    since = heads[-1].at if heads else began
    if since is not None and now - since >= LATE_AFTER:
        words = f"最近一次是 {_minute(heads[-1])}" if heads else "一次也没有"
        yield ToldFinding(Finding.LATE, f"链头每天夜里记一次，{words}：请看后台任务和 AUDIT_HEADS 指的目录")
    days = sorted({in_beijing(head.at).date() for head in heads})
    gaps = [(before, after) for before, after in pairwise(days) if (after - before).days > 1]
    if gaps:
        number = sum((after - before).days - 1 for before, after in gaps)
        first = gaps[0][0] + timedelta(days=1)
        yield ToldFinding(Finding.MISSED, f"有 {number} 天没有记链头，最早的是 {first.isoformat()}")


def _minute(head: Head) -> str:
    return f"{in_beijing(head.at):%Y-%m-%d %H:%M}"
