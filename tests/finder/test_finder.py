"""Global search: found by characters, pinyin and initials; never shows or counts what is out of scope."""

import json

import pytest

from app.core.index import relay, searching
from app.core.storage.outbox import OutboxEntry
from app.core.values.clock import now
from app.finding.finder.enums import FoundBy
from app.finding.finder.queries import Asked, Results, suggest
from app.finding.finder.queries import search as ask
from app.promotion.leads.models import Lead
from app.register.accounts.enums import Role
from tests.factories.accounts import actor_of, make_user
from tests.factories.counties import a_company, a_county, signed_in
from tests.factories.ledgers import History, registration, write
from tests.finder.indexes import lose_the_index

pytestmark = pytest.mark.both_databases

DEGRADED = "搜索服务暂时不可用"


@pytest.fixture
def county(session):
    return a_county()


@pytest.fixture
def head(session, county):
    return make_user(Role.BUREAU_HEAD, person=county.head)


@pytest.fixture
def officer(session, county):
    return make_user(Role.OFFICER, person=county.officer)


@pytest.fixture
def resident(session, county):
    return make_user(Role.RESIDENT, person=county.resident)


def a_lead(session, county, name, *, unit=0, owner=0, confidential=False) -> Lead:
    history = History(
        registration(0, unit=unit, owner=owner, yuan=5_000_000), confidential=confidential, author=owner
    )
    lead = write(session, county, history)
    lead.name = name
    session.commit()
    return lead


def indexed(session):
    session.commit()
    backend = searching.writer()
    while relay.drain(backend):
        pass
    backend.close()


def search(text, actor, **asked) -> Results:
    return ask(Asked(text, **asked), actor)


def titles(found):
    return [hit.shown.title for hit in found.hits]


@pytest.mark.parametrize("text", ["澄明电子", "chengming", "cmdz", "苏州澄明电子科技有限公司"])
def test_a_company_is_found_by_characters_pinyin_and_initials(session, county, head, text):
    indexed(session)
    assert "苏州澄明电子科技有限公司" in titles(search(text, actor_of(head)))


def test_a_lead_is_found_and_counted_only_in_the_readers_scope(session, county, head, officer, resident):
    a_lead(session, county, "光学模组项目")
    indexed(session)
    for user, seen in ((head, 1), (officer, 0), (resident, 0)):
        found = search("光学模组", actor_of(user))
        assert (found.total, found.counts.get("lead", 0), len(found.hits)) == (seen, seen, seen)
        groups, _by = suggest("光学模组", actor_of(user))
        assert sum(group.total for group in groups) == seen


def test_a_confidential_lead_is_found_only_by_those_named_on_it(session, county, head, officer):
    a_lead(session, county, "光学模组项目", unit=1, owner=1, confidential=True)
    indexed(session)
    assert search("光学模组", actor_of(head)).total == 0
    assert titles(search("光学模组", actor_of(officer))) == ["光学模组项目"]


def test_a_lead_made_confidential_since_is_not_shown_though_the_index_still_has_it(
    session, county, head, officer
):
    lead = a_lead(session, county, "光学模组项目", unit=1, owner=1)
    indexed(session)
    assert titles(search("光学模组", actor_of(head))) == ["光学模组项目"]
    lead.confidential = True
    session.commit()
    assert titles(search("光学模组", actor_of(head))) == []
    assert suggest("光学模组", actor_of(head))[0] == []
    indexed(session)
    assert search("光学模组", actor_of(head)).total == 0


def test_an_archived_company_is_gone_at_once_and_from_the_index_when_it_catches_up(session, county, head):
    indexed(session)
    county.enterprise.archived_at = now()
    session.commit()
    assert titles(search("澄明", actor_of(head))) == []
    indexed(session)
    assert search("澄明", actor_of(head)).total == 0


def test_who_may_not_read_a_kind_never_finds_it(session, county):
    keeper = make_user(Role.AUDITOR, unit=county.bureau)
    a_lead(session, county, "澄明光学模组项目")
    indexed(session)
    found = search("澄明", actor_of(keeper), kind="lead")
    assert {hit.kind for hit in found.hits} == {"enterprise"}
    assert "lead" not in found.counts


def test_type_ahead_is_grouped_by_kind_and_never_longer_than_ten(session, county, head):
    for number in range(12):
        a_company(f"澄明第{number}分公司")
        a_lead(session, county, f"澄明第{number}期项目")
    indexed(session)
    groups, by = suggest("澄明", actor_of(head))
    assert by is FoundBy.INDEX
    assert [group.kind for group in groups][:2] == ["enterprise", "lead"]
    assert sum(len(group.hits) for group in groups) <= 10
    assert [group.total for group in groups][:2] == [13, 12]


def test_nothing_typed_is_nothing_asked(session, county, head):
    assert search("", actor_of(head)).total == 0
    assert suggest("", actor_of(head)) == ([], FoundBy.INDEX)


def test_without_the_index_the_database_answers_in_the_same_scope(app, session, county, head, officer):
    a_lead(session, county, "澄明光学模组项目")
    lose_the_index(app, session)
    for user, expected in ((head, {"enterprise", "lead"}), (officer, {"enterprise"})):
        found = search("澄明", actor_of(user))
        assert found.found_by is FoundBy.DATABASE
        assert {hit.kind for hit in found.hits} == expected
        groups, by = suggest("澄明", actor_of(user))
        assert by is FoundBy.DATABASE
        assert {group.kind for group in groups} == expected


def test_a_process_that_never_saw_an_index_answers_from_the_database_and_says_so(
    session, client, county, head
):
    session.commit()
    page = signed_in(client, head).get("/search?q=澄明").text
    assert DEGRADED in page
    assert "电子科技有限公司" in page
    assert DEGRADED in client.get("/search/suggest?q=澄明").text
    indexed(session)
    assert DEGRADED not in client.get("/search?q=澄明").text


def test_a_county_without_a_record_has_nothing_to_find_and_no_trouble(session):
    reader = actor_of(make_user(Role.BUREAU_HEAD))
    session.commit()
    found = search("澄明", reader)
    assert (found.total, found.found_by) == (0, FoundBy.INDEX)
    assert suggest("澄明", reader) == ([], FoundBy.INDEX)


def test_the_page_shows_hits_with_the_words_marked_and_the_tabs_with_counts(session, client, county, head):
    a_lead(session, county, "澄明光学模组项目")
    indexed(session)
    page = signed_in(client, head).get("/search?q=澄明").text
    assert "<mark>澄明</mark>" in page
    assert "找到 2 条" in page
    assert DEGRADED not in page


def test_the_page_says_when_it_makes_do_without_the_index(app, session, client, county, head):
    lose_the_index(app, session)
    page = signed_in(client, head).get("/search?q=澄明")
    assert page.status_code == 200
    assert DEGRADED in page.text
    assert "电子科技有限公司" in page.text
    assert DEGRADED in client.get("/search/suggest?q=澄明").text


def test_a_search_without_hits_says_what_to_try(session, client, county, head):
    indexed(session)
    assert "没有找到「查无此司」" in signed_in(client, head).get("/search?q=查无此司").text


@pytest.mark.parametrize(
    "text",
    [
        "%00",
        '"',
        "AND OR NOT",
        "*",
        "a" * 3000,
        "%ED%A0%80",
        "(((",
        "\\",
        "%F0%9F%8F%AD",
        "%25%27%3B--",
        "字 " * 300,
    ],
)
def test_no_text_however_odd_breaks_the_search(session, client, county, head, text):
    indexed(session)
    reader = signed_in(client, head)
    assert reader.get(f"/search?q={text}").status_code == 200
    assert reader.get(f"/search/suggest?q={text}").status_code == 200


@pytest.mark.parametrize("page", ["abc", "0", "-1", "501", "9" * 30, "1.5", "NaN"])
def test_a_page_number_that_is_none_is_refused_with_a_sentence(client, county, head, page):
    answer = signed_in(client, head).get(f"/search?q=澄明&page={page}")
    assert answer.status_code == 400
    assert "页码要写 1 到 500 之间的整数" in answer.text


def test_a_kind_that_is_none_is_refused_with_those_there_are(session, client, county, head):
    answer = signed_in(client, head).get("/search?q=澄明&kind=king")
    assert answer.status_code == 400
    assert "种类没有「king」" in answer.text
    assert "线索（lead）" in answer.text


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.ADMINISTRATOR, "企业、扩张迹象、产业链、环节"),
        (Role.AUDITOR, "企业、扩张迹象、产业链、环节"),
        (
            Role.OFFICER,
            "企业、目标企业、定向招商、扩张迹象、外出和来访、招商活动、线索、走访、项目、协议、联系人、产业链、环节、经费支出",
        ),
    ],
)
def test_the_search_box_names_what_this_role_may_search(session, client, county, role, words):
    page = signed_in(client, make_user(role, unit=county.bureau)).get("/search").text
    assert f'placeholder="{words}"' in page
    assert f"在上面写{words}里的字" in page


def test_the_deepest_page_is_open(session, client, county, head):
    indexed(session)
    assert signed_in(client, head).get("/search?q=澄明&page=500").status_code == 200


def test_the_command_finds_what_the_page_finds_for_that_account(app, session, county, head, officer):
    a_lead(session, county, "光学模组项目")
    indexed(session)
    runner = app.test_cli_runner()
    asked = ["search", "query", "光学模组", "--json", "--as"]
    told = json.loads(runner.invoke(args=[*asked, head.login]).output)
    assert (told["total"], told["by"], told["hits"][0]["title"]) == (1, "index", "光学模组项目")
    assert json.loads(runner.invoke(args=[*asked, officer.login]).output)["total"] == 0
    unknown = runner.invoke(args=[*asked, "nobody"])
    assert unknown.exit_code != 0
    assert "没有账号 nobody" in unknown.output


def test_the_commands_drain_rebuild_check_and_repair(app, session, county, head):
    session.commit()
    runner = app.test_cli_runner()
    drained = json.loads(runner.invoke(args=["search", "drain"]).output)
    assert drained["sent"] >= 1
    assert drained["pending"] == 0
    assert runner.invoke(args=["search", "check"]).exit_code == 0
    company = a_company("漏掉有限公司")
    session.commit()
    session.query(OutboxEntry).delete()
    session.commit()
    missed = runner.invoke(args=["search", "check", "--repair"])
    assert json.loads(missed.output)["missing"] == 1
    runner.invoke(args=["search", "drain"])
    assert runner.invoke(args=["search", "check"]).exit_code == 0
    rebuilt = runner.invoke(args=["search", "rebuild"])
    assert json.loads(rebuilt.stdout)["documents"] == 2
    assert company is not None
