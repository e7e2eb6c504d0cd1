"""Opened, theirs, mine: what the page of a conflict makes of three fillings of one form."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DecimalField, HiddenField, TelField
from wtforms.validators import Optional

from app.core.records.editing import NOTHING, differences, saved
from app.core.values.errors import Clash, Stale
from app.core.web import opened
from app.core.web.forms import (
    ChoiceField,
    ChoicesField,
    Flag,
    PeopleField,
    Unseen,
    VersionedForm,
    amount_field,
    count_field,
    date_field,
    line_field,
    text_field,
    whole_name,
)

TOWNS = [("", "请选择"), ("yx", "云溪镇"), ("qh", "清河镇")]
PEOPLE = [("a1", "沈若岚"), ("b2", "周以宁"), ("c3", "韩知行")]


class _Number(Unseen, TelField):
    pass


class SampleForm(VersionedForm):
    """One field of each kind."""

    beside = ("reason",)
    name = line_field("名称", 40)
    code = line_field("行业", 40, meaning=lambda text: text.split()[-1] if text else text)
    notes = text_field("备注", 400)
    town = ChoiceField("地点", choices=TOWNS)
    parent = ChoiceField("上级", choices=[("", "没有上级"), ("p", "青岚县")])
    people = PeopleField("我方人员", choices=PEOPLE)
    tags = ChoicesField("标签", choices=[("x", "锂电"), ("y", "光伏")])
    day = date_field("日期")
    jobs = count_field("用工", 999, unit="人")
    land = DecimalField("用地", [Optional()], places=2)
    fixed = amount_field("固定资产投资", only_figures=True)
    planned = amount_field("计划总投资")
    secret = Flag("保密", yes="保密", no="不保密")
    decides = BooleanField("决策人")
    phone = _Number("电话")
    reason = line_field("原因", 40)
    to = HiddenField("阶段")


Values = dict[str, Any]


@pytest.fixture(scope="module")
def request_at_hand(app_of_module: Flask) -> Iterator[None]:
    with app_of_module.test_request_context("/", method="POST"):
        yield


@pytest.fixture(scope="module")
def app_of_module() -> Flask:
    made = Flask("forms")
    made.config |= {"SECRET_KEY": "of a test", "WTF_CSRF_ENABLED": False}
    return made


pytestmark = pytest.mark.usefixtures("request_at_hand")


def filled(values: Values) -> SampleForm:
    """The form as the page that opens it fills it."""
    return SampleForm(formdata=None, **values)


def as_sent(form: SampleForm) -> MultiDict[str, str]:
    """What a browser sends of it."""
    sent: MultiDict[str, str] = MultiDict()
    for field in form:
        if isinstance(field, BooleanField):
            sent.update({field.name: "y"} if field.data else {})
        elif opened.is_list(field):
            sent.setlist(field.name, list(field.data or []))
        else:
            sent[field.name] = str(field._value()) if hasattr(field, "_value") else field.data or ""
    return sent


def typed(values: Values, **sent: str) -> SampleForm:
    """The form as somebody sends it who opened it so and wrote the rest."""
    fields = as_sent(filled(values))
    for name, value in sent.items():
        fields[name] = value
    return SampleForm(formdata=fields)


def compared(before: Values, theirs: Values, mine: SampleForm) -> list[Clash]:
    was = opened.read(opened.told(filled(before)))
    return list(differences(mine, filled(theirs), was))


# --- one field at a time -----------------------------------------------------------------------------

CASES: list[tuple[str, Any, Any, str, tuple[str, str, str]]] = [
    ("name", "一期", "二期", "三期", ("一期", "二期", "三期")),
    ("name", "", "二期", "三期", (NOTHING, "二期", "三期")),
    ("name", "一期", "", "三期", ("一期", NOTHING, "三期")),
    ("name", "一期", "二期", "", ("一期", "二期", NOTHING)),
    ("notes", "甲", "甲\n乙", "甲\r\n丙", ("甲", "甲\n乙", "甲\n丙")),
    ("town", "", "yx", "qh", (NOTHING, "云溪镇", "清河镇")),
    ("town", "yx", "", "qh", ("云溪镇", NOTHING, "清河镇")),
    ("parent", "p", "", "gone", ("青岚县", "没有上级", NOTHING)),
    ("day", date(2026, 1, 2), date(2026, 3, 4), "2026-05-06", ("2026-01-02", "2026-03-04", "2026-05-06")),
    ("jobs", 1, 2, "3", ("1 人", "2 人", "3 人")),
    ("land", Decimal(1), Decimal("2.5"), "3", ("1.00", "2.50", "3")),
    ("fixed", "100", "2亿", "3000", ("100 万元", "2亿", "3,000 万元")),
    ("planned", "约2亿", "3亿", "面议", ("约2亿", "3亿", "面议")),
    ("people", ["a1"], ["a1", "b2"], "a1 c3", ("沈若岚", "沈若岚、周以宁", "沈若岚、韩知行")),
    ("tags", [], ["x"], "x y", (NOTHING, "锂电", "锂电、光伏")),
]


@pytest.mark.parametrize(("name", "before", "theirs", "mine", "words"), CASES)
def test_what_both_changed_is_told_in_the_words_of_the_page(
    name: str, before: Any, theirs: Any, mine: str, words: tuple[str, str, str]
) -> None:
    is_list = isinstance(before, list)
    sent = {whole_name(name) if is_list else name: mine}
    [clash] = compared({name: before}, {name: theirs}, typed({name: before}, **sent))
    assert (clash.was, clash.theirs, clash.mine) == words
    assert (clash.only_mine, clash.only_theirs) == (False, False)
    assert clash.name == (whole_name(name) if is_list else name)


@pytest.mark.parametrize(
    ("before", "theirs", "sent", "words"),
    [
        ({"secret": False}, {"secret": True}, {}, ("不保密", "保密", "不保密")),
        ({"decides": True}, {"decides": False}, {"decides": "y"}, ("是", "否", "是")),
    ],
)
def test_a_yes_or_no_has_two_sides_and_one_of_them_is_old(
    before: Values, theirs: Values, sent: dict[str, str], words: tuple[str, str, str]
) -> None:
    [clash] = compared(before, theirs, typed(before, **sent))
    assert (clash.was, clash.theirs, clash.mine) == words
    assert clash.only_theirs and not clash.only_mine


@pytest.mark.parametrize(
    ("name", "stands", "sent"),
    [
        ("name", "一期", " 一期 "),
        ("notes", "甲\n乙", "甲\r\n乙\r\n"),
        ("code", "锂离子电池制造 C3841", "C3841"),
        ("land", Decimal(30), "30"),
        ("jobs", 30, "030"),
        ("fixed", "1000", "1000万"),
        ("planned", "1亿", "10000万"),
        ("people", ["a1", "b2"], "b2 a1"),
    ],
)
def test_the_same_in_other_writing_is_no_difference(name: str, stands: Any, sent: str) -> None:
    field = whole_name(name) if isinstance(stands, list) else name
    before = {name: None if isinstance(stands, Decimal | int) else type(stands)()}
    assert compared(before, {name: stands}, typed(before, **{field: sent})) == []


@pytest.mark.parametrize(
    ("planned", "sent"), [("约1亿", "1亿"), ("1-2亿", "1亿"), ("面议", "待定"), ("", "面议")]
)
def test_words_that_leave_an_amount_open_are_not_its_figure(planned: str, sent: str) -> None:
    assert compared({"planned": planned}, {"planned": planned}, typed({}, planned=sent))


def test_what_is_about_the_saving_alone_and_what_nobody_types_is_never_compared() -> None:
    mine = typed({}, reason="我写的", to="signed", idempotency_key="k", version="7")
    assert compared({"reason": "旧"}, {"reason": "他写的", "to": "lost", "version": 9}, mine) == []


def test_a_number_that_no_form_shows_is_told_masked_and_is_nobodys_change_alone() -> None:
    by_now = filled({})
    by_now["phone"].stands = "139****4321"
    was = opened.read(opened.told(filled({})))
    [clash] = differences(typed({}, phone="13711112222"), by_now, was)
    assert (clash.was, clash.theirs, clash.their_value) == (None, "139****4321", "")
    assert (clash.mine, clash.my_value) == ("13711112222", "13711112222")
    assert not clash.only_mine and not clash.only_theirs
    assert list(differences(typed({}), by_now, was)) == []


def test_what_is_offered_no_more_still_counts() -> None:
    [clash] = compared({"town": "yx"}, {"town": "left"}, typed({"town": "yx"}, town="qh"))
    assert (clash.theirs, clash.their_value, clash.mine) == (NOTHING, "left", "清河镇")


# --- all of them, in any mixture -------------------------------------------------------------------------

WORDS = st.text("甲乙丙 a1\n", max_size=4)
FILLINGS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["", "一期", "二期", "三期"]),
        "notes": WORDS,
        "town": st.sampled_from([code for code, _label in TOWNS]),
        "people": st.lists(st.sampled_from([code for code, _label in PEOPLE]), unique=True),
        "day": st.sampled_from([None, date(2026, 1, 2), date(2026, 3, 4)]),
        "jobs": st.sampled_from([None, 0, 1, 20]),
        "land": st.sampled_from([None, Decimal(0), Decimal("2.5"), Decimal(30)]),
        "fixed": st.sampled_from(["", "1000", "1亿", "2亿"]),
        "secret": st.booleans(),
    }
)


@given(FILLINGS, FILLINGS, FILLINGS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_difference_is_told_once_and_either_side_can_be_chosen(
    before: Values, theirs: Values, mine: Values
) -> None:
    told = {clash.name.removesuffix("-whole"): clash for clash in compared(before, theirs, typed(mine))}
    one, other = filled(theirs), typed(mine)
    for field in other:
        if field.name not in theirs:
            continue
        same = opened.held(one[field.name]).value.split() == opened.held(field).value.split()
        clash = told.get(field.name)
        if same:
            assert clash is None
        if clash is not None:
            assert clash.theirs != clash.mine
            assert clash.only_mine <= (clash.was == clash.theirs)
            assert clash.only_theirs <= (clash.was == clash.mine)
    for side in ("their_value", "my_value"):
        chosen = as_sent(other)
        for clash in told.values():
            chosen.setlist(clash.name, [getattr(clash, side)])
        wanted = one if side == "their_value" else other
        assert list(differences(SampleForm(formdata=chosen), _again(wanted), {})) == []


def _again(form: SampleForm) -> SampleForm:
    """A form that holds the same."""
    return SampleForm(formdata=as_sent(form))


@given(FILLINGS, FILLINGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_changed_nothing_is_offered_theirs_and_who_met_no_change_their_own(
    before: Values, changed: Values
) -> None:
    assert all(clash.only_theirs for clash in compared(before, changed, typed(before)))
    assert all(clash.only_mine for clash in compared(before, before, typed(changed)))
    assert compared(before, changed, typed(changed)) == []


# --- saving ----------------------------------------------------------------------------------------------


def _stale(*clashes: Clash, version: int = 5) -> Stale:
    return Stale(clashes, version, "周以宁 2026-11-23 10:32")


class _Service:
    """A record at version 5 that takes what was typed by whoever has seen that."""

    def __init__(self, form: SampleForm, *clashes: Clash, version: int = 5) -> None:
        self.form, self.clashes, self.version, self.saved = form, clashes, version, 0

    def __call__(self) -> None:
        if self.form.seen != 5:
            raise _stale(*self.clashes, version=self.version)
        self.saved += 1


def test_two_who_wrote_the_same_do_not_stand_in_each_others_way() -> None:
    form = typed({"name": "二期", "version": 4})
    service = _Service(form)
    assert saved(form, service, lambda: filled({"name": "二期", "version": 5}))
    assert (service.saved, form.seen) == (1, 5)


def test_what_differs_goes_on_with_the_version_and_the_values_of_now() -> None:
    form = typed({"name": "三期", "version": 4})
    service = _Service(form)
    with pytest.raises(Stale) as stale:
        saved(form, service, lambda: filled({"name": "二期", "version": 5}))
    assert [(clash.theirs, clash.mine) for clash in stale.value.clashes] == [("二期", "三期")]
    assert (stale.value.current_version, service.saved) == (5, 0)
    assert opened.read(stale.value.opened)["name"].value == "二期"


def test_what_keeps_a_record_as_it_is_is_told_before_the_fields_and_ends_the_way() -> None:
    form = typed({"name": "三期", "version": 4})
    service = _Service(form, Clash("归档", "已归档：重复", "没有归档"), version=0)
    with pytest.raises(Stale) as stale:
        saved(form, service, lambda: filled({"name": "二期", "version": 5}))
    assert [clash.label for clash in stale.value.clashes] == ["归档", "名称"]
    assert stale.value.current_version == 0


def test_a_form_that_is_wrong_is_refused_before_anybody_is_asked() -> None:
    form = typed({"version": 5}, jobs="很多")
    service = _Service(form)
    assert not saved(form, service, lambda: filled({}))
    assert service.saved == 0 and form.errors
