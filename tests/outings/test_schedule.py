"""The schedule of an outing: companies and other lines, the sheet of each company, what came of it."""

import html
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.values.errors import RuleBroken, Stale
from app.core.values.registries import NAMED_IN, RELATED, Sought
from app.promotion.outings import queries, services
from app.promotion.outings.enums import OutingDirection, StopState
from app.promotion.outings.models import Outing, OutingStop
from app.promotion.steps.enums import StepKind
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, sign_in
from tests.factories.outings import a_stop, an_outing, outing_data
from tests.factories.steps import make_step
from tests.factories.visits import a_call, a_visit, person_of
from tests.services.client import forms_of

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(outing: Outing) -> str:
    return f"/outings/{outing.public_id}"


def sheet_of(stop: OutingStop) -> str:
    return f"/outings/stops/{stop.public_id}"


def state_of(outing: Outing, county: County) -> StopState | None:
    return queries.lines_of(outing, county.officer)[0].state


def typed_company(county: County) -> dict[str, str]:
    return {"enterprise": county.enterprise.name, "enterprise_id": county.enterprise.public_id}


def test_a_company_is_put_on_the_schedule_and_has_a_sheet(client: FlaskClient, county: County) -> None:
    outing = an_outing(county.officer)
    me = sign_in(client, county.officer)
    when = {
        "stop_on": today().isoformat(),
        "starts_at": "9点30分",
        "place": "工业园路 8 号",
        "receiver": "严总",
    }
    me.submit(f"{opened(outing)}/stops/new", typed_company(county) | when)
    stop = db.session.scalars(select(OutingStop)).one()
    assert (stop.starts_at, stop.enterprise) == ("09:30", county.enterprise)
    page = me.get(opened(outing)).text
    assert county.enterprise.name in page and "09:30" in page and "还没到" in page
    sheet = me.get(sheet_of(stop)).text
    assert "第一次见：做什么、卖给谁" in sheet and "按库里知道的起草" in sheet
    assert outing.name in me.get(f"/enterprises/{county.enterprise.public_id}").text


def test_what_is_wrong_with_a_line_is_said_at_its_field(client: FlaskClient, county: County) -> None:
    outing = an_outing(county.officer)
    a_stop(outing, county.officer, county.enterprise)
    me = sign_in(client, county.officer)
    day, later = (each.isoformat() for each in (today(), outing.last_on + timedelta(1)))
    for typed, said in (
        (typed_company(county) | {"stop_on": day}, "这一天已经在日程里"),
        ({"stop_on": later, "what": "座谈会"}, "日程要在这次的日子之内"),
        ({"stop_on": day, "what": "座谈会", "starts_at": "早上"}, "几点写成 9:30 这样"),
        ({"stop_on": day}, "选一家企业，或写做什么"),
    ):
        refused = me.submit(f"{opened(outing)}/stops/new", typed)
        assert refused.status_code == 422 and said in refused.text


def test_the_sheet_says_what_was_promised_and_what_is_under_way_and_keeps_what_was_written(
    client: FlaskClient, county: County
) -> None:
    a_lead(county, name="隔膜二期项目")
    outing = an_outing(county.officer)
    stop = a_stop(outing, county.officer, county.enterprise)
    visit = a_visit(county, county.officer, summary="明年要扩一条线")
    make_step(person_of(county.officer), on=visit, what="寄用地方案", kind=StepKind.PROMISE)
    db.session.commit()
    me = sign_in(client, county.officer)
    sheet = me.get(sheet_of(stop)).text
    assert "承诺过的怎么答复：寄用地方案" in sheet and "线索「隔膜二期项目」（线索）" in sheet
    assert "明年要扩一条线" in sheet
    me.submit(f"{sheet_of(stop)}/edit", {"ask": "先谈用地，再谈电价"})
    sheet = me.get(sheet_of(stop)).text
    assert "先谈用地，再谈电价" in sheet and "按库里知道的起草" not in sheet
    paper = me.get(f"{opened(outing)}/print").text
    assert "先谈用地，再谈电价" in paper and paper.count('class="sheet-part"') == 2


def test_a_sheet_never_says_more_than_its_reader_sees(client: FlaskClient, county: County) -> None:
    secret = a_confidential_lead(county, name="保密的项目")
    outing = an_outing(county.officer, companions=(person_of(county.colleague),))
    stop = a_stop(outing, county.officer, county.enterprise)
    me = sign_in(client, county.officer)
    assert secret.name in me.get(sheet_of(stop)).text
    me.submit(f"{sheet_of(stop)}/edit", {"starts_at": "10:00"})  # drafted for them, not written by them
    theirs = sign_in(client, county.colleague).get(sheet_of(stop))
    assert theirs.status_code == 200 and "10:00" in theirs.text and secret.name not in theirs.text


def test_that_a_company_was_met_is_told_to_who_may_not_read_the_visit_and_a_call_is_no_meeting(
    client: FlaskClient, county: County
) -> None:
    outing = an_outing(county.officer, companions=(person_of(county.outsider),))
    a_stop(outing, county.officer, county.enterprise)
    a_call(county, held_on=today())
    assert state_of(outing, county) is StopState.AHEAD
    visit = a_visit(county, county.officer, held_on=today())
    page = sign_in(client, county.outsider).get(opened(outing)).text
    assert "已记走访" in page and visit.public_id not in page


def test_a_line_whose_company_was_archived_is_still_changed(client: FlaskClient, county: County) -> None:
    outing = an_outing(county.officer)
    stop = a_stop(outing, county.officer, county.enterprise)
    county.enterprise.archived_at = now()
    db.session.commit()
    me = sign_in(client, county.officer)
    assert me.submit(f"{sheet_of(stop)}/edit", {"missed": "企业注销了"}).status_code == 303
    assert "这家企业已归档" in me.get(sheet_of(stop)).text


def test_a_visit_is_opened_with_the_day_of_its_line(client: FlaskClient, county: County) -> None:
    outing = an_outing(county.officer, direction=OutingDirection.IN, first_on=today() - timedelta(2))
    a_stop(outing, county.officer, county.enterprise)
    me = sign_in(client, county.officer)
    link = re.search(r'href="(/visits/new\?[^"]*)"', me.get(opened(outing)).text)
    assert link
    form = next(one for one in forms_of(me.get(html.unescape(link[1])).text) if "held_on" in one.fields)
    assert (form.fields["held_on"], form.fields["kind"]) == (outing.first_on.isoformat(), ["reception"])


def test_a_visit_of_the_day_tells_that_the_company_was_met(county: County) -> None:
    outing = an_outing(county.officer, first_on=today() - timedelta(1), last_on=today())
    stop = a_stop(outing, county.officer, county.enterprise)
    assert state_of(outing, county) is StopState.SILENT
    with acting_as(county.officer):
        data = services.StopData(stop_on=stop.stop_on, enterprise=county.enterprise, missed="对方改期")
        services.change_stop(stop, stop.version, data)
        db.session.commit()
    assert state_of(outing, county) is StopState.MISSED
    a_visit(county, county.officer, held_on=today() - timedelta(3))
    assert state_of(outing, county) is StopState.MISSED
    a_visit(county, county.officer, held_on=stop.stop_on)
    assert state_of(outing, county) is StopState.MET


def test_whoever_goes_along_sees_it_and_nobody_else(client: FlaskClient, county: County) -> None:
    outing = an_outing(county.officer)
    assert sign_in(client, county.outsider).get(opened(outing)).status_code == 404
    with acting_as(county.officer):
        companions = (person_of(county.outsider),)
        services.change_outing(outing, outing.version, outing_data(county.officer, companions=companions))
        db.session.commit()
    assert sign_in(client, county.outsider).get(opened(outing)).status_code == 200


def test_its_days_do_not_move_off_its_schedule(county: County) -> None:
    outing = an_outing(county.officer)
    a_stop(outing, county.officer, None)
    later = outing_data(county.officer, first_on=today() + timedelta(1))
    with acting_as(county.officer), pytest.raises(RuleBroken, match="会落在外面"):
        services.change_outing(outing, outing.version, later)


def test_a_line_that_somebody_else_changed_is_not_lost(county: County) -> None:
    outing = an_outing(county.officer)
    stop = a_stop(outing, county.officer, None)
    seen, day = stop.version, stop.stop_on
    with acting_as(county.officer):
        services.change_stop(stop, seen, services.StopData(stop_on=day, what="座谈会"))
        db.session.commit()
        with pytest.raises(Stale):
            services.change_stop(stop, seen, services.StopData(stop_on=day, what="看厂房"))
        db.session.rollback()
        with pytest.raises(Stale):
            services.remove_stop(stop, seen)
        db.session.rollback()
        services.remove_stop(stop, stop.version)
        db.session.commit()
    assert queries.stops_of(outing) == []


def test_minutes_stand_on_its_page_and_are_found(client: FlaskClient, county: County) -> None:
    outing = an_outing(county.officer)
    me = sign_in(client, county.officer)
    me.submit(f"{opened(outing)}/minutes", {"minutes": "定下三件事：用地、用能、招工"})
    assert "定下三件事" in me.get(opened(outing)).text
    assert outing.name in me.get("/outings?q=招工").text


def test_whom_a_schedule_names_is_told_before_they_are_erased(client: FlaskClient, county: County) -> None:
    outing = an_outing(county.officer)
    stop = a_stop(outing, county.officer, county.enterprise)
    stop.receiver = "严文舟 副总"
    db.session.commit()
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with client.application.test_request_context():
        found = NAMED_IN["outings"](sought, county.officer)
        assert [(one.kind, one.public_id) for one in found] == [("outing_stop", stop.public_id)]
        assert NAMED_IN["outings"](sought, county.outsider) == []
        assert RELATED["outings"](county.enterprise.id, county.outsider) is None
