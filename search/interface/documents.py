"""What can be found, and its fingerprint."""

import hashlib
import json
from dataclasses import dataclass, fields
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Document:
    """One findable record. `kind` and `id` together name it; the id is the public one.

    `amount` is in 元 and `headcount` in people (0: unknown), `day` the ordinal of the last activity,
    `founded` that of the day on which a company was established (0: unknown), `version` the number drawn
    by the sender: a document never replaces one of a higher version. `access` tokens are compared byte for
    byte.
    `region` and `industry` are codes; `stage` to `tags` hold whole values to filter and count by.
    `about` are the names of what the record hangs on, the company of a visit: it is found by them as by
    its own `names`, but stands behind whatever bears them itself.
    `tails` are keys that only holders of a `tail_access` token find the document by, beside its own access.
    """

    kind: str
    id: str
    title: str
    names: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    text: str = ""
    access: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    stage: str = ""
    status: str = ""
    units: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    amount: int = 0
    day: int = 0
    founded: int = 0
    headcount: int = 0
    tails: tuple[str, ...] = ()
    tail_access: tuple[str, ...] = ()
    version: int = 0


# What may be asked for as whole values; the first two as the beginnings of codes.
WHOLE_FIELDS = ("region", "industry", "kind", "stage", "status", "units", "teams", "owners", "tags")
NUMBER_FIELDS = ("amount", "day", "founded", "headcount")
# Parts of a code that are counted by themselves: province, city, county; section and division of industry.
LEVELS = {
    "province": ("region", 2),
    "city": ("region", 4),
    "county": ("region", 6),
    "section": ("industry", 1),
    "division": ("industry", 3),
}
COUNTED_FIELDS = ("kind", *LEVELS, *WHOLE_FIELDS[3:])
_HASHED = tuple(
    field.name for field in fields(Document) if field.name not in ("version", "access", "tail_access")
)
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_RIGHTS_FROM = 20  # hexadecimal digits of the content before those of the rights


def fingerprint(document: Document) -> str:
    """Hash of everything but the version; the order and repetition of tokens do not matter."""
    content = _digest([getattr(document, field) for field in _HASHED], _RIGHTS_FROM // 2)
    return content + _rights(tuple(document.access), tuple(document.tail_access))


@lru_cache(maxsize=8192)
def _rights(*held: tuple[str, ...]) -> str:
    return _digest([sorted(set(tokens)) for tokens in held], 6)


def same_rights(mark: str, other: str) -> bool:
    """Whether two fingerprints are of documents that the same people may find."""
    return mark[_RIGHTS_FROM:] == other[_RIGHTS_FROM:]


def _digest(value: object, size: int) -> str:
    raw = _as_json(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw, digest_size=size).hexdigest()
