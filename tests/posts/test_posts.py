"""Posts of a chain: given, ended, corrected, handed over; read by all, written by head and administrator."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import as_if, now, today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.register.accounts import services as accounts
from app.register.accounts.enums import Role
from app.register.accounts.models import Person
from app.register.chains import services as chains
from app.register.chains.models import Chain
from app.register.posts import queries, services
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost
from tests.factories.accounts import make_person, make_user
from tests.factories.chains import a_chain
from tests.factories.leads import County, a_county, an_actor, sign_in
from tests.factories.posts import a_post

Db = scoped_session[Session]
LEADER, DEPUTY, FORCE = PostKind
DAY = timedelta(days=1)
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def chain(county: County) -> Chain:
    return a_chain(county.head)


@pytest.fixture
def gao(session: Db) -> Person:
    return make_person("高远")


@pytest.fixture
def bai(session: Db) -> Person:
    return make_user(person=make_person("白桦")).person


def page_of(chain: Chain) -> str:
    return f"/chains/{chain.public_id}"


def fresh(row: ChainPost) -> ChainPost:
    return db.session.get_one(ChainPost, row.id, populate_existing=True)


# --- on pages ----------------------------------------------------------------------------------------


def test_the_head_gives_a_post_and_who_holds_it_stands_on_the_page_of_the_chain(
    client: FlaskClient, county: County, chain: Chain, gao: Person
) -> None:
    me = sign_in(client, county.head)
    assert "今天没有人负责" in me.get(page_of(chain)).text
    typed = {"post": "leader", "person": gao.public_id, "starts_on": today().isoformat(), "ends_on": ""}
    answer = me.submit(f"/posts/on/{chain.public_id}", typed)
    assert answer.location == page_of(chain)
    page = me.get(page_of(chain)).text
    assert "高远　链长" in page and f"{today()} 起" in page and "今天没有人负责" not in page


def test_a_second_leader_is_refused_at_the_field_until_the_first_has_a_last_day(
    client: FlaskClient, county: County, chain: Chain, gao: Person, bai: Person
) -> None:
    first = a_post(county.head, chain, gao, on=today() - 30 * DAY)
    me = sign_in(client, county.head)
    typed = {"post": "leader", "person": bai.public_id, "starts_on": today().isoformat(), "ends_on": ""}
    refused = me.submit(f"/posts/on/{chain.public_id}", typed)
    assert refused.status_code == 422 and "高远这段时间是链长" in refused.text
    last_day = {"ends_on": (today() - DAY).isoformat()}
    assert me.submit(f"/posts/{first.public_id}/end", last_day).location == page_of(chain)
    assert me.submit(f"/posts/on/{chain.public_id}", typed).status_code == 303
    page = me.get(page_of(chain)).text
    assert "白桦　链长" in page and "以前和以后的（1）" in page and "高远　链长" in page


def test_a_term_is_corrected_and_the_audit_keeps_what_it_was(
    client: FlaskClient, county: County, chain: Chain, gao: Person, bai: Person
) -> None:
    row = a_post(county.head, chain, gao, DEPUTY)
    me = sign_in(client, county.head)
    begun = today() - 10 * DAY
    typed = {"post": "deputy", "person": bai.public_id, "starts_on": begun.isoformat(), "ends_on": ""}
    assert me.submit(f"/posts/{row.public_id}/edit", typed).status_code == 303
    assert (fresh(row).person_id, row.starts_on) == (bai.id, begun)
    kept = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "chain_post")).all()
    assert any(str(gao.id) in event.details for event in kept)


def test_a_term_that_never_was_is_taken_off(
    client: FlaskClient, county: County, chain: Chain, gao: Person
) -> None:
    row = a_post(county.head, chain, gao, FORCE)
    me = sign_in(client, county.head)
    assert "删掉这一段" in me.get(f"/posts/{row.public_id}/edit").text
    me.submit(f"/posts/{row.public_id}/edit", action=f"/posts/{row.public_id}/remove")
    assert queries.posts_of(chain.id) == []


def test_who_reads_chains_reads_who_is_charged_with_them_and_head_and_administrator_alone_say_who(
    client: FlaskClient, county: County, chain: Chain, gao: Person
) -> None:
    a_post(county.head, chain, gao)
    administrator = an_actor(county.bureau, Role.ADMINISTRATOR)
    for who, may in ((county.head, True), (administrator, True), (county.officer, False)):
        me = sign_in(client, who)
        page = me.get(page_of(chain)).text
        assert "高远　链长" in page and ("定一位" in page) is may
        assert me.get(f"/posts/on/{chain.public_id}").status_code == (200 if may else 403)
    with acting_as(county.officer), pytest.raises(NotAllowed, match="招商局负责人或管理员"):
        services.give(chain, services.PostData(gao, DEPUTY, today()))


def test_posts_of_an_archived_chain_are_read_only(
    client: FlaskClient, county: County, chain: Chain, gao: Person
) -> None:
    row = a_post(county.head, chain, gao)
    with acting_as(county.head):
        chains.ARCHIVING.archive(chain, chain.version, "并到别的链")
        db.session.commit()
        with pytest.raises((RuleBroken, NotAllowed)):
            services.end(row, row.version, today())
    page = sign_in(client, county.head).get(page_of(chain)).text
    assert "高远　链长" in page and "定一位" not in page


# --- two at once, and whoever leaves -----------------------------------------------------------------


def test_who_corrects_a_term_that_somebody_ended_meanwhile_is_told(
    county: County, chain: Chain, gao: Person
) -> None:
    row = a_post(county.head, chain, gao)
    seen = row.version
    with acting_as(county.head):
        services.end(row, seen, today())
        db.session.commit()
        with pytest.raises(Stale):
            services.correct(row, seen, services.PostData(gao, DEPUTY, today()))


def test_a_post_that_begins_later_or_has_ended_is_not_held_today(
    county: County, chain: Chain, gao: Person, bai: Person
) -> None:
    a_post(county.head, chain, gao, until=today())
    a_post(county.head, chain, bai, on=today() + DAY)
    held = {row.person.name for row in queries.posts_of(chain.id) if row.term.covers(today())}
    assert held == {"高远"}
    with as_if(now() + DAY):
        held = {row.person.name for row in queries.posts_of(chain.id) if row.term.covers(today())}
    assert held == {"白桦"}


def test_whoever_leaves_hands_over_their_posts_and_what_was_stays_theirs(
    county: County, chain: Chain, gao: Person, bai: Person
) -> None:
    other = a_chain(county.head, "PACK", name="电池包")
    a_post(county.head, chain, gao, on=today() - 30 * DAY)
    a_post(county.head, other, gao, FORCE)
    a_post(county.head, other, bai, FORCE)
    with acting_as(county.head):
        with pytest.raises(RuleBroken, match="2 个产业链职务"):
            accounts.archive_person(gao, "调离", version=gao.version)
        accounts.archive_person(gao, "调离", successor=bai, version=gao.version)
        db.session.commit()
    of_chain = [(row.person.name, row.term.words) for row in queries.posts_of(chain.id)]
    yesterday = today() - DAY
    assert of_chain == [("白桦", f"{today()} 起"), ("高远", f"{today() - 30 * DAY} 至 {yesterday}")]
    assert [row.person.name for row in queries.posts_of(other.id)] == ["白桦"]
