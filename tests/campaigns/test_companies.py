"""The companies of a campaign: joining, plan, introducers, marks, how far each is, leaving."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.registries import HELD, NAMED_IN, RELATED, Sought
from app.promotion.campaigns import queries, services
from app.promotion.campaigns.enums import CompanyStage, MarkKind
from app.promotion.campaigns.models import Campaign, CampaignMark, CampaignTarget
from app.promotion.targets.queries import open_target_of
from app.promotion.visits.enums import VisitKind
from tests.factories.campaigns import a_campaign, a_company_in
from tests.factories.enterprises import make_enterprise
from tests.factories.leads import County, a_county, sign_in
from tests.factories.targets import a_target
from tests.factories.visits import a_visit, person_of
from tests.services.client import forms_of

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def at(row: CampaignTarget) -> str:
    return f"/campaigns/companies/{row.public_id}"


def stage_of(campaign: Campaign, county: County) -> CompanyStage:
    return queries.lines_of(campaign, county.officer)[0].reached.stage


def test_a_company_joins_and_becomes_a_target(client: FlaskClient, county: County) -> None:
    campaign = a_campaign(county.officer)
    me = sign_in(client, county.officer)
    typed = {"enterprise": county.enterprise.name, "enterprise_id": county.enterprise.public_id, "owner": ""}
    answer = me.submit(f"/campaigns/{campaign.public_id}/companies/new", typed)
    row = db.session.scalars(select(CampaignTarget)).one()
    assert answer.location == at(row)
    target = open_target_of(county.enterprise.id)
    assert target is not None and target.origin == f"定向招商：{campaign.name}"
    assert county.enterprise.name in me.get(f"/campaigns/{campaign.public_id}").text
    refused = me.submit(f"/campaigns/{campaign.public_id}/companies/new", typed)
    assert refused.status_code == 422 and "不用再加" in refused.text


def test_a_company_in_two_campaigns_is_allowed_and_said(client: FlaskClient, county: County) -> None:
    first, second = (a_campaign(county.officer, name=name) for name in ("甲行动", "乙行动"))
    a_company_in(first, county.officer, county.enterprise)
    row = a_company_in(second, county.officer, county.enterprise)
    me = sign_in(client, county.officer)
    assert "这家也在《甲行动》里" in me.get(at(row)).text
    assert "也在《甲行动》" in me.get(f"/campaigns/{second.public_id}").text


def test_targets_and_companies_of_lists_join_at_once(client: FlaskClient, county: County) -> None:
    campaign, target = a_campaign(county.officer), a_target(county)
    other = make_enterprise("另一家储能有限公司")
    db.session.commit()
    me = sign_in(client, county.officer)
    for path, chosen in (("targets", target.public_id), ("enterprises", other.public_id)):
        sent = {"campaign": campaign.public_id, "owner": "", "chosen": chosen}
        me.submit(f"/{path}/many/campaign?ids={chosen}", sent, f"/{path}/many/campaign")
    assert {row.enterprise_id for row in queries.rows_of(campaign)} == {county.enterprise.id, other.id}


def test_whoever_is_given_a_company_sees_the_campaign(county: County) -> None:
    campaign, row = a_campaign(county.officer), None
    row = a_company_in(campaign, county.officer)
    with pytest.raises(NotFound):
        queries.get_row(row.public_id, county.outsider)
    with acting_as(county.officer):
        services.change_plan(row, row.version, services.PlanData(owner=person_of(county.outsider)))
        db.session.commit()
    assert queries.get_row(row.public_id, county.outsider) is row


def test_a_plan_is_drafted_from_what_is_known_and_kept_as_edited(client: FlaskClient, county: County) -> None:
    row = a_company_in(a_campaign(county.officer), county.officer, county.enterprise)
    a_visit(county, county.officer)
    me = sign_in(client, county.officer)
    page = me.get(f"{at(row)}/edit?draft=1").text
    assert "公平竞争审查条例" in page and "走访接待" in page
    typed = {"owner": person_of(county.officer).public_id, "why": "补隔膜", "next_action": "先找采购"}
    assert me.submit(f"{at(row)}/edit", typed).location == at(row)
    assert "补隔膜" in me.get(at(row)).text
    paper = me.get(f"{at(row)}/print").text
    assert "补隔膜" in paper and "内部资料" in paper


def test_introducers_share_a_hundred(client: FlaskClient, county: County) -> None:
    row = a_company_in(a_campaign(county.officer), county.officer)
    me = sign_in(client, county.officer)
    ours = person_of(county.officer).public_id
    typed = {
        "first_person": ours,
        "first_name": "",
        "first_share": "60",
        "second_person": "",
        "second_name": "商会许会长",
        "second_share": "50",
    }
    refused = me.submit(f"{at(row)}/introducers", typed)
    assert refused.status_code == 422 and "合起来要是 100，现在是 110" in refused.text
    me.submit(f"{at(row)}/introducers", typed | {"second_share": "40"})
    assert "商会许会长　40%" in me.get(at(row)).text


def test_marks_and_visits_tell_how_far_a_company_is(client: FlaskClient, county: County) -> None:
    campaign = a_campaign(county.officer, first_on=today() - timedelta(days=10))
    row = a_company_in(campaign, county.officer, county.enterprise)
    assert stage_of(campaign, county) is CompanyStage.UNTOUCHED
    a_visit(county, county.officer, held_on=today() - timedelta(days=3), kind=VisitKind.CALL)
    assert stage_of(campaign, county) is CompanyStage.CONTACTED
    me = sign_in(client, county.officer)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    noted = {"kind": "invited", "marked_on": tomorrow, "words": "请柬"}
    refused = me.submit(at(row), noted, f"{at(row)}/marks")
    assert refused.status_code == 422 and "还没有到的日子不能记" in refused.text
    me.submit(at(row), noted | {"marked_on": today().isoformat()}, f"{at(row)}/marks")
    assert stage_of(campaign, county) is CompanyStage.INVITED
    mark = db.session.scalars(select(CampaignMark)).one()
    me.submit(at(row), {}, f"/campaigns/marks/{mark.public_id}/take-back")
    assert stage_of(campaign, county) is CompanyStage.CONTACTED
    a_visit(county, county.officer, held_on=today(), kind=VisitKind.RECEPTION)
    assert stage_of(campaign, county) is CompanyStage.MET_AGAIN


def test_a_confidential_visit_moves_nothing(county: County) -> None:
    campaign = a_campaign(county.officer)
    a_company_in(campaign, county.officer, county.enterprise)
    a_visit(county, county.officer).confidential = True
    db.session.commit()
    assert stage_of(campaign, county) is CompanyStage.UNTOUCHED


def test_what_was_added_by_mistake_leaves_and_what_has_a_past_stays(county: County) -> None:
    campaign = a_campaign(county.officer)
    row, other = (a_company_in(campaign, county.officer) for _ in range(2))
    with acting_as(county.officer):
        services.mark(other, MarkKind.INVITED, today())
        services.remove_company(row, row.version)
        with pytest.raises(RuleBroken, match="不能移出"):
            services.remove_company(other, other.version)
        db.session.commit()
    assert list(queries.rows_of(campaign)) == [other]


def test_it_stands_on_the_page_of_its_company_for_those_who_see_it(
    client: FlaskClient, county: County
) -> None:
    a_company_in(a_campaign(county.officer, name="甲行动"), county.officer, county.enterprise)
    page = sign_in(client, county.officer).get(f"/enterprises/{county.enterprise.public_id}").text
    assert "甲行动" in page
    assert RELATED["campaigns"](county.enterprise.id, county.outsider) is None


def test_whoever_leaves_hands_over_their_companies(county: County) -> None:
    campaign = a_campaign(county.officer)
    row = a_company_in(campaign, county.officer)
    held, leaving = HELD["companies of campaigns"], county.officer.person_id
    assert held.of_person(leaving) == 1
    held.from_person(leaving, county.outsider.person_id, today(), "调走")
    assert row.owner_id == county.outsider.person_id
    assert queries.get_row(row.public_id, county.outsider) is row


def test_whom_a_plan_names_is_told_before_they_are_erased(client: FlaskClient, county: County) -> None:
    row = a_company_in(a_campaign(county.officer), county.officer, county.enterprise)
    with acting_as(county.officer):
        data = services.PlanData(owner=person_of(county.officer), known="严文舟能引见")
        services.change_plan(row, row.version, replace(data, why="补链"))
        db.session.commit()
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with client.application.test_request_context():
        ask = NAMED_IN["campaigns"]
        assert [one.public_id for one in ask(sought, county.officer)] == [row.public_id]
        assert ask(sought, county.outsider) == []


def test_a_column_of_names_joins_as_a_whole_or_not_at_all(client: FlaskClient, county: County) -> None:
    campaign, other = a_campaign(county.officer), make_enterprise("另一家储能有限公司")
    a_company_in(campaign, county.officer, other)
    me, at_paste = sign_in(client, county.officer), f"/campaigns/{campaign.public_id}/companies/paste"
    names = f"{county.enterprise.name}\n\n{other.name}\n{county.enterprise.name}"
    refused = me.submit(at_paste, {"names": f"{names}\n乌有有限公司", "owner": ""})
    assert refused.status_code == 422 and "库里没有或不止一家：乌有有限公司" in refused.text
    assert len(queries.rows_of(campaign)) == 1
    me.submit(at_paste, {"names": names, "owner": ""})
    assert [row.enterprise_id for row in queries.rows_of(campaign)] == [other.id, county.enterprise.id]


def test_a_file_of_companies_is_read_into_the_form_and_then_joins(
    client: FlaskClient, county: County
) -> None:
    campaign = a_campaign(county.officer)
    me, at = sign_in(client, county.officer), f"/campaigns/{campaign.public_id}/companies/paste"
    file = io.BytesIO(f"序号,公司名称,备注\n1,{county.enterprise.name},先去\n".encode())
    shown = me.submit(at, {"names": "", "owner": "", "file": (file, "名单.csv")})
    names = next(form.fields["names"] for form in forms_of(shown.text) if "names" in form.fields)
    assert names.split() == ["企业名称", county.enterprise.name] and queries.rows_of(campaign) == []
    me.submit(at, {"names": names, "owner": ""})
    assert [row.enterprise_id for row in queries.rows_of(campaign)] == [county.enterprise.id]
