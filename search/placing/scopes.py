"""Reading a business scope: its pieces, what is done with the goods of each, and what is excepted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache


class Stance(Enum):
    """What a company does with the goods of a piece."""

    MAKES = auto()
    TRADES = auto()
    UNSAID = auto()
    NEGATED = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """`goods_end` and `goods_start`: the text between them is not a verb."""

    text: str
    stance: Stance
    goods_start: int
    goods_end: int

    def stance_of(self, start: int, end: int) -> Stance:
        """Of the word that stands there; one that says the verb itself is meant with it."""
        says_verb = start < self.goods_start or end > self.goods_end
        return Stance.UNSAID if says_verb and self.stance is Stance.TRADES else self.stance

    def cuts_a_verb(self, start: int, end: int) -> bool:
        """Whether the word that stands there is made of halves: 售电 in 销售电机, 水稻种 in 水稻种植."""
        verbs = [verb.span() for verb in _A_VERB.finditer(self.text)]
        return any(first < edge < last for first, last in verbs for edge in (start, end))


_MAKING = "制造|生产|加工|研发|研制|研究|开发|自产|设计|组装|装配|种植|养殖|冶炼|铸造|锻造|酿造|制作"
_TRADING = "销售|批发|零售|批零|贸易|代理|经销|购销|代销|代购|专卖|进出口|出口|进口|分销"
_VERB = f"(?:{_MAKING}|{_TRADING})"
_JOINED = f"(?:{_VERB}|以及|及其?|和|与|并|兼)"
_A_VERB = re.compile(_VERB)
_MAKES = re.compile(_MAKING)
_ENDS_IN_VERBS = re.compile(f"[的之]?({_VERB}(?:{_JOINED})*)(?:业务|服务|活动|分部|等)*$")
_BEGINS_WITH_VERBS = re.compile(f"(?:从事|主营|兼营|专营|主要)?((?:{_JOINED})*{_VERB})(?:和|与|及|的)?")
_SENTENCE_GAP = re.compile(r"[;。\n]+")
_PIECE_GAP = re.compile(r"[,、:/()\[\]【】\s·|]+")

# Until the bracket or the part of the sentence ends: 不含A、B.
_FORWARD = "不含有?|不包[括含]|不得|禁止|严禁|不从事|不涉及|不经营|不生产"
_IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_EXCEPTED_AHEAD = re.compile(f"(?:{_FORWARD})[^,;。()\\[\\]【】]*")
_EXCEPTED_TO_END = re.compile(f"(?:{_FORWARD}).*$")
_EXCEPTED_BEHIND = re.compile(r"[^,;。()\[\]【】]*(?:除外|不在此限)")
_EXCEPTED_BETWEEN = re.compile(r"除(?![尘湿锈草臭雪虫菌氧铁霜螨味污垢油])[^,;。()]{1,40}?外(?=$|[,;。)、的])")
_EXCEPTED_OUTSIDE = re.compile(r"[^,;。()从]{1,40}以外(?=的)")


def pieces_of(scope: str) -> Iterator[Piece]:
    """In the order of the text, which is folded."""
    for sentence in _SENTENCE_GAP.split(scope):
        if sentence:
            yield from _pieces_of(sentence)


@lru_cache(maxsize=20_000)
def _pieces_of(sentence: str) -> tuple[Piece, ...]:
    """Registers write most sentences of a scope word for word alike: each is read once."""
    excepted: list[str] = []

    def out(found: re.Match[str]) -> str:
        excepted.append(found[0])
        return "、"

    def out_of_brackets(found: re.Match[str]) -> str:
        inside = found[1]
        if inside.endswith(("除外", "不在此限")):
            excepted.append(inside)
            return ""
        return f"({_EXCEPTED_TO_END.sub(out, inside)})"

    left = _IN_BRACKETS.sub(out_of_brackets, sentence)
    for pattern in (_EXCEPTED_AHEAD, _EXCEPTED_BEHIND, _EXCEPTED_BETWEEN, _EXCEPTED_OUTSIDE):
        left = pattern.sub(out, left)
    texts = [text for text in _PIECE_GAP.split(left) if text]
    negated = tuple(Piece(text, Stance.NEGATED, 0, len(text)) for text in excepted)
    return (*_governed([_Phrase.read(text) for text in texts]), *negated)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A piece with the verbs before and behind its goods."""

    text: str
    before: str
    behind: str
    start: int
    end: int

    @classmethod
    def read(cls, text: str) -> "_Phrase":
        ends, begins = _ENDS_IN_VERBS.search(text), _BEGINS_WITH_VERBS.match(text)
        end = ends.start() if ends else len(text)
        start = begins.end() if begins else 0
        return cls(text, begins[1] if begins else "", ends[1] if ends else "", start, end)

    @property
    def is_verbs(self) -> bool:
        return self.start >= self.end


def _governed(parts: list[_Phrase]) -> Iterator[Piece]:
    """Verbs stand behind the goods of a whole list (甲、乙的研发、生产) or before it (生产甲、乙)."""
    leads = bool(parts) and bool(parts[0].before)
    verbs = list(_from_before(parts)) if leads else list(_from_behind(parts))[::-1]
    for part, governing in zip(parts, verbs, strict=True):
        if not part.is_verbs:
            yield Piece(part.text, _stance(governing), part.start, part.end)


def _from_before(parts: list[_Phrase]) -> Iterator[str]:
    governing, still_verbs = "", False
    for part in parts:
        if part.is_verbs or part.before:
            governing = governing + part.before if still_verbs else part.before or part.behind
        still_verbs = part.is_verbs
        yield part.behind if part.behind and not part.before else governing


def _from_behind(parts: list[_Phrase]) -> Iterator[str]:
    governing, still_verbs = "", False
    for part in reversed(parts):
        said = part.behind or (part.before if part.is_verbs else "")
        if said:
            governing = said + governing if still_verbs else said
        still_verbs = part.is_verbs
        yield part.before if part.before and not part.behind and not part.is_verbs else governing


def _stance(verbs: str) -> Stance:
    if not verbs:
        return Stance.UNSAID
    return Stance.MAKES if _MAKES.search(verbs) else Stance.TRADES
