import pytest
from sqlalchemy import select

from app.core.storage.audit import AuditEvent, AuditPersonal, verify
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.values.errors import OverBudget, RuleBroken, Stale
from app.core.web import budgets
from app.register.accounts.enums import Role
from app.register.enterprises import queries, services
from app.register.enterprises.models import ContactPersonal
from app.register.enterprises.services import ContactData, EnterpriseData, current_data
from tests.factories.accounts import acting, make_user
from tests.factories.days import in_days, told
from tests.factories.enterprises import (
    a_credit_code,
    an_archived_enterprise,
    erase,
    make_contact,
    make_enterprise,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("an_officer_of_the_bureau")]
NAME = "苏州澜川新材料有限公司"


@pytest.fixture
def an_officer_of_the_bureau(session):
    """Who acts unless a test says otherwise."""
    with acting(make_user()) as actor:
        yield actor


def names_of(row):
    db.session.refresh(row)
    return {(other.kind.value, other.name) for other in row.other_names}


def refusal(function, *arguments, **named):
    with pytest.raises(RuleBroken) as refused:
        function(*arguments, **named)
    return refused.value.problems


# --- registering ---


def test_a_company_keeps_what_was_written_and_what_was_read():
    user = make_user()
    with acting(user) as actor:
        row = make_enterprise(
            NAME,
            credit_code=" 9１320506-" + a_credit_code(5)[8:],
            region="吴中区",
            industry="锂离子电池制造",
            capital_text="约1.2亿",
            aliases=("澜川新材",),
        )
    db.session.commit()
    assert (row.region_code, row.industry_code) == ("320506", "C3841")
    assert (row.capital, row.capital_text) == (120_000_000, "约1.2亿")
    assert row.credit_code == row.live_code == a_credit_code(5)
    assert row.author_id == actor.person_id
    assert names_of(row) == {("alias", "澜川新材")}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("region", "火星", "没有认出这个地方"),
        ("industry", "造梦", "没有认出这个行业"),
        ("established_on", in_days(1), "不能晚于今天"),
        ("credit_code", "123", "18 位"),
        ("credit_code", a_credit_code(1)[:-1] + "9", "校验不对"),
    ],
)
def test_what_cannot_be_is_refused_under_its_field(field, value, sentence):
    problems = refusal(make_enterprise, NAME, **{field: told(value)})
    assert sentence in problems[field]


def test_several_problems_are_said_at_once():
    problems = refusal(make_enterprise, "（）", region="火星", industry="造梦")
    assert set(problems) == {"name", "region", "industry"}


def test_a_bad_check_digit_may_be_overridden_by_a_person():
    code = a_credit_code(1)
    bad = code[:-1] + ("9" if code[-1] != "9" else "8")
    row = make_enterprise(NAME, credit_code=bad, code_overridden=True)
    assert (row.credit_code, row.code_overridden) == (bad, True)


def test_too_short_a_code_cannot_be_overridden():
    assert "credit_code" in refusal(make_enterprise, NAME, credit_code="12345", code_overridden=True)


def test_one_live_company_holds_a_code():
    make_enterprise(NAME, credit_code=a_credit_code(3))
    problems = refusal(make_enterprise, "别的有限公司", credit_code=a_credit_code(3).lower())
    assert NAME in problems["credit_code"]


def test_the_code_of_an_archived_company_is_free_again():
    archived = an_archived_enterprise(NAME, credit_code=a_credit_code(3))
    make_enterprise("别的有限公司", credit_code=a_credit_code(3))
    problems = refusal(services.restore_enterprise, archived, archived.version)
    assert "别的有限公司" in problems["credit_code"]


def test_likely_duplicates_stop_only_who_asks_for_the_check():
    make_enterprise(NAME)
    data = EnterpriseData(name="澜川新材料（苏州）股份有限公司")
    assert NAME in refusal(services.create_enterprise, data, check_duplicates=True)["not_duplicate"]
    assert services.create_enterprise(data).id


# --- duplicates ---


def likely(name, code=None, exclude_id=None):
    suspects = queries.find_duplicates(name, code, exclude_id)
    return [(found.enterprise.name, found.words) for found in suspects.nearest]


def test_duplicates_are_told_with_the_reason_the_surest_first():
    make_enterprise(
        NAME, credit_code=a_credit_code(9), aliases=("澜川",), former_names=("苏州澜川薄膜有限公司",)
    )
    assert likely("某某有限公司", a_credit_code(9)) == [(NAME, "信用代码相同")]
    assert likely("蘇州瀾川新材料有限公司") == [(NAME, "名称相同")]
    assert likely("苏州澜川薄膜有限公司") == [(NAME, "与它的曾用名或别名相同")]
    assert likely("澜川新材料（苏州）股份有限公司") == [(NAME, "去掉地名和公司形式后相同")]
    assert likely("澜川新材料（上海）有限公司") == [], "another prefecture is another company"
    assert likely("苏州澜川新材有限公司") == [(NAME, "名称相近")]
    assert likely("苏州丰禾食品有限公司") == []


def test_a_company_is_no_duplicate_of_itself_nor_of_archived_ones():
    row = make_enterprise(NAME)
    an_archived_enterprise("昆山澜川新材料有限公司")
    assert likely(NAME, exclude_id=row.id) == []


def test_the_nearest_are_shown_and_the_others_counted():
    for place in ("苏州", "昆山市", "常熟市", "张家港市", "太仓市", "南京"):
        make_enterprise(f"{place}澜川新材料有限公司")
    name = "苏州澜川新材料股份有限公司"
    found = queries.find_duplicates(name, None)
    assert (len(found.nearest), found.more, found.total) == (3, 2, 5)
    said = refusal(services.create_enterprise, EnterpriseData(name=name), check_duplicates=True)
    assert "等 5 家" in said["not_duplicate"]


def test_companies_with_another_credit_code_are_near_to_nothing_but_their_own_name():
    make_enterprise(NAME, credit_code=a_credit_code(3))
    assert likely("苏州澜川新材料股份有限公司", a_credit_code(4)) == []
    assert likely(NAME, a_credit_code(4)) == [(NAME, "名称相同")]


def test_an_archived_company_is_found_by_code_and_name_with_the_reason():
    an_archived_enterprise(NAME, reason="重复登记", credit_code=a_credit_code(3), aliases=("澜川新材",))
    said = "名称相同，已归档（重复登记）"
    assert likely(NAME) == [(NAME, said)]
    assert likely("别的有限公司", a_credit_code(3)) == [(NAME, "信用代码相同，已归档（重复登记）")]
    assert likely("澜川新材") == [(NAME, "与它的曾用名或别名相同，已归档（重复登记）")]
    assert likely("苏州澜川新材料股份有限公司") == [], "likeness alone brings nobody out of the archive"
    refused = refusal(services.create_enterprise, EnterpriseData(name=NAME), check_duplicates=True)
    assert said in refused["not_duplicate"]


def test_a_rename_and_a_new_alias_are_checked_and_what_stands_there_is_not():
    make_enterprise(NAME, aliases=("澜川新材",))
    row = make_enterprise("苏州别的机电有限公司", aliases=("澜川",))
    db.session.commit()
    for fields in ({"name": NAME}, {"aliases": ("澜川", "澜川新材")}, {"former_names": (NAME,)}):
        refused = refusal(
            services.update_enterprise, row, row.version, changed(row, **fields), check_duplicates=True
        )
        assert NAME in refused["not_duplicate"]
        db.session.rollback()
    services.update_enterprise(row, row.version, changed(row, notes="改过"), check_duplicates=True)
    services.update_enterprise(row, row.version, changed(row, aliases=("澜川新材",)))
    services.update_enterprise(row, row.version, changed(row, notes="再改"), check_duplicates=True)


def test_coming_back_from_the_archive_is_checked():
    old = an_archived_enterprise(NAME)
    make_enterprise(NAME)
    refused = refusal(services.restore_enterprise, old, old.version, check_duplicates=True)
    assert NAME in refused["not_duplicate"]
    services.restore_enterprise(old, old.version)
    assert not old.is_archived


def test_a_company_whose_code_is_taken_comes_back_without_it_and_the_code_is_kept():
    old = an_archived_enterprise(NAME, credit_code=a_credit_code(3))
    make_enterprise("别的有限公司", credit_code=a_credit_code(3))
    services.restore_enterprise(old, old.version, without_code=True)
    assert (old.credit_code, old.live_code, a_credit_code(3) in old.notes) == (None, None, True)


def test_a_contact_who_may_stand_there_already_is_asked_about():
    with acting(make_user()):
        row = make_enterprise(NAME)
        make_contact(row, "贺晓冬", "13812346021", post="总经理")
        same_name, same_phone = ContactData("贺 晓冬"), ContactData("安然", phone="13812346021")
        said = refusal(services.add_contact, row, same_name, check_duplicates=True)["not_duplicate"]
        assert "贺晓冬（总经理），姓名相同" in said
        said = refusal(services.add_contact, row, same_phone, check_duplicates=True)["not_duplicate"]
        assert ("电话相同" in said, "13812346021" in said) == (True, False)
        other = services.add_contact(row, ContactData("江岚"), check_duplicates=True)
        refused = refusal(services.update_contact, other, other.version, same_name, check_duplicates=True)
        assert "贺晓冬" in refused["not_duplicate"]
    with acting(make_user(Role.RESIDENT)):
        services.add_contact(
            row, same_phone, check_duplicates=True
        )  # may not read the numbers: is told nothing


@pytest.mark.parametrize("text", ["", "（）", "\U0001f600", "%%__", "'"])
def test_any_text_may_be_asked_about(text):
    make_enterprise(NAME)
    assert likely(text, text) == []


# --- editing ---


def changed(row, **fields):
    data = current_data(row)
    return EnterpriseData(**({name: getattr(data, name) for name in EnterpriseData.__slots__} | fields))


def test_the_former_legal_name_is_kept_by_itself():
    row = make_enterprise("苏州澜川薄膜有限公司")
    services.update_enterprise(row, row.version, changed(row, name=NAME))
    assert names_of(row) == {("former", "苏州澜川薄膜有限公司")}
    assert row.name_key == "苏州澜川新材料有限公司"


def test_everything_else_stays_when_the_name_changes():
    row = make_enterprise(
        "苏州澜川薄膜有限公司", scope="薄膜", region="320506", notes="备注", aliases=("澜川",)
    )
    services.update_enterprise(row, row.version, changed(row, name=NAME))
    assert (row.scope, row.region_code, row.notes) == ("薄膜", "320506", "备注")
    assert names_of(row) == {("former", "苏州澜川薄膜有限公司"), ("alias", "澜川")}


def test_going_back_to_a_former_name_does_not_list_it_as_former():
    row = make_enterprise("苏州澜川薄膜有限公司")
    services.update_enterprise(row, row.version, changed(row, name=NAME))
    services.update_enterprise(row, row.version, changed(row, name="苏州澜川薄膜有限公司"))
    assert names_of(row) == {("former", NAME)}


def test_names_that_are_taken_out_leave_a_trace_in_the_audit_and_reach_the_index():
    row = make_enterprise(NAME, aliases=("澜川", "澜川新材"))
    db.session.commit()
    sent_before = db.session.query(OutboxEntry).count()
    version = row.version
    services.update_enterprise(row, version, changed(row, aliases=("澜川",)))
    db.session.commit()
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "enterprise.names"))
    assert "澜川、澜川新材" in event.details
    assert row.version > version
    assert db.session.query(OutboxEntry).count() > sent_before


def test_a_stale_edit_changes_nothing_and_learns_who_was_faster():
    row = make_enterprise(NAME, notes="原来的", headcount=400)
    db.session.commit()
    seen = row.version
    with acting(make_user()) as faster:
        services.update_enterprise(row, seen, changed(row, notes="对方的", headcount=420))
        db.session.commit()
    with pytest.raises(Stale) as stale:
        services.update_enterprise(row, seen, changed(row, notes="我的"))
    assert (row.notes, row.headcount) == ("对方的", 420)
    assert stale.value.current_version == row.version
    assert faster.name in stale.value.by


def test_an_edit_without_a_version_is_stale():
    row = make_enterprise(NAME)
    with pytest.raises(Stale):
        services.update_enterprise(row, None, changed(row, notes="我的"))


# --- archiving ---


def test_an_archived_company_refuses_every_change():
    row = make_enterprise(NAME)
    contact = make_contact(row)
    services.archive_enterprise(row, row.version, "已注销")
    for attempt in (
        lambda: services.update_enterprise(row, row.version, changed(row, notes="改")),
        lambda: services.archive_enterprise(row, row.version, "再归档"),
        lambda: services.add_contact(row, ContactData("孟庆川")),
        lambda: services.update_contact(contact, contact.version, ContactData("孟庆川")),
        lambda: services.archive_contact(contact, contact.version),
    ):
        assert "已归档" in refusal(attempt)[""]


def test_archiving_needs_a_reason_and_restoring_brings_all_back():
    row = make_enterprise(NAME, credit_code=a_credit_code(4))
    assert "reason" in refusal(services.archive_enterprise, row, row.version, "")
    services.archive_enterprise(row, row.version, "已注销")
    assert likely(NAME) == [(NAME, "名称相同，已归档（已注销）")]
    services.restore_enterprise(row, row.version)
    assert (row.is_archived, row.live_code) == (False, a_credit_code(4))
    assert likely(NAME) == [(NAME, "名称相同")]


# --- contacts ---


def test_a_contact_needs_a_name_and_a_number_that_can_be_called():
    row = make_enterprise()
    problems = refusal(services.add_contact, row, ContactData(name="", phone="12", email="x"))
    assert set(problems) == {"name", "phone", "email"}


def test_numbers_that_are_not_written_stay_and_an_empty_one_clears():
    contact = make_contact(make_enterprise(), email="he@example.com")
    services.update_contact(contact, contact.version, ContactData("贺晓冬", post="副总经理"))
    assert (contact.personal.phone, contact.personal.email) == ("13812346021", "he@example.com")
    services.update_contact(contact, contact.version, ContactData("贺晓冬", phone=""))
    assert (contact.personal.phone, contact.personal.email) == (None, "he@example.com")


def test_two_who_change_only_the_number_still_collide():
    contact = make_contact(make_enterprise())
    db.session.commit()
    seen = contact.version
    services.update_contact(contact, seen, ContactData("贺晓冬", phone="13912346021"))
    with pytest.raises(Stale):
        services.update_contact(contact, seen, ContactData("贺晓冬", phone="13712346021"))


def test_looking_at_a_number_is_recorded_without_the_number():
    contact = make_contact(make_enterprise())
    db.session.commit()
    with acting(make_user()) as actor:
        assert services.reveal_contact(contact) == ("13812346021", None)
        db.session.commit()
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "contact.reveal"))
    assert (event.subject_id, event.actor_name) == (contact.public_id, actor.name)
    assert "13812346021" not in event.summary + event.details


def test_numbers_have_a_budget_of_the_day_in_which_each_counts_once(monkeypatch):
    company = make_enterprise()
    contacts = [make_contact(company, name) for name in ("贺晓冬", "龚子墨", "乔安")]
    monkeypatch.setattr(budgets, "amount_of", lambda _budget, _roles: 2)
    db.session.commit()
    with acting(make_user()):
        for contact in (*contacts[:2], contacts[0]):
            services.reveal_contact(contact)
            db.session.commit()
        with pytest.raises(OverBudget, match="查看号码到了上限：每天最多 2 个，已经用了 2 个"):
            services.reveal_contact(contacts[2])
        db.session.rollback()
        assert services.reveal_contact(contacts[1])[0]
        db.session.commit()
    with acting(make_user()):
        assert services.reveal_contact(contacts[2])[0]  # everybody has their own


def test_personal_fields_stand_in_the_chain_only_as_digests():
    make_contact(make_enterprise())
    db.session.commit()
    assert all("13812346021" not in event.details for event in db.session.scalars(select(AuditEvent)))
    kept = db.session.scalars(select(AuditPersonal.after_value)).all()
    assert "13812346021" in kept and "贺晓冬" in kept


def test_erasing_leaves_no_clear_value_anywhere_and_the_chain_whole():
    row = make_enterprise()
    contact, other = make_contact(row), make_contact(row, "孟庆川", "13912346022")
    services.update_contact(contact, contact.version, ContactData("贺晓冬", phone="13812340000"))
    db.session.commit()
    erase(contact)
    db.session.commit()
    left = db.session.scalars(select(AuditPersonal.after_value)).all()
    left += db.session.scalars(select(AuditPersonal.before_value)).all()
    assert not {"贺晓冬", "13812346021", "13812340000"} & set(left)
    assert {"孟庆川", "13912346022"} <= set(left)
    personal = db.session.get(ContactPersonal, contact.personal.id)
    assert (personal.name, personal.phone) == ("已删除", None)
    assert other.personal.name == "孟庆川"
    assert verify().broken_at is None


def test_an_erased_contact_has_no_name_to_come_back_with():
    contact = make_contact(make_enterprise())
    erase(contact)
    db.session.commit()
    assert "个人信息已经删除" in refusal(services.restore_contact, contact, contact.version)[""]
    assert contact.is_archived


def test_personal_data_of_an_archived_company_can_be_erased_too():
    row = make_enterprise()
    contact = make_contact(row)
    services.archive_enterprise(row, row.version, "已注销")
    erase(contact)
    assert contact.personal.name == "已删除"
