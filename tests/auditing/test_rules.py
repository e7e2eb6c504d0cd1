"""An event reads as a sentence of the office; no column of the product is told in code."""

import json

import pytest
from flask import Flask

from app.core.storage.db import Base
from app.factory import metadata
from app.office.auditing.records import vocabulary
from app.office.auditing.rules import told
from app.office.auditing.words import ACTIONS, action_choices
from app.promotion.steps.enums import StepState


@pytest.mark.parametrize(
    ("action", "kind", "title"),
    [
        ("unit.create", "unit", "登记单位"),
        ("user_account.update", "user_account", "修改账号"),
        ("user_role.delete", "user_role", "移除账号角色"),
        ("account.locked", "user_account", "登录被锁"),
        ("something.new", "something", "something.new"),
    ],
)
def test_an_action_is_told_in_words(action, kind, title):
    assert told(action, kind, "", "{}", vocabulary()).title == title


def test_a_summary_says_it_better():
    assert told("account.sign_in", "user_account", "沈若岚 登录", "{}", vocabulary()).title == "沈若岚 登录"


@pytest.mark.parametrize(
    ("kind", "field", "value", "shown"),
    [
        ("unit", "kind", ["township", "park"], ("类别", "镇街", "园区")),
        ("person", "phone", ["h:0a1b", "h:2c3d"], ("电话", "（个人信息）", "（个人信息）")),
        ("lead", "confidential", [False, True], ("保密", "否", "是")),
        ("person", "post", ["", "局长"], ("职务", "空", "局长")),
        ("lead", "amount", [None, 5_000_000], ("计划总投资", "空", "5000000 元")),
        ("visit", "person_id", ["钱一", "钱一、孙二"], ("我方人员", "钱一", "钱一、孙二")),
        ("lead", "reason", "点错了", ("原因", None, "点错了")),
        ("lead", "summary", [None, "长" * 500], ("项目概要", "空", "长" * 120)),
    ],
)
def test_a_field_is_told_with_both_values(kind, field, value, shown):
    (found,) = told(f"{kind}.update", kind, "", json.dumps({field: value}), vocabulary()).fields
    assert (found.label, found.before, found.after) == shown


def test_a_field_that_stays_empty_is_left_out():
    assert told("lead.create", "lead", "", json.dumps({"summary": [None, ""]}), vocabulary()).fields == ()


def test_an_instant_is_told_in_beijing_time():
    details = json.dumps({"archived_at": [None, "2026-11-23T18:32:11.123456+00:00"]})
    assert told("unit.update", "unit", "", details, vocabulary()).fields[0].after == "2026-11-24 02:32"


def test_of_a_confidential_record_only_the_fields_are_named():
    details = json.dumps({"name": ["甲", "乙"]})
    found = told("lead.update", "lead", "点错了", details, vocabulary(), confidential=True)
    assert (found.title, found.fields[0].label, found.fields[0].after) == ("修改线索", "线索名称", "（保密）")


def test_every_audited_table_and_column_has_a_word(app: Flask):
    assert metadata() is Base.metadata
    for mapper in Base.registry.mappers:
        if not mapper.class_.__audited__:
            continue
        assert mapper.local_table.name in vocabulary().kinds
        missing = [column.name for column in mapper.local_table.c if "label" not in column.info]
        assert not missing, f"{mapper.local_table.name}: {missing}"


def test_the_value_of_a_list_is_told_by_its_label_and_any_other_as_it_is(app: Flask):
    words = vocabulary()
    assert words.list_of("step", "state") is StepState
    assert words.list_of("step", "what") is None
    assert words.list_of("nothing", "like it") is None


def test_the_choices_have_no_english_label():
    assert len(action_choices()) > len(ACTIONS)
    assert all(not label.isascii() for _code, label in action_choices())
