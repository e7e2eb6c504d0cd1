"""What the running parts report, judged: a light, plain words, and what to do. Values in, values out."""

from dataclasses import dataclass
from datetime import timedelta

from app.core.index.relay import OVERDUE
from app.core.values.clock import AHEAD, age_in_words

RED, YELLOW, GREEN, NONE = "red", "yellow", "green", "none"
QUEUE_STUCK = timedelta(minutes=10)
CHECK_LATE = timedelta(hours=36)  # it runs every night
BACKUP_LATE = timedelta(days=2)
DISK_SCARCE, DISK_LOW = 1 << 30, 5 << 30  # bytes


@dataclass(frozen=True, slots=True)
class PartHealth:
    """One part of the system: how it is, and what to do when it is not well."""

    title: str
    light: str  # red | yellow | green | none
    words: str
    advice: str = ""


def proxy(hops: int, *, untold: bool) -> PartHealth:
    """`untold`: the page itself was asked for through a proxy although there should be none."""
    if untold:
        return PartHealth(
            "反向代理",
            RED,
            "请求经过了反向代理，但 PROXY_HOPS 是 0：所有人都算作来自同一个地址",
            "把 PROXY_HOPS 写成前面代理的层数（一层 nginx 写 1），重启网页进程",
        )
    return PartHealth("反向代理", GREEN, f"前面有 {hops} 层，按它们报的地址记" if hops else "前面没有")


def engine(label: str, documents: int | None, why: str) -> PartHealth:
    """`documents` is None when the engine did not answer."""
    if documents is None:
        return PartHealth(
            "搜索引擎",
            RED,
            f"{label}没有应答：{why}",
            "搜索页面暂由数据库代答，结果可能不全，恢复后自动切回。请检查搜索服务和索引目录；提示需要重建时，"
            "运行 flask --app wsgi search rebuild",
        )
    return PartHealth("搜索引擎", GREEN, f"{label}正常，索引里有 {documents} 份")


def wrong_engine(label: str, why: str) -> PartHealth:
    """What answers is no engine that can be used; `why` names it and the cure."""
    return PartHealth(
        "搜索引擎",
        RED,
        f"{label}不能用：{why}",
        "搜索页面暂由数据库代答，结果可能不全。改好以后重启各进程；更改都在待发送队列里，不会丢",
    )


def queue(depth: int, waited: timedelta | None, why: str) -> PartHealth:
    """`waited` is the age of the entry that has waited longest, `why` what kept it when it was last tried."""
    if waited is None:
        return PartHealth("检索同步", GREEN, "没有待发送的更改")
    words = f"{depth} 项更改待发送，最早的已等 {age_in_words(waited)}" + (
        f"；上次没有发成：{why}" if why else ""
    )
    if waited < OVERDUE:
        return PartHealth("检索同步", GREEN, words)
    advice = (
        "数据都在，没有丢。请看检索同步进程是否在运行（systemctl status zhaoshang-indexer）、"
        "搜索引擎是否正常、磁盘是否已满；恢复后会自动补发"
    )
    return PartHealth("检索同步", RED if waited >= QUEUE_STUCK else YELLOW, words, advice)


def parked(count: int) -> PartHealth:
    """Records that were tried several times and given up."""
    if not count:
        return PartHealth("搁置的记录", GREEN, "没有")
    return PartHealth(
        "搁置的记录",
        YELLOW,
        f"{count} 条试了多次都没有发成，已搁置；不影响其他记录",
        "先按下面的原因处理，再按「重新发送」；仍然搁置的，把编号和原因告诉维护人员",
    )


def check(age: timedelta | None, checked: int, found: int, repaired: int) -> PartHealth:
    """`age` of the last comparison of index and database; None when there was none."""
    if age is None:
        return PartHealth("索引核对", NONE, "还没有核对过", "每天凌晨 02:30 由后台任务自动核对并修补")
    if age < -AHEAD:
        return _of_a_clock_ahead("索引核对")
    words = f"{age_in_words(age)}前核对了 {checked} 份，有出入 {found} 份，已重发 {repaired} 份"
    if age >= CHECK_LATE:
        return PartHealth(
            "索引核对",
            RED,
            words,
            "夜间核对没有做成：请看后台任务进程的日志，或者运行 flask --app wsgi search check --repair",
        )
    if found > repaired:
        return PartHealth("索引核对", YELLOW, words, "运行 flask --app wsgi search check --repair 修补")
    return PartHealth("索引核对", GREEN, words)


def _of_a_clock_ahead(title: str) -> PartHealth:
    """The last time lies in the future: nobody knows how long ago it was."""
    return PartHealth(
        title,
        YELLOW,
        "上一次记下的时间比现在还晚，不作数",
        "服务器的时钟调过。请核对服务器的时间（timedatectl），再做一次",
    )


def backup(age: timedelta | None, folder: str) -> PartHealth:
    """`age` of the last backup made by the product's own command; None when none is known."""
    if age is None:
        return PartHealth("备份", YELLOW, "没有备份记录", "运行 flask --app wsgi backup 目录，并安排每天执行")
    if age < -AHEAD:
        return _of_a_clock_ahead("备份")
    words = f"{age_in_words(age)}前，存放在 {folder}"
    if age >= BACKUP_LATE:
        return PartHealth("备份", YELLOW, words, "备份过旧，请检查每天的备份是否在执行")
    return PartHealth("备份", GREEN, words)


def heads(age: timedelta | None, failed: str, folder: str, *, beside: bool) -> PartHealth:
    """`age` of the last head of the audit chain that was kept in `folder`; `failed` says when and why the
    last try was in vain. `beside`: whoever can change the data can change the heads.
    """
    title, by_hand = "台账链头", "flask --app wsgi audit head --write"
    last = f"{age_in_words(age)}前记在 {folder}" if age is not None else "还没有记过"
    if failed:
        return PartHealth(title, RED, f"{failed}；{last}", f"请检查 {folder} 写得进去，再运行 {by_hand}")
    if age is None:
        return PartHealth(title, NONE, last, "每天凌晨 02:30 由后台任务自动记")
    if age >= CHECK_LATE:
        return PartHealth(title, RED, last, f"夜里没有记成：请看后台任务进程的日志，或者运行 {by_hand}")
    if beside:
        advice = "和数据放在一起，动得了数据库的人也动得了它：把 AUDIT_HEADS 设到另一块盘或另一台机器上"
        return PartHealth(title, NONE, last, advice)
    return PartHealth(title, GREEN, last)


def jobs(waiting: int, running: int, failed: int, days: int) -> PartHealth:
    """Counts of the last `days`."""
    words = f"排队 {waiting}，进行中 {running}，近 {days} 天没有完成 {failed}"
    if failed:
        return PartHealth("后台任务", YELLOW, words, "没有完成的任务，发起人在自己的页面上能看到原因")
    return PartHealth("后台任务", GREEN, words)


def disk(free: int) -> PartHealth:
    """`free` bytes where data and index lie."""
    words = f"剩余 {free / (1 << 30):.1f} GB"
    if free < DISK_LOW:
        light = RED if free < DISK_SCARCE else YELLOW
        return PartHealth("磁盘", light, words, "请清理或扩容；磁盘满了，数据和索引都写不进去")
    return PartHealth("磁盘", GREEN, words)


def database(label: str, revision: str) -> PartHealth:
    """It answered, else there would be no page."""
    return PartHealth("数据库", GREEN, f"{label}正常，结构版本 {revision}")


# Refused by the engine itself; everything else failed in reading the record.
_REFUSED = "DocumentRefused"


def reason_in_words(error: str) -> str:
    """The kind of error only: its text may quote the record."""
    name = error.partition(":")[0]
    return "搜索引擎不收这条记录" if name == _REFUSED else f"程序读不出这条记录（{name or '原因不明'}）"
