"""搜索用词 as people meet it: who may, what is refused, what a try shows."""

import pytest
from sqlalchemy import select

from app.finding.words import services
from app.finding.words.models import WordGroup, WordReading
from app.register.accounts.enums import Role
from tests.factories.accounts import actor_of, make_user, sign_in
from tests.factories.counties import a_county
from tests.factories.enterprises import make_enterprise
from tests.finder.indexes import indexed
from tests.services.client import forms_of
from tests.services.conflicts import rows_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session):
    return a_county()


@pytest.fixture
def keeper(session, client, county):
    user = make_user(Role.BUREAU_HEAD, person=county.head)
    sign_in(client, user)
    return client


def a_group(session, text="光伏、太阳能"):
    group = services.save_group(None, text)
    session.commit()
    return group


@pytest.mark.parametrize(
    ("role", "may_change"),
    [
        (Role.ADMINISTRATOR, True),
        (Role.BUREAU_HEAD, True),
        (Role.OFFICER, False),
        (Role.RESIDENT, False),
        (Role.LEADER, False),
        (Role.AUDITOR, False),
    ],
)
def test_everybody_reads_and_few_change(session, client, county, role, may_change):
    group = a_group(session)
    sign_in(client, make_user(role))
    page = client.get("/words")
    assert "光伏、太阳能" in page.text
    assert ("加同义词" in page.text) is may_change
    assert (f"/words/groups/{group.public_id}/edit" in page.text) is may_change
    for path in ("groups/new", "readings/new", f"groups/{group.public_id}/edit"):
        assert client.get(f"/words/{path}").status_code == (200 if may_change else 403)


def test_an_empty_page_offers_the_common_words(session, keeper):
    assert "放入常用词" in keeper.get("/words").text
    stale = keeper.get("/words")
    assert keeper.submit("/words", action="/words/starter").status_code == 303
    page = keeper.get("/words").text
    assert "锂电、锂电池、锂离子电池" in page
    assert "bi xian" in page
    assert "放入常用词" not in page
    token = forms_of(stale.text)[-1].fields["csrf_token"]
    again = keeper.post("/words/starter", data={"csrf_token": token})
    assert again.status_code == 422
    assert "已经有搜索用词了" in again.text


def test_a_group_is_added_changed_and_removed(session, keeper):
    assert keeper.submit("/words/groups/new", {"words": "光伏 太阳能"}).status_code == 303
    group = session.scalar(select(WordGroup))
    path = f"/words/groups/{group.public_id}"
    assert keeper.submit(f"{path}/edit", {"words": "光伏、光电", "version": 1}).status_code == 303
    assert "光伏、光电" in keeper.get("/words").text
    assert keeper.submit(f"{path}/edit", action=f"{path}/remove").status_code == 303
    assert "光伏、光电" not in keeper.get("/words").text
    assert keeper.get(f"{path}/edit").status_code == 404


def test_whoever_writes_a_word_is_told_who_reads_it(session, keeper):
    for path in ("groups", "readings"):
        page = keeper.get(f"/words/{path}/new").text
        assert "所有登录的人都看得到，不要写保密项目的代号" in page


def test_a_reading_is_added_changed_and_removed(session, keeper):
    form = {"word": "丹县", "reading": "shanxian"}
    assert keeper.submit("/words/readings/new", form).status_code == 303
    row = session.scalar(select(WordReading))
    path = f"/words/readings/{row.public_id}"
    changed = form | {"reading": "chan xian", "version": 1}
    assert keeper.submit(f"{path}/edit", changed).status_code == 303
    assert "chan xian" in keeper.get("/words").text
    assert keeper.submit(f"{path}/edit", action=f"{path}/remove").status_code == 303
    assert keeper.get(f"{path}/edit").status_code == 404


@pytest.mark.parametrize(
    ("path", "form", "sentence"),
    [
        ("groups", {"words": ""}, "写上意思相同的词"),
        ("groups", {"words": "锂、锂电"}, "「锂」只有一个字"),
        ("groups", {"words": "太阳能、日能"}, "「太阳能」已经在另一组（光伏、太阳能）里"),
        ("groups", {"words": "长" * 800}, "最多 744 个字"),
        ("readings", {"word": "丹县", "reading": "shan xiam"}, "不是 2 个字的拼音"),
        ("readings", {"word": "单", "reading": "shan"}, "只有「单」一个字"),
        ("readings", {"word": "重庆", "reading": "chong qing"}, "本来就读作 chong qing"),
        ("readings", {"word": "", "reading": "x" * 90}, "最多 80 个字"),
    ],
)
def test_what_will_not_do_is_refused_with_what_was_typed_kept(session, keeper, path, form, sentence):
    a_group(session)
    answer = keeper.submit(f"/words/{path}/new", form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all(value in answer.text for value in form.values())


def test_the_second_editor_chooses_between_both(session, keeper):
    group = a_group(session)
    path = f"/words/groups/{group.public_id}/edit"
    keeper.submit(path, {"words": "光伏、光电", "version": 1})
    answer = keeper.submit(path, {"words": "光伏、日能", "version": 1})
    assert rows_in(answer)["同义词"].sides == ("光伏、光电", "光伏、日能")
    assert keeper.submit(path, {"words": "光伏、日能", "version": 2}).status_code == 303


def test_the_same_change_twice_is_no_conflict(session, keeper):
    group = a_group(session)
    path = f"/words/groups/{group.public_id}/edit"
    for written in ("光伏、光电", "光伏，光电"):
        assert keeper.submit(path, {"words": written, "version": 1}).status_code == 303


def test_a_removal_by_somebody_who_saw_the_old_words_is_stopped(session, keeper):
    group = a_group(session)
    path = f"/words/groups/{group.public_id}"
    keeper.submit(f"{path}/edit", {"words": "光伏、光电", "version": 1})
    for seen in ("1", "", "abc"):
        answer = keeper.submit(f"{path}/edit", {"version": seen}, f"{path}/remove")
        assert answer.status_code == 409
        assert "改了同义词" in answer.text
    assert "光伏、光电" in keeper.get("/words").text


def test_a_try_says_what_is_searched_for_and_how_much_the_reader_finds(session, keeper):
    a_group(session)
    services.save_reading(None, "丹县", "shan xian")
    make_enterprise("泰思太阳能科技有限公司")
    indexed(session)
    page = keeper.get("/words", query_string={"try": "光伏"}).text
    assert "还会找 <strong>太阳能</strong>" in page
    assert ">1 条</a>" in page
    assert "还会找 <strong>丹县</strong>" in keeper.get("/words", query_string={"try": "shanx"}).text
    assert "按原样找" in keeper.get("/words", query_string={"try": "博元"}).text


def test_the_results_say_what_else_was_searched_for(session, keeper):
    a_group(session)
    make_enterprise("泰思太阳能科技有限公司")
    indexed(session)
    page = keeper.get("/search?q=光伏").text
    assert "也按「太阳能」找了" in page
    assert "泰思<mark>太阳能</mark>科技有限公司" in page
    assert "找了，排在后面" not in keeper.get("/search?q=泰思").text


def test_a_long_list_can_be_looked_through(session, keeper, county):
    services.add_starter()
    session.commit()
    page = keeper.get("/words?q=锂电").text
    assert "锂电、锂电池" in page
    assert "光伏、太阳能" not in page
    assert "bi xian" in keeper.get("/words?q=bi").text
    assert "没有含「%」的词" in keeper.get("/words?q=%25").text


def test_the_author_is_kept(session, keeper, county):
    keeper.submit("/words/groups/new", {"words": "光伏、太阳能"})
    assert session.scalar(select(WordGroup.author_id)) == county.head.id
    assert actor_of(make_user(Role.OFFICER)).may("words_manage") is False


def test_names_that_are_only_alike_are_no_success_of_a_word(session, keeper):
    services.save_group(None, "光伏设备、太阳能设备")
    make_enterprise("泰思光福设备有限公司")
    indexed(session)
    tried = keeper.get("/words", query_string={"try": "光伏设备"}).text
    assert "还会找 <strong>太阳能设备</strong>" in tried
    assert ">0 条</a>" in tried
    assert "找了，排在后面" not in keeper.get("/search?q=光伏设备").text
