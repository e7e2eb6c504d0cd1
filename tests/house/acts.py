"""Who may do what to which record: role x relation x action, as data, for every route that changes something.

route_table.py says which role gets to a route's own code; everybody else is turned away there (DENIED). Here
stands what happens to those who get that far: to whom the record is open, what it answers to the others, and
what becomes of the form, which is filled in as the page would send it. A new route needs a line here; a
second one (`route#what`) says what becomes of a form that names another record, which may be hidden.

Roles: as in route_table.py. Relations: tests/house/relations.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.core.values.clock import today
from tests.house.relations import OPEN, RELATIONS, SECRET, Records, Situation, Who

DONE, HIDDEN, DENIED = "done", "hidden", "denied"  # written; 404; 403
REFUSED = "refused"  # the form was read and a rule says no: 4xx
SAME = "same"  # answered, and nothing was to be written

ALL = " ".join(RELATIONS)
NAMED = "named owner"
Sight = Mapping[str, Mapping[str, str]]  # open or about a confidential lead -> role -> relations
WORKERS = ("HEAD", "OFF", "RES")
EVERY_ROLE = ("ADM", *WORKERS, "LEAD", "AUD")


def _both(sight: Mapping[str, str]) -> Sight:
    return {OPEN: sight, SECRET: sight}


EVERYBODY = _both(dict.fromkeys(EVERY_ROLE, ALL))
NOBODY = _both({})
OWN = _both(dict.fromkeys(EVERY_ROLE, "owner"))
# A confidential record is open to the people named on it, whatever their reach.
_SECRET_NAMED = dict.fromkeys(WORKERS, NAMED)
SEEN: Sight = {
    OPEN: {"HEAD": ALL, "OFF": "unit team named owner bureau", "RES": "team named owner"},
    SECRET: _SECRET_NAMED,
}
# The same for who only reads: a leader sees the county.
READ: Sight = {OPEN: {**SEEN[OPEN], "LEAD": ALL}, SECRET: {**_SECRET_NAMED, "LEAD": NAMED}}
# Who works with the company; the bureau keeps the register of all of them.
WORKS: Sight = {
    OPEN: SEEN[OPEN],
    SECRET: {"HEAD": ALL, "OFF": "named owner bureau", "RES": NAMED},
}
# The same of a company with which nobody has anything under way: who registered it, and the bureau.
REGISTERED: Sight = {
    OPEN: {"HEAD": ALL, "OFF": "unit team owner bureau", "RES": "team owner"},
    SECRET: {"HEAD": ALL, "OFF": "bureau"},
}
# Seen by a resident, and for the owner, the author and who assigns leads to decide.
NOT_THEIRS = {"* RES team": DENIED, "* RES named": DENIED}
NOT_MANY = dict.fromkeys(NOT_THEIRS, SAME)  # an act on many tells what it did not do, and goes on
BATCHES: Sight = _both({"HEAD": ALL, "OFF": "owner"})


@dataclass(frozen=True, slots=True)
class Tried:
    """One form about to be sent."""

    who: Who
    records: Records
    situation: Situation


Fill = Callable[[Tried], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """What one route does to one kind of record. `but` are cells that fare otherwise: `open OFF named`, with
    `*` for any.
    """

    record: str
    sight: Sight
    fields: Fill = lambda _tried: {}
    otherwise: str = HIDDEN  # what the record answers to those to whom it is not open
    outcome: str = DONE
    but: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)  # of the address, beside the id

    def expected(self, who: Who, secrecy: str) -> str:
        """The outcome for somebody whose role gets to the route's own code."""
        if who.relation not in self.sight[secrecy].get(who.role, "").split():
            return self.otherwise
        cell = (secrecy, who.role, who.relation)
        for told, outcome in self.but.items():
            if all(asked in ("*", given) for asked, given in zip(told.split(), cell, strict=True)):
                return outcome
        return self.outcome


def _in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def _with(**fields: Any) -> Fill:
    """Fields of which each value may be a question to the situation."""

    def fill(tried: Tried) -> dict[str, Any]:
        return {name: value(tried) if callable(value) else value for name, value in fields.items()}

    return fill


def _colleague(tried: Tried) -> str:
    return tried.situation.colleague


def _myself(tried: Tried) -> str:
    return tried.who.public_id


def _many(record: str, **fields: Any) -> Fill:
    """The fields of one act on many, of whom there is one."""
    return _with(chosen=lambda tried: tried.records[record].public_id, **fields)


ARCHIVE = {"act": "archive"}
RESTORE = {"act": "restore"}
LIBRARY = {"records": "enterprise"}
NEXT_STEP = _with(what="约严总来看厂房", due_on=lambda _t: _in_days(5), owner=_colleague)
REASON = _with(reason="核实过")
COMPANY = _with(name=lambda tried: tried.records["company"].number, status="closed", not_duplicate="y")
PERSON = _with(name="沈若岚", purpose="招商联络", not_duplicate="y")
LEAD = _with(name="储能电芯改名", source="directed", amount_text="2亿")
VISIT = _with(kind="outbound", held_on=lambda _t: _in_days(0), summary="改了的纪要")

NEW_VISIT = _with(
    kind="call",
    held_on=lambda _t: _in_days(0),
    enterprise=lambda t: t.records["company"].number,
    enterprise_id=lambda t: t.records["company"].public_id,
    summary="电话里谈了用地",
    next_what="送厂房方案",
    next_due_on=lambda _t: _in_days(5),
    next_owner=_colleague,
)

ACTS: dict[str, Act] = {
    # --- accounts: the administrator alone, of everybody ---
    "accounts.archive_person": Act("person", EVERYBODY, REASON),
    "accounts.archive_unit": Act("unit", EVERYBODY, REASON),
    "accounts.create_person": Act("", EVERYBODY, _with(name="某人", unit=lambda t: t.situation.unit)),
    "accounts.create_unit": Act("", EVERYBODY, _with(name="招商六科", kind="department", position="1")),
    "accounts.create_user": Act(
        "",
        EVERYBODY,
        _with(person=lambda t: t.records["person"].public_id, login="someone", roles=["officer"]),
    ),
    "accounts.disable": Act("user", EVERYBODY),
    "accounts.enable": Act("disabled user", EVERYBODY),
    "accounts.end_session": Act("user", NOBODY),
    "accounts.join_team": Act(
        "person",
        EVERYBODY,
        _with(team=lambda t: t.situation.team, starts_on=lambda _t: _in_days(0)),
    ),
    "accounts.leave_team": Act("membership", EVERYBODY, _with(ends_on=lambda _t: _in_days(0))),
    "accounts.logout": Act("", EVERYBODY),
    "accounts.password": Act("", EVERYBODY, _with(current="x", new="y", again="y"), outcome=REFUSED),
    "accounts.release": Act("user", EVERYBODY, outcome=SAME),
    "accounts.reset_password": Act("user", EVERYBODY),
    "accounts.restore_person": Act("left person", EVERYBODY),
    "accounts.restore_unit": Act("closed unit", EVERYBODY),
    "accounts.set_roles": Act("user", EVERYBODY, _with(roles=["officer", "resident"])),
    "accounts.sign_in": Act("", EVERYBODY, outcome=REFUSED),  # with nothing typed
    # One's own second step: with nothing typed.
    "accounts.after_second_step": Act("", EVERYBODY, outcome=SAME),
    "accounts.change_second_step": Act("", EVERYBODY, outcome=REFUSED),
    "accounts.confirm_second_step": Act("", EVERYBODY, outcome=REFUSED),
    "accounts.reset_second_step": Act("user", EVERYBODY, outcome=SAME),  # there is none
    "accounts.sign_in_code": Act("", EVERYBODY, outcome=REFUSED),
    "accounts.update_person": Act("person", EVERYBODY, _with(name="改名", unit=lambda t: t.situation.unit)),
    "accounts.update_unit": Act("unit", EVERYBODY, _with(name="招商七科", kind="department", position="1")),
    # --- attachments: of who may change the record ---
    "attachments.create": Act("lead", SEEN, arguments={"kind": "lead"}, outcome=REFUSED),  # without a file
    "attachments.create#of a company": Act(
        "company", EVERYBODY, arguments={"kind": "enterprise"}, outcome=REFUSED
    ),
    "attachments.create#of a project": Act(
        "project", SEEN, arguments={"kind": "project"}, outcome=REFUSED, but={"* RES *": DENIED}
    ),
    "attachments.create#of a visit": Act(
        "visit", SEEN, arguments={"kind": "visit"}, outcome=REFUSED, but=NOT_THEIRS
    ),
    "attachments.put_back": Act("file taken off", SEEN),
    "attachments.take_off": Act("file", SEEN),
    # --- comments: of who sees the record, also a leader; changed by who wrote them ---
    "comments.create": Act("lead", READ, _with(text="请盯紧"), arguments={"kind": "lead"}),
    "comments.create#of a project": Act("project", READ, _with(text="请盯紧"), arguments={"kind": "project"}),
    "comments.create#of a company": Act(
        "company", EVERYBODY, _with(text="请盯紧"), arguments={"kind": "enterprise"}
    ),
    "comments.create#mentioning": Act(
        "lead",
        READ,
        _with(text="请看", people=lambda t: [_colleague(t)]),
        arguments={"kind": "lead"},
        but={"secret * owner": DONE, "secret * *": REFUSED},  # asked for a review of their own leads alone
    ),
    "comments.look": Act("comment", READ, outcome=SAME),
    "comments.take_back": Act("comment", READ, outcome=REFUSED, but={"* HEAD *": DONE, "* * owner": DONE}),
    "comments.update": Act("comment", READ, _with(text="改了的"), outcome=REFUSED, but={"* * owner": DONE}),
    # --- tags: the county's words, and on what may be changed ---
    "tags.archive": Act("tag", EVERYBODY),
    "tags.create": Act("", EVERYBODY, _with(name="链主", color="teal"), arguments={"kind": "lead"}),
    "tags.restore": Act("stopped tag", EVERYBODY),
    "tags.update": Act("tag", EVERYBODY, _with(name="重点项目", color="teal")),
    "tags.choose": Act(
        "lead", SEEN, _with(tags=lambda t: [t.records["tag"].public_id]), arguments={"kind": "lead"}
    ),
    "tags.choose#on a visit": Act("visit", SEEN, outcome=SAME, arguments={"kind": "visit"}, but=NOT_THEIRS),
    # --- companies: what is public is open to all who work; the rest to who works with them ---
    "enterprises.create": Act("", EVERYBODY, _with(name="苏州新来新材料有限公司", status="active")),
    "enterprises.update": Act("company", EVERYBODY, COMPANY),
    "enterprises.archive": Act(
        "company",
        WORKS,
        REASON,
        otherwise=DENIED,
    ),
    "enterprises.restore": Act("closed company", REGISTERED, _with(not_duplicate="y"), otherwise=DENIED),
    "enterprises.create_contact": Act("company", EVERYBODY, PERSON),
    "enterprises.update_contact": Act("contact", WORKS, PERSON, otherwise=DENIED),
    "enterprises.archive_contact": Act("contact", WORKS, otherwise=DENIED),
    "enterprises.restore_contact": Act("gone contact", WORKS, otherwise=DENIED),
    "enterprises.reveal_contact": Act("contact", WORKS, otherwise=DENIED),
    "enterprises.ask_erasure": Act("contact", WORKS, REASON, otherwise=DENIED),
    # The officer of the team has asked for it, and is the one who may not decide.
    "enterprises.confirm_erasure": Act(
        "unwanted contact",
        WORKS,
        _with(
            version=lambda t: t.records["erasure"].version,
            contact_version=lambda t: t.records["unwanted contact"].version,
            is_sure="y",
        ),
        otherwise=DENIED,
        but={"* OFF team": DENIED},
    ),
    "enterprises.refuse_erasure": Act(
        "unwanted contact",
        WORKS,
        _with(version=lambda t: t.records["erasure"].version, reason="核实过"),
        otherwise=DENIED,
        but={"* OFF team": DENIED},
    ),
    "enterprises.withdraw_erasure": Act(
        "unwanted contact",
        _both({"OFF": "team"}),
        _with(version=lambda t: t.records["erasure"].version),
        otherwise=DENIED,
    ),
    # --- imports: who ran it, and the head ---
    "imports.upload": Act("", EVERYBODY, outcome=REFUSED),
    "imports.change_columns": Act("batch", BATCHES, outcome=REFUSED),
    "imports.change_source": Act("batch", BATCHES, outcome=REFUSED),
    "imports.decide": Act("batch", BATCHES, _with(decision="skip")),
    "imports.retry": Act("batch", BATCHES, outcome=REFUSED),
    "imports.start_undo": Act("batch", BATCHES, outcome=REFUSED),
    "imports.stop": Act("batch", BATCHES, outcome=REFUSED),
    "imports.write": Act("batch", BATCHES, _with(promised="1"), outcome=REFUSED),
    # --- leads ---
    "leads.create": Act(
        "",
        EVERYBODY,
        _with(
            enterprise=lambda t: t.records["company"].number,
            enterprise_id=lambda t: t.records["company"].public_id,
            name="另一件事",
            source="directed",
            registered_on=lambda _t: _in_days(0),
            owner=_myself,
            not_duplicate="y",
        ),
    ),
    "leads.update": Act("lead", SEEN, LEAD),
    "leads.save_part": Act("lead", SEEN, _with(assessment="跟进"), arguments={"part": "assessment"}),
    "leads.save_move": Act(
        "lead", SEEN, _with(to="on_hold", effective_on=lambda _t: _in_days(0), reason="等土地指标")
    ),
    "leads.shift": Act("lead", SEEN, _with(stage="assessed")),
    "leads.take_back": Act(
        "moved lead",
        SEEN,
        outcome=REFUSED,
        but={"* * owner": DONE},  # one's own last row, within half an hour
        arguments={"place": 4},
    ),
    "leads.save_assign": Act("lead", SEEN, _with(owner=_colleague, effective_on=lambda _t: _in_days(0))),
    "leads.save_access": Act(
        "lead",
        SEEN,
        _with(members=lambda t: [_colleague(t)]),
        but=NOT_THEIRS,
    ),
    "leads.save_correction": Act("moved lead", SEEN, REASON, arguments={"place": 4}),
    "leads.save_registration": Act(
        "lead", SEEN, _with(registered_on=lambda _t: _in_days(-90), reason="早已接洽")
    ),
    "leads.save_archive": Act("lead", SEEN, REASON, but=NOT_THEIRS),
    "leads.restore": Act("filed lead", SEEN, but=NOT_THEIRS),
    "leads.save_void": Act(
        "lead",
        SEEN,
        _with(counts=lambda t: t.records["moved lead"].number),
        outcome=DENIED,
        but={"* HEAD *": DONE, "* * owner": DONE},
    ),
    "leads.save_agreement": Act("lead", SEEN, _with(kind="intent", title="意向协议", drafter=_colleague)),
    "leads.update_agreement": Act(
        "agreement",
        SEEN,
        _with(kind="contract", title="改名", drafter=lambda t: t.records["agreement"].number),
    ),
    "leads.save_asking": Act(
        "agreement",
        SEEN,
        _with(reviewer=_colleague, due_on=lambda _t: _in_days(5)),
        # Who may not say who is named on a confidential lead, brings nobody in by asking either.
        but={"secret RES named": REFUSED},
    ),
    # Asked of the officer who is named, who alone concludes it.
    "leads.save_review_conclusion": Act(
        "agreement",
        SEEN,
        _with(number="公审〔2026〕7 号", reviewed_on=lambda _t: _in_days(0), verdict="passed"),
        outcome=DENIED,
        but={"* OFF named": DONE},
    ),
    # Without the scan; who drafted does not get so far.
    "leads.save_review": Act("agreement", SEEN, outcome=REFUSED, but={"* * owner": DENIED}),
    # --- projects ---
    "projects.update": Act("project", SEEN, _with(name="储能项目改名")),
    "projects.save_move": Act(
        "project",
        SEEN,
        _with(to="landed", effective_on=lambda _t: _in_days(0), evidence="青建施〔2026〕118 号"),
    ),
    "projects.save_correction": Act("project", SEEN, REASON, arguments={"place": 4}),
    "projects.take_back": Act(
        "project", SEEN, outcome=REFUSED, but={"* * owner": DONE}, arguments={"place": 4}
    ),
    # --- one's own ---
    "lists.choose_columns": Act("", EVERYBODY, _with(shown="region_code"), arguments=LIBRARY),
    "lists.keep_view": Act("", EVERYBODY, _with(name="储能的"), arguments=LIBRARY | {"q": "储能"}),
    "lists.change_view": Act("view", OWN, _with(name="改名")),
    "lists.open_first": Act("view", OWN, _with(on="1")),
    "lists.remove_view": Act("view", OWN),
    **{
        f"{part}.exported": Act(
            # Who sees none has nothing to take along.
            "",
            EVERYBODY,
            _with(format="csv", purpose="调度会"),
            but={} if part == "enterprises" else {"* OFF none": REFUSED},
            arguments={"view": "all"},
        )
        for part in ("enterprises", "leads", "projects", "steps", "visits")
    },
    "leads.done_to_many#assign": Act(
        "",
        {secrecy: by_role | {"RES": " ".join(RELATIONS)} for secrecy, by_role in SEEN.items()},
        _many("lead", owner=_colleague, effective_on=lambda _t: _in_days(0)),
        otherwise=SAME,
        but={"* RES *": DENIED},
        arguments={"act": "assign"},
    ),
    "leads.done_to_many#move": Act(
        "",
        SEEN,
        _many("lead", to="assessed", effective_on=lambda _t: _in_days(0)),
        otherwise=SAME,
        arguments={"act": "move"},
    ),
    "leads.done_to_many#tag": Act(
        "",
        SEEN,
        _many("lead", tag=lambda t: t.records["tag"].public_id),
        otherwise=SAME,
        arguments={"act": "tag"},
    ),
    "projects.done_to_many": Act(
        "", EVERYBODY, _many("project", tag="none"), outcome=REFUSED, arguments={"act": "tag"}
    ),
    "leads.done_to_many": Act(
        "",
        SEEN,
        _many("lead", reason="核实过", steps="drop"),
        otherwise=SAME,
        but=NOT_MANY,
        arguments=ARCHIVE,
    ),
    "enterprises.done_to_many": Act(
        "", WORKS, _many("company", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
    ),
    "visits.done_to_many": Act(
        "", SEEN, _many("visit", reason="核实过"), otherwise=SAME, but=NOT_MANY, arguments=ARCHIVE
    ),
    "enterprises.done_to_many#restore": Act(
        "", REGISTERED, _many("closed company"), otherwise=SAME, arguments=RESTORE
    ),
    "leads.done_to_many#restore": Act(
        "", SEEN, _many("filed lead"), otherwise=SAME, but=NOT_MANY, arguments=RESTORE
    ),
    "visits.done_to_many#restore": Act(
        "", SEEN, _many("old visit"), otherwise=SAME, but=NOT_MANY, arguments=RESTORE
    ),
    "steps.done_to_many": Act(
        "",
        SEEN,
        _many("step", due_on=lambda _t: _in_days(9)),
        otherwise=SAME,
        # Who is named on the lead opens its steps from there, and does not find them in the list.
        but={"* OFF named": SAME, "* RES named": SAME, "secret HEAD named": SAME},
        arguments={"act": "move"},
    ),
    "saved_searches.create": Act("", EVERYBODY, _with(name="储能"), arguments={"q": "储能"}),
    "saved_searches.forget": Act("recent search", OWN, otherwise=SAME),
    "saved_searches.forget_all": Act("", OWN, otherwise=SAME),
    "saved_searches.remove": Act("search", OWN),
    "saved_searches.seen": Act("search", OWN, _with(key="enterprise:x")),
    "saved_searches.update": Act("search", OWN, _with(name="改名")),
    "saved_searches.watch": Act("search", OWN, _with(on="0")),
    # --- settings, words, the search index: the rights of a role alone ---
    "settings.update": Act("", EVERYBODY, outcome=REFUSED, arguments={"name": "idle_desk"}),
    "operations.resend": Act("", EVERYBODY, outcome=SAME),
    "words.add_starter": Act("", EVERYBODY, outcome=REFUSED),  # there are words already
    "words.create_group": Act("", EVERYBODY, _with(words="光伏、太阳能")),
    "words.create_reading": Act("", EVERYBODY, _with(word="单县", reading="dan xian")),
    "words.remove_group": Act("word group", EVERYBODY),
    "words.remove_reading": Act("word reading", EVERYBODY),
    "words.update_group": Act("word group", EVERYBODY, _with(words="锂电、锂离子电池")),
    "words.update_reading": Act("word reading", EVERYBODY, _with(word="费县", reading="bei xian")),
    # --- steps ---
    "steps.create": Act("lead", SEEN, NEXT_STEP, arguments={"kind": "lead"}),
    # A resident reads projects and works on none.
    "steps.create#of a project": Act(
        "project", SEEN, NEXT_STEP, arguments={"kind": "project"}, but={"* RES *": DENIED}
    ),
    "steps.create#of what takes none": Act("visit", NOBODY, NEXT_STEP, arguments={"kind": "visit"}),
    "steps.close": Act("step", SEEN, _with(state="done", outcome="已送")),
    "steps.tick": Act("step", SEEN, _with(state="done")),
    "steps.move": Act("step", SEEN, _with(due_on=lambda _t: _in_days(9))),
    "steps.reopen": Act("done step", SEEN),
    "steps.tell": Act("done step", SEEN, _with(outcome="送到了")),
    # --- visits: seen by many, changed by who wrote them down and by who assigns leads ---
    "visits.create": Act("", EVERYBODY, NEW_VISIT),
    "visits.create#of a lead": Act(
        "",
        SEEN,
        lambda t: NEW_VISIT(t) | {"lead": t.records["lead"].public_id},
        otherwise=REFUSED,  # as one that is not there
    ),
    "visits.update": Act("visit", SEEN, VISIT, but=NOT_THEIRS),
    "visits.confirm": Act("visit", SEEN, but={"* * owner": DENIED}),  # by somebody else
    "visits.archive": Act("visit", SEEN, REASON, but=NOT_THEIRS),
    "visits.restore": Act("old visit", SEEN, but=NOT_THEIRS),
}
