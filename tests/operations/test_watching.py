"""When a part of the running system needs attention."""

from datetime import timedelta

import pytest

from app.office.operations import watching

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


@pytest.mark.parametrize(
    ("waited", "light"),
    [(None, "green"), (5 * SECOND, "green"), (MINUTE, "yellow"), (10 * MINUTE, "red")],
)
def test_a_queue_that_stands_still_is_noticed(waited: timedelta | None, light: str) -> None:
    assert watching.queue(3 if waited else 0, waited, "").light == light


def test_a_queue_tells_what_kept_it() -> None:
    told = watching.queue(7, 2 * MINUTE, "搜索服务没有在时限内应答")
    assert told.words == "7 项更改待发送，最早的已等 2 分钟；上次没有发成：搜索服务没有在时限内应答"
    assert "没有丢" in told.advice


@pytest.mark.parametrize(
    ("age", "found", "repaired", "light"),
    [
        (None, 0, 0, "none"),
        (HOUR, 0, 0, "green"),
        (HOUR, 4, 4, "green"),
        (HOUR, 4, 0, "yellow"),
        (2 * DAY, 0, 0, "red"),
    ],
)
def test_a_check_is_judged_by_its_age_and_by_what_was_left_unmended(
    age: timedelta | None, found: int, repaired: int, light: str
) -> None:
    assert watching.check(age, 100, found, repaired).light == light


@pytest.mark.parametrize(("age", "light"), [(None, "yellow"), (HOUR, "green"), (3 * DAY, "yellow")])
def test_a_backup_is_judged_by_its_age(age: timedelta | None, light: str) -> None:
    assert watching.backup(age, "/srv/backups/1").light == light


@pytest.mark.parametrize(("gigabytes", "light"), [(0.5, "red"), (3, "yellow"), (50, "green")])
def test_a_disk_that_fills_is_noticed(gigabytes: float, light: str) -> None:
    assert watching.disk(int(gigabytes * 2**30)).light == light


@pytest.mark.parametrize(
    ("age", "failed", "beside", "light"),
    [
        (HOUR, "", False, "green"),
        (HOUR, "", True, "none"),
        (None, "", False, "none"),
        (2 * DAY, "", False, "red"),
        (HOUR, "2026-11-29 02:30 没有写成：No space left on device", False, "red"),
    ],
)
def test_the_head_of_the_audit_chain_is_judged_by_its_age_and_its_place(
    age: timedelta | None, failed: str, beside: bool, light: str
) -> None:
    condition = watching.heads(age, failed, "/srv/heads", beside=beside)
    assert condition.light == light
    assert (condition.advice == "") == (light == "green")


def test_whatever_is_not_well_says_what_to_do() -> None:
    for condition in (
        watching.engine("Elasticsearch", None, "连不上"),
        watching.queue(1, HOUR, ""),
        watching.parked(1),
        watching.check(2 * DAY, 1, 0, 0),
        watching.backup(None, ""),
        watching.jobs(0, 0, 1, 7),
        watching.disk(0),
        watching.proxy(0, untold=True),
        watching.heads(2 * DAY, "", "/srv/heads", beside=False),
    ):
        assert condition.light in ("red", "yellow")
        assert condition.advice


def test_the_reason_of_a_parked_record_quotes_nothing_of_the_record() -> None:
    assert watching.reason_in_words("ValueError: 机密项目") == "程序读不出这条记录（ValueError）"
    assert watching.reason_in_words("DocumentRefused: lead/abc") == "搜索引擎不收这条记录"
    assert watching.reason_in_words("") == "程序读不出这条记录（原因不明）"
