"""The door to `search.placing`: links and companies as it knows them, and what it says of the two."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from app.core.index.searching import Wanted
from app.register.chains.models import ChainNode
from app.register.chains.rules import words_of
from app.register.placements.enums import OF_CODES, HitPlace
from app.register.placements.rules import CompanyFacts, Proposed, WordHit
from search.placing import CUT, LOOKED_AT, VERSION, Evidence, Firm, Judge, Node, learn, ranked, wanted_by

ENGINE = f"{VERSION}（{CUT:g} 分起）"  # what stands on a placement that it proposed
Names = Mapping[str, str]  # of industries, by their codes


def words_of_links(nodes: Iterable[ChainNode]) -> str:
    """The same for as long as all links mean the same, and are judged by the same version."""
    told = [
        [node.id, node.chain_id, node.name, node.keywords, node.products, node.codes]
        for node in sorted(nodes, key=lambda node: node.id)
    ]
    return f"{ENGINE} {hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]}"


class Placing:
    """Made once for the links of the county and what is common among its companies, asked for each."""

    looks_at = LOOKED_AT  # of what the index finds for a link, so many are worth weighing

    def __init__(self, nodes: Sequence[ChainNode], library: Iterable[CompanyFacts], names: Names) -> None:
        told = [_node(node, names) for node in nodes]
        self._names = names
        self._letters = {code[1:3]: code[0] for code in names if len(code) > 2}
        self._judge = Judge(told, learn((self._firm(company) for company in library), told))

    def proposed(self, company: CompanyFacts) -> tuple[Proposed, ...]:
        """The links that speak to a company, the best first."""
        return tuple(
            self._proposed(int(found.node), found.score, found.hits, company)
            for found in self._judge.propose(self._firm(company))
        )

    def _told(self, hit: Evidence, company: CompanyFacts) -> WordHit:
        """A code is told by the name of its industry: 3841 says nothing to most readers."""
        place, text = HitPlace(hit.place.value), hit.text
        if place in OF_CODES:
            text = f"{self._names.get(company.industry_code, '')} {company.industry_code}".strip()
        return WordHit(hit.word, place, text, hit.points)

    def wanted(self, node: ChainNode) -> Wanted:
        """What the index is asked for where a link has nobody: codes with their letter, as companies have."""
        found = wanted_by(_node(node, self._names), self._judge.library)
        codes = tuple((self._letters.get(code[:2], "") + code, weight) for code, weight in found.industries)
        return Wanted(found.words, codes)

    def ranked(self, node: ChainNode, found: Sequence[CompanyFacts]) -> list[tuple[CompanyFacts, Proposed]]:
        """Companies that speak for a link, the best first; those for which nothing speaks are left out."""
        by_key = {str(company.id): company for company in found}
        ranks = ranked(self._judge, str(node.id), ((key, self._firm(one)) for key, one in by_key.items()))
        return [
            (company, self._proposed(node.id, one.score, one.hits, company))
            for one in ranks
            if one.score and (company := by_key[one.key])
        ]

    def _proposed(
        self, node_id: int, score: float, hits: Iterable[Evidence], company: CompanyFacts
    ) -> Proposed:
        return Proposed(node_id, round(score), tuple(self._told(hit, company) for hit in hits))

    def _firm(self, company: CompanyFacts) -> Firm:
        return Firm(
            name=company.name,
            aliases=company.other_names,
            scope=company.scope,
            tags=company.tags,
            codes=(_digits(company.industry_code),) if company.industry_code else (),
            industry=self._names.get(company.industry_code, ""),
        )


def _node(node: ChainNode, names: Names) -> Node:
    return Node(
        key=str(node.id),
        chain=str(node.chain_id),
        name=node.name,
        keywords=tuple(words_of(node.keywords)),
        products=tuple(words_of(node.products)),
        codes=tuple(map(_digits, node.codes)),
        industries=tuple(names[code] for code in node.codes if code in names),
    )


def _digits(code: str) -> str:
    """C3841 -> 3841: the letter says nothing that the digits do not."""
    return code[1:]
