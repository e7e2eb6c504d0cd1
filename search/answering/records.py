"""What an engine keeps of a document to name it, put it in order and show it: alike in every engine."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self

from search.answering.tokens import Analysis
from search.interface import Document, fingerprint
from search.language.text import clean

_parsed = json.JSONDecoder().raw_decode  # json.loads looks three times at each
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_INT64_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """What is kept of a document to answer with. `bases` are its names and `about` those of
    what it hangs on, to compare a misspelt query with.
    """

    kind: str
    id: str
    fingerprint: str
    bases: tuple[str, ...]
    about: tuple[str, ...]

    @classmethod
    def of(cls, document: Document, analysis: Analysis) -> Self:
        names = (analysis.bases, analysis.about_bases)
        return cls(clean(document.kind), clean(document.id), fingerprint(document), *names)

    def pack(self) -> str:
        return _as_json([self.kind, self.id, self.fingerprint, self.bases, self.about])

    @classmethod
    def unpack(cls, packed: str) -> Self:
        (kind, public_id, content, bases, about), _end = _parsed(packed)
        return cls(kind, public_id, content, tuple(bases), tuple(about))


def uid(kind: str, public_id: str) -> str:
    return clean(f"{kind}/{public_id}")


@lru_cache(maxsize=4096)
def tie(kind: str, public_id: str) -> int:
    """The last word between equals: a hash of the uid, the same wherever it is computed."""
    digest = hashlib.blake2b(uid(kind, public_id).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def hangs(document: Document) -> int:
    """1 for what is found by the names of something else, which stands before it among equals."""
    return int(bool(document.about))


def this_day() -> int:
    """The ordinal that a tombstone of today carries."""
    return datetime.now(UTC).date().toordinal()


def within(number: int) -> int:
    """The nearest number that 64 bits hold."""
    return number if -_INT64_MAX <= number <= _INT64_MAX else _INT64_MAX if number > 0 else -_INT64_MAX
