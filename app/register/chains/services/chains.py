"""Chains themselves: entered, changed, archived."""

from dataclasses import dataclass

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.versions import archived, claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.errors import NotAllowed, RuleBroken
from app.register.accounts.enums import Permission
from app.register.chains import policy, queries, rules
from app.register.chains.models import Chain

NOT_THEIRS = "产业链由招商局负责人来编，有意见请写成留言"


@dataclass(frozen=True, slots=True)
class ChainData:
    """What is typed about a chain."""

    code: str
    name: str
    aliases: str = ""
    note: str = ""
    position: int = 0


def create_chain(data: ChainData, *, is_example: bool = False) -> Chain:
    """Enters a chain, without links. Raises RuleBroken, also where its code is taken."""
    if not require_actor().may(Permission.CHAINS_WRITE):
        raise NotAllowed(NOT_THEIRS)
    wait_turn(Turn.CHAIN_CODES)
    chain = Chain(is_example=is_example)
    _write(chain, data)
    db.session.add(chain)
    db.session.flush()
    return chain


def change_chain(chain: Chain, version: int | None, data: ChainData) -> None:
    """Changes a chain. Raises NotAllowed, RuleBroken, and Stale when somebody else saved since `version`."""
    if not policy.may_write(require_actor(), chain):
        raise NotAllowed(NOT_THEIRS)
    wait_turn(Turn.CHAIN_CODES)  # before the row, as an import does, or each waits for the other
    claim(chain, version or 0, fixed=lambda: archived(chain))
    must_be_live(chain)
    _write(chain, data)
    db.session.flush()


def _write(chain: Chain, data: ChainData) -> None:
    code = data.code.upper()
    if problem := rules.problem_of_code(code) or _why_taken(chain, code):
        raise RuleBroken({"code": problem})
    chain.code, chain.name, chain.note = code, data.name, data.note
    chain.aliases, chain.position = rules.in_words(data.aliases), data.position


def _why_taken(chain: Chain, code: str) -> str | None:
    with db.session.no_autoflush:
        other = queries.chain_with_code(code)
    if other is None or other is chain:
        return None
    return f"代号 {code} 已经给了「{other.name}」{'（已归档）' if other.is_archived else ''}，换一个"


ARCHIVING = Archiving(
    right=Permission.CHAINS_WRITE,
    found=queries.get_chain,
    may=policy.may_write,
    refusal=NOT_THEIRS,
)
