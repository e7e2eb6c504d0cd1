import dataclasses
import re

import pytest
from sqlalchemy import event, select

from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.register.accounts.enums import Role
from app.register.enterprises import queries, services
from app.register.enterprises.models import Contact, Enterprise
from app.register.enterprises.services import ContactData
from tests.factories.accounts import acting, make_person, make_user, sign_in
from tests.factories.enterprises import a_credit_code, file_away, make_contact, make_enterprise
from tests.services.client import forms_of

NAME = "苏州澜川新材料有限公司"
pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def officer(session, client):
    user = make_user(Role.OFFICER)
    sign_in(client, user)
    return user


def as_role(client, role):
    sign_in(client, make_user(role))
    return client


def post(client, url, data=None, headers=(), **more):
    """A POST with the token of the signed-in browser, for requests that no form of ours would send."""
    token = re.search('name="csrf_token" value="([^"]+)"', page(client.get("/enterprises")))[1]
    return client.post(url, data=data, headers={"X-CSRFToken": token, **dict(headers)}, **more)


def page(answer):
    return answer.get_data(as_text=True)


# --- list ---


@pytest.mark.usefixtures("officer")
def test_the_list_shows_names_places_and_industries(client):
    make_enterprise(NAME, region="320506", industry="C3841", capital_text="1.2亿")
    shown = page(client.get("/enterprises"))
    for words in (NAME, "江苏省苏州市吴中区", "锂离子电池制造", "12,000.00", "没有联系"):
        assert words in shown


@pytest.mark.usefixtures("officer")
def test_filters_stand_in_the_url_and_can_be_taken_off_one_by_one(client):
    make_enterprise(NAME, region="320506")
    shown = page(client.get("/enterprises?region=江苏省&q=澜川"))
    assert NAME in shown
    assert "去掉条件：注册地 江苏省" in shown
    assert "没有符合条件的企业" in page(client.get("/enterprises?region=浙江省"))


@pytest.mark.usefixtures("officer")
def test_the_fold_of_a_small_screen_counts_the_filters_and_nothing_else(client):
    chosen = page(client.get("/enterprises?view=all&region=江苏省&q=澜川&status=&sort=name&page=1"))
    assert "筛选（已选 2 项）" in chosen
    assert "（已选" not in page(client.get("/enterprises?sort=name"))


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("page=abc", "页码要写"),
        ("page=0", "页码要写"),
        ("page=99999999999999999999", "页码要写"),
        ("region=火星", "没有认出这个地区"),
        ("industry=火", "没有认出这个行业"),
        ("sort=nothing", "请点列表的表头"),
        ("view=nothing", "视图没有「nothing」"),
        ("status=x", "存续状态没有「x」"),
    ],
)
def test_a_mistyped_parameter_is_refused_with_what_to_write(client, query, sentence):
    answer = client.get(f"/enterprises?{query}")
    assert answer.status_code == 400
    assert sentence in page(answer)


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("query", ["q=%00", "q=%ED%A0%80", "q=%25_", "sort=", "view=", "status=", "page=999"])
def test_odd_parameters_never_break_the_list(client, query):
    assert client.get(f"/enterprises?{query}").status_code == 200


@pytest.mark.usefixtures("officer")
def test_the_list_takes_the_same_number_of_queries_for_any_number_of_rows(client):
    def statements():
        db.session.commit()
        seen = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731 - a named one would be longer
        event.listen(db.engine, "before_cursor_execute", listener)
        client.get("/enterprises")
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    make_enterprise(region="320506", industry="C3841")
    one = statements()
    for _ in range(15):
        make_enterprise(region="320506", industry="C3841")
    assert statements() == one


# --- registering ---


@pytest.mark.usefixtures("officer")
def test_registering_leads_to_the_page_of_the_company(client):
    answer = post(client, "/enterprises/new", data={"name": NAME, "status": "active"}, follow_redirects=True)
    assert answer.status_code == 200
    assert NAME in page(answer) and "已登记" in page(answer)


@pytest.mark.usefixtures("officer")
def test_the_same_form_sent_twice_makes_one_company(client):
    data = {"name": NAME, "status": "active", "idempotency_key": "the-same-key"}
    first, second = (post(client, "/enterprises/new", data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(db.session.scalars(select(Enterprise)).all()) == 1


@pytest.mark.usefixtures("officer")
def test_a_likely_duplicate_is_shown_first_and_registered_after_a_tick(client):
    make_enterprise(NAME)
    data = {"name": "昆山澜川新材料有限公司", "status": "active"}
    refused = post(client, "/enterprises/new", data=data)
    assert refused.status_code == 422
    assert f"可能是同一家：{NAME}" in page(refused) and "去掉地名和公司形式后相同" in page(refused)
    assert post(client, "/enterprises/new", data=data | {"not_duplicate": "1"}).status_code == 303


@pytest.mark.usefixtures("officer")
def test_more_duplicates_than_fit_are_a_link_to_all_of_them(client):
    for place in ("苏州", "昆山市", "常熟市", "张家港市", "太仓市"):
        make_enterprise(f"{place}澜川新材料有限公司")
    query = {"name": "苏州澜川新材料股份有限公司"}
    shown = page(client.get("/enterprises/duplicates", query_string=query))
    assert shown.count("可能是同一家：") == 3 and "另有 2 家名称相近" in shown
    link = re.search('href="(/search[^"]+)"', shown)[1].replace("&amp;", "&")
    assert client.get(link).status_code == 200
    refused = post(client, "/enterprises/new", data=query | {"status": "active"})
    assert refused.status_code == 422 and "另有 2 家名称相近" in page(refused)


@pytest.mark.usefixtures("officer")
def test_while_typing_duplicates_and_the_code_are_judged(client):
    make_enterprise(NAME)
    shown = page(
        client.get("/enterprises/duplicates", query_string={"name": "澜川新材料", "credit_code": "123"})
    )
    assert NAME in shown and "还没有联系记录" in shown and "18 位" in shown


@pytest.mark.usefixtures("officer")
def test_an_archived_company_is_offered_before_its_name_is_registered_again(client):
    old = make_enterprise(NAME, credit_code=a_credit_code(1))
    file_away(old, "重复登记")
    db.session.commit()
    refused = post(client, "/enterprises/new", data={"name": NAME, "status": "active"})
    assert refused.status_code == 422
    for words in ("已归档（重复登记）", "打开后恢复", f"/enterprises/{old.public_id}", a_credit_code(1)):
        assert words in page(refused)


@pytest.mark.usefixtures("officer")
def test_a_company_that_may_be_another_is_renamed_after_a_tick(client):
    make_enterprise(NAME)
    url = f"/enterprises/{make_enterprise('苏州别的机电有限公司').public_id}"
    refused = client.submit(f"{url}/edit", {"name": "苏州澜川新材料股份有限公司"})
    assert refused.status_code == 422
    assert f"可能是同一家：{NAME}" in page(refused)
    form = next(form for form in forms_of(page(refused)) if "name" in form.fields)
    assert post(client, f"{url}/edit", data=form.fields | {"not_duplicate": "1"}).status_code == 303


@pytest.mark.usefixtures("officer")
def test_coming_back_beside_a_twin_says_what_can_be_done(client):
    old = make_enterprise(NAME, credit_code=a_credit_code(1))
    file_away(old, "重复登记")
    make_enterprise("苏州澜川新材料股份有限公司", credit_code=a_credit_code(1))
    db.session.commit()
    url = f"/enterprises/{old.public_id}/restore"
    refused = post(client, url, data={"version": old.version})
    assert refused.status_code == 422
    for words in ("现在用着这个信用代码", "先归档它再恢复", "不带信用代码恢复", "信用代码相同"):
        assert words in page(refused)
    form = next(form for form in forms_of(page(refused)) if "version" in form.fields)
    done = post(client, url, data=form.fields | {"without_code": "y", "not_duplicate": "1"})
    assert done.status_code == 303
    db.session.expire_all()
    assert (old.is_archived, old.credit_code) == (False, None)


@pytest.mark.usefixtures("officer")
def test_a_second_contact_of_one_name_is_saved_after_a_tick(client):
    row = make_enterprise(NAME)
    make_contact(row)
    db.session.commit()
    url, data = f"/enterprises/{row.public_id}/contacts/new", {"name": "贺晓冬", "purpose": "招商联络"}
    refused = post(client, url, data=data)
    assert refused.status_code == 422
    assert "可能是同一位：贺晓冬" in page(refused)
    assert "不是同一位，照此保存" in page(refused)
    assert post(client, url, data=data | {"not_duplicate": "y"}).status_code == 303


@pytest.mark.usefixtures("officer")
def test_companies_of_one_name_are_told_apart_where_one_is_picked(client):
    for number, region in ((1, "320506"), (2, "340100")):
        make_enterprise(NAME, credit_code=a_credit_code(number), region=region)
    db.session.commit()
    shown = page(client.get("/enterprises/options", query_string={"q": NAME}))
    for words in (a_credit_code(1)[-6:], a_credit_code(2)[-6:], "江苏省苏州市吴中区", "安徽省合肥市"):
        assert words in shown


@pytest.mark.usefixtures("officer")
def test_a_bad_check_digit_is_asked_about_and_taken_after_a_tick(client):
    good = a_credit_code(1)
    data = {"name": NAME, "status": "active", "credit_code": good[:-1] + ("9" if good[-1] != "9" else "8")}
    refused = post(client, "/enterprises/new", data=data)
    assert refused.status_code == 422
    assert "代码无误" in page(refused)
    assert post(client, "/enterprises/new", data=data | {"code_overridden": "y"}).status_code == 303


@pytest.mark.usefixtures("officer")
def test_what_is_no_number_is_told_what_to_write_once(client):
    answer = post(client, "/enterprises/new", data={"name": NAME, "status": "active", "headcount": "三百"})
    assert answer.status_code == 422
    assert "不是有效的整数" not in answer.text
    assert answer.text.count("之间的整数") == 2  # above the form and at the field


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "写企业全称"),
        ({"name": "（）"}, "写企业全称"),
        ({"name": "长" * 121}, "最多 120 个字"),
        ({"established_on": "2026-02-30"}, "真有的一天"),
        ({"established_on": "2099-01-01"}, "不能晚于今天"),
        ({"headcount": "99999999999999999999"}, "之间的整数"),
        ({"headcount": "-1"}, "之间的整数"),
        ({"headcount": "NaN"}, "之间的整数"),
        ({"status": "nothing"}, "不是有效的选择"),
        ({"region": "火星"}, "没有认出这个地方"),
        ({"industry": "造梦"}, "没有认出这个行业"),
        ({"scope": "长" * 5001}, "最多 5000 个字"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field_and_what_was_typed_stays(client, fields, sentence):
    answer = post(
        client, "/enterprises/new", data={"name": NAME, "status": "active", "notes": "留着"} | fields
    )
    assert answer.status_code == 422
    assert sentence in page(answer) and "留着" in page(answer)


@pytest.mark.usefixtures("officer")
def test_a_nul_is_refused_and_a_broken_character_is_taken_out(client):
    """%00 is a NUL, %ED%A0%80 half of a surrogate pair."""
    form = "application/x-www-form-urlencoded"
    refused = post(
        client, "/enterprises/new", data="name=%E6%BE%9C%00%E5%B7%9D&status=active", content_type=form
    )
    assert refused.status_code == 400 and "控制字符" in page(refused)
    body = "name=%E6%BE%9C%E5%B7%9D%ED%A0%80%E6%96%B0%E6%9D%90&status=active"
    taken = post(client, "/enterprises/new", data=body, content_type=form, follow_redirects=True)
    assert taken.status_code == 200
    assert "澜川" in db.session.scalars(select(Enterprise.name)).one()


# --- one company ---


@pytest.mark.usefixtures("officer")
def test_the_page_tells_what_was_changed_in_sentences(client):
    row = make_enterprise(NAME, capital_text="8000")
    data = {"name": NAME, "status": "moved", "capital_text": "12000", "version": row.version}
    post(client, f"/enterprises/{row.public_id}/edit", data=data)
    shown = page(client.get(f"/enterprises/{row.public_id}"))
    assert "注册资本由 8,000 万元 改为 1.20 亿元" in shown
    assert "存续状态由 存续 改为 迁出" in shown


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("100000000", 422, "是不是「元」？"),
        ("35,00万", 422, "位置不对"),
        ("几千万", 422, "读不出是多少"),
        ("2-3亿", 303, "2.00 亿元"),
        ("10个亿", 303, "10.00 亿元"),
    ],
)
def test_a_capital_is_read_asked_or_refused_as_every_amount_is(client, typed, status, said):
    row = make_enterprise(NAME, capital_text="8000")
    url = f"/enterprises/{row.public_id}"
    answer = post(
        client, f"{url}/edit", data={"name": NAME, "status": "active", "capital_text": typed, "version": 1}
    )
    assert answer.status_code == status
    shown = page(answer) if status == 422 else page(client.get(url))
    assert said in shown
    assert ("待核" in shown) == (typed == "2-3亿")


@pytest.mark.usefixtures("officer")
def test_words_that_an_import_kept_are_left_alone_when_the_rest_is_edited(client):
    row = make_enterprise(NAME)
    row.capital_text, row.capital = "12", 1_200_000_000  # of a file whose heading said 亿元
    client.submit(f"/enterprises/{row.public_id}/edit", {"notes": "老客户"})
    db.session.expire_all()
    assert (row.notes, row.capital, row.capital_text) == ("老客户", 1_200_000_000, "12")


@pytest.mark.usefixtures("officer")
def test_a_phone_is_kept_and_dialled_with_its_extension(client):
    row = make_enterprise(NAME)
    fields = {"name": "贺晓冬", "purpose": "招商联络", "phone": "０５１２－６８００１２３４转802"}
    client.submit(f"/enterprises/{row.public_id}/contacts/new", fields)
    contact = db.session.scalars(select(Contact)).one()
    assert contact.personal.phone == "0512-68001234-802"
    seen = page(post(client, f"/contacts/{contact.public_id}/reveal"))
    assert 'href="tel:0512-68001234,802"' in seen


@pytest.mark.usefixtures("officer")
def test_two_editors_meet_on_a_page_with_both_values_and_the_choice_is_saved(client):
    row = make_enterprise(NAME, notes="原来的")
    url, seen = f"/enterprises/{row.public_id}/edit", row.version
    post(client, url, data={"name": NAME, "status": "active", "notes": "对方的", "version": seen})
    mine = {"name": NAME, "status": "active", "notes": "我的", "version": seen}
    clash = post(client, url, data=mine)
    assert clash.status_code == 409
    assert "对方的" in page(clash) and "我的" in page(clash)
    db.session.expire_all()
    assert post(client, url, data=mine | {"notes": "我的", "version": row.version}).status_code == 303
    db.session.expire_all()
    assert row.notes == "我的"


def changed_by_another(row, **fields):
    """Somebody saves the company after it was opened; returns the version that was seen."""
    db.session.commit()
    seen = row.version
    with acting(make_user(person=make_person("周以宁"))):
        data = services.current_data(row)
        services.update_enterprise(row, seen, dataclasses.replace(data, **fields))
        db.session.commit()
    return seen


@pytest.mark.usefixtures("officer")
def test_other_names_meet_on_that_page_too(client):
    row = make_enterprise(NAME)
    seen = changed_by_another(row, aliases=("澜川新材",), former_names=("苏州澜川薄膜有限公司",))
    mine = {"name": NAME, "status": "active", "aliases": "澜川", "version": seen}
    clash = page(post(client, f"/enterprises/{row.public_id}/edit", data=mine))
    assert "周以宁" in clash
    for words in ("简称或别名", "澜川新材", "曾用名", "苏州澜川薄膜有限公司"):
        assert words in clash


@pytest.mark.usefixtures("officer")
def test_two_who_write_the_same_do_not_stand_in_each_others_way(client):
    row = make_enterprise(NAME)
    seen = changed_by_another(row, notes="一样的")
    mine = {"name": NAME, "status": "active", "notes": "一样的", "version": seen}
    assert post(client, f"/enterprises/{row.public_id}/edit", data=mine).status_code == 303


@pytest.mark.usefixtures("officer")
def test_archiving_a_company_that_was_changed_meanwhile_shows_what_and_may_go_on(client):
    row = make_enterprise(NAME)
    seen = changed_by_another(row, notes="正在谈二期", headcount=90)
    url = f"/enterprises/{row.public_id}/archive"
    clash = post(client, url, data={"reason": "不再跟进", "version": seen})
    assert clash.status_code == 409
    for words in ("周以宁", "改了从业人数、备注", "归档：不再跟进", "用我的"):
        assert words in page(clash)
    again = forms_of(page(clash))[-1].fields
    assert (again["reason"], again["version"]) == ("不再跟进", str(row.version))
    assert post(client, url, data=again).status_code == 303


@pytest.mark.usefixtures("officer")
def test_archiving_and_restoring_take_no_version_for_granted(client):
    row = make_enterprise(NAME)
    url = f"/enterprises/{row.public_id}"
    assert post(client, f"{url}/archive", data={"reason": "已注销"}).status_code == 409
    seen = row.version
    with acting(make_user(person=make_person("周以宁"))):
        services.archive_enterprise(row, seen, "搬走了")
        db.session.commit()
    clash = post(client, f"{url}/archive", data={"reason": "已注销", "version": seen})
    assert clash.status_code == 409
    assert "归档：搬走了" in page(clash) and "归档：已注销" in page(clash) and "用我的" not in page(clash)
    clash = post(client, f"{url}/restore", data={"version": seen})
    assert clash.status_code == 409 and "周以宁" in page(clash) and "归档：搬走了" in page(clash)
    assert client.submit(url, action=f"{url}/restore").status_code == 303
    db.session.expire_all()
    assert not row.is_archived


@pytest.mark.usefixtures("officer")
def test_an_archived_company_is_text_without_inputs_until_it_is_restored(client):
    row = make_enterprise(NAME)
    make_contact(row)
    url = f"/enterprises/{row.public_id}"
    post(client, f"{url}/archive", data={"reason": "已注销", "version": row.version})
    shown = page(client.get(url))
    assert "已归档，只能查看" in shown and "恢复" in shown
    for link in ("/edit", "/contacts/new", "/archive", f"enterprise={row.public_id}"):
        assert link not in shown
    refused = post(client, f"{url}/edit", data={"name": "改名有限公司", "status": "active", "version": "2"})
    assert refused.status_code == 422 and "已归档" in page(refused)
    post(client, f"{url}/restore", data={"version": row.version})
    assert f"{url}/edit" in page(client.get(url))


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("url", ["/enterprises/nothing", "/enterprises/%00", "/contacts/nothing/edit"])
def test_what_is_not_there_is_not_found(client, url):
    assert client.get(url).status_code == 404


# --- contacts ---


@pytest.mark.usefixtures("officer")
def test_a_number_is_masked_until_a_recorded_click(client):
    contact = make_contact(make_enterprise(NAME))
    url = f"/enterprises/{contact.enterprise.public_id}"
    assert "138****6021" in page(client.get(url))
    for wanted in (url, f"/contacts/{contact.public_id}/edit"):
        assert "13812346021" not in page(client.get(wanted))
    for headers in ({}, {"HX-Request": "true"}):
        assert "13812346021" in page(post(client, f"/contacts/{contact.public_id}/reveal", headers=headers))
    looks = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "contact.reveal")).all()
    assert len(looks) == 2


@pytest.mark.usefixtures("officer")
def test_a_contact_is_added_edited_and_taken_off_the_page(client):
    row = make_enterprise(NAME)
    url = f"/enterprises/{row.public_id}"
    post(
        client, f"{url}/contacts/new", data={"name": "贺晓冬", "phone": "13812346021", "purpose": "招商联络"}
    )
    contact = db.session.scalars(select(Contact)).one()
    data = {"name": "贺晓冬", "post": "副总经理", "purpose": "招商联络", "version": contact.version}
    post(client, f"/contacts/{contact.public_id}/edit", data=data)
    shown = page(client.get(url))
    assert "副总经理" in shown and "138****6021" in shown
    db.session.expire_all()
    post(client, f"/contacts/{contact.public_id}/archive", data={"version": contact.version})
    assert "贺晓冬" not in page(client.get(url)).split("动态")[0]


def contact_changed_by_another(contact, **fields):
    db.session.commit()
    seen = contact.version
    with acting(make_user(person=make_person("周以宁"))):
        data = ContactData(**{"name": contact.personal.name, "post": contact.post} | fields)
        services.update_contact(contact, seen, data)
        db.session.commit()
    return seen


@pytest.mark.usefixtures("officer")
def test_two_editors_of_a_contact_see_both_values_and_no_number_but_their_own(client):
    contact = make_contact(make_enterprise(NAME))
    seen = contact_changed_by_another(contact, post="总经理", phone="13987654321", is_decider=True)
    url = f"/contacts/{contact.public_id}/edit"
    mine = {
        "name": "贺晓冬",
        "post": "董事长",
        "phone": "13711112222",
        "purpose": "招商联络",
        "version": seen,
    }
    clash = post(client, url, data=mine)
    assert clash.status_code == 409
    for words in ("周以宁", "总经理", "董事长", "139****4321", "13711112222", "决策人"):
        assert words in page(clash)
    assert "13987654321" not in page(clash)
    theirs = forms_of(page(clash))[-1].fields | {"post": "董事长", "phone": "", "is_decider": "y"}
    assert post(client, url, data=theirs).status_code == 303
    db.session.expire_all()
    assert (contact.post, contact.personal.phone, contact.is_decider) == ("董事长", "13987654321", True)


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [("phone", "13987654321", "13987654320"), ("email", "yan@example.com", "yang@example.com")],
)
def test_an_old_version_and_a_guess_tell_no_number(client, version, field, right, wrong):
    contact = make_contact(make_enterprise(NAME))
    contact_changed_by_another(contact, post="总经理", phone="13987654321", email="yan@example.com")
    url = f"/contacts/{contact.public_id}/edit"
    same = {"name": "贺晓冬", "post": "总经理", "purpose": "招商联络", "version": version}
    answers = [post(client, url, data=same | {field: guess}) for guess in (right, wrong)]
    assert [answer.status_code for answer in answers] == [409, 409]
    rows = [page(answer).replace(guess, "") for answer, guess in zip(answers, (right, wrong), strict=True)]
    assert [without_number(row) for row in rows] == [without_number(rows[0])] * 2
    assert post(client, url, data=same).status_code == 303


def without_number(shown):
    """A page without what differs between any two answers: the number of the request, the token, twice."""
    differing = '<code>[0-9a-f]+</code>|name="csrf_token" value="[^"]+"|"X-CSRFToken": "[^"]+"'
    return re.sub(differing, "", shown)


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    ("action", "fields", "decision"),
    [("archive", {}, "归档联系人"), ("erase", {"reason": "本人要求"}, "申请删除个人信息")],
)
def test_what_is_decided_on_a_contact_is_decided_on_what_was_seen(client, action, fields, decision):
    contact = make_contact(make_enterprise(NAME))
    seen = contact_changed_by_another(contact, phone="13987654321")
    url = f"/contacts/{contact.public_id}/{action}"
    clash = post(client, url, data=fields | {"version": seen})
    assert clash.status_code == 409
    assert "周以宁" in page(clash) and "改了电话" in page(clash) and decision in page(clash)
    assert post(client, url, data=forms_of(page(clash))[-1].fields).status_code == 303
    db.session.expire_all()
    assert contact.is_archived or queries.open_erasure(contact)


@pytest.mark.usefixtures("officer")
def test_a_look_at_a_number_is_no_change_that_anybody_is_blamed_for(client):
    contact = make_contact(make_enterprise(NAME))
    seen = contact_changed_by_another(contact, post="总经理")
    with acting(make_user(person=make_person("林远"))):
        services.reveal_contact(contact)
        db.session.commit()
    clash = page(post(client, f"/contacts/{contact.public_id}/archive", data={"version": seen}))
    assert "周以宁" in clash and "林远" not in clash


def test_who_does_not_work_with_a_company_sees_the_masked_number_and_whom_to_ask(client):
    with acting(make_user(person=make_person("周以宁"))):
        contact = make_contact(make_enterprise(NAME))
    as_role(client, Role.RESIDENT)
    shown = page(client.get(f"/enterprises/{contact.enterprise.public_id}"))
    assert "138****6021" in shown and "看号码" not in shown
    assert "需要时请找登记这家企业的周以宁" in shown
    refused = post(client, f"/contacts/{contact.public_id}/reveal")
    assert refused.status_code == 403
    assert "周以宁" in page(refused) and "13812346021" not in page(refused)
    assert db.session.scalars(select(AuditEvent).where(AuditEvent.action == "contact.reveal")).all() == []


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "写联系人的姓名"),
        ({"phone": "12"}, "13812346021"),
        ({"email": "x"}, "name@example.com"),
    ],
)
def test_a_contact_that_cannot_be_reached_is_refused(client, fields, sentence):
    row = make_enterprise(NAME)
    data = {"name": "贺晓冬", "purpose": "招商联络"} | fields
    answer = post(client, f"/enterprises/{row.public_id}/contacts/new", data=data)
    assert answer.status_code == 422 and sentence in page(answer)


# --- who may ---


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_only_reads_sees_no_button_and_changes_nothing(client, role):
    row = make_enterprise(NAME)
    contact = make_contact(row)
    as_role(client, role)
    shown = page(client.get(f"/enterprises/{row.public_id}"))
    assert NAME in shown
    assert ("贺晓冬" in shown.split("动态")[0]) == (role is Role.LEADER)
    assert "看号码" not in shown and "/edit" not in shown
    for url in (
        f"/enterprises/{row.public_id}/edit",
        f"/enterprises/{row.public_id}/archive",
        "/enterprises/new",
    ):
        assert post(client, url, data={"name": "改"}).status_code == 403
    assert post(client, f"/contacts/{contact.public_id}/reveal").status_code == 403


def test_a_resident_registers_but_does_not_archive(client):
    row = make_enterprise(NAME)
    as_role(client, Role.RESIDENT)
    assert client.get("/enterprises/new").status_code == 200
    assert client.get(f"/enterprises/{row.public_id}/archive").status_code == 403


def test_nobody_sees_anything_before_signing_in(client):
    row = make_enterprise(NAME)
    for url in (
        "/enterprises",
        f"/enterprises/{row.public_id}",
        "/enterprises/options",
        "/reference/industries",
    ):
        answer = client.get(url)
        assert answer.status_code == 303 and "/login" in answer.location


# --- pickers ---


@pytest.mark.usefixtures("officer")
def test_pickers_answer_with_rows_that_carry_their_ids(client):
    row = make_enterprise(NAME, region="320506")
    archived = make_enterprise("苏州澜川归档有限公司")
    file_away(archived, "已注销")
    shown = page(client.get("/enterprises/options?q=澜川"))
    assert f'data-id="{row.public_id}"' in shown and "江苏省苏州市吴中区" in shown
    assert archived.public_id not in shown
    assert 'data-text="锂离子电池制造 C3841"' in page(client.get("/reference/industries?q=lilizi"))
    assert 'data-id="320506"' in page(client.get("/reference/divisions?q=wzq"))
    assert "没有找到" in page(client.get("/reference/divisions?q=火星"))
