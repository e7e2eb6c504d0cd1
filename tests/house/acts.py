"""Who may do what to which record: role x relation x action, as data, for every route that changes something.

route_table.py says which role gets to a route's own code; everybody else is turned away there (DENIED). Here
stands what happens to those who get that far: to whom the record is open, what it answers to the others, and
what becomes of the form, which is filled in as the page would send it. A new route needs a line here; a
second one (`route#what`) says what becomes of a form that names another record, which may be hidden.

Roles: as in route_table.py. Relations: tests/house/relations.py.
"""

from app.promotion.leads.enums import LeadStage
from tests.house.acting import (
    ARCHIVE,
    BATCHES,
    DENIED,
    DONE,
    EVERYBODY,
    NOBODY,
    NOT_MANY,
    NOT_THEIRS,
    OWN,
    READ,
    REASON,
    REFUSED,
    REGISTERED,
    RESTORE,
    SAME,
    SEEN,
    WORKS,
    Act,
    both,
    colleague,
    in_days,
    many,
    myself,
    not_for_residents,
    typed,
)
from tests.house.furnishing import furnishings

LIBRARY = {"records": "enterprise"}
NEXT_STEP = typed(what="约严总来看厂房", due_on=lambda _t: in_days(5), owner=colleague)
COMPANY = typed(name=lambda tried: tried.records["company"].number, status="closed", not_duplicate="y")
PERSON = typed(name="沈若岚", purpose="招商联络", not_duplicate="y")
LEAD = typed(name="储能电芯改名", source="directed", amount_text="2亿")
VISIT = typed(kind="outbound", held_on=lambda _t: in_days(0), summary="改了的纪要")

NEW_VISIT = typed(
    kind="call",
    held_on=lambda _t: in_days(0),
    enterprise=lambda t: t.records["company"].number,
    enterprise_id=lambda t: t.records["company"].public_id,
    summary="电话里谈了用地",
    next_what="送厂房方案",
    next_due_on=lambda _t: in_days(5),
    next_owner=colleague,
)

NEXT_STAGES = typed(
    valid_from=lambda _t: in_days(9),
    note="常务会议定的",
    **{f"label_{stage.value}": f"新{stage.label}" for stage in LeadStage},
)

ACTS: dict[str, Act] = {
    # --- accounts: the administrator alone, of everybody ---
    "accounts.archive_person": Act("person", EVERYBODY, REASON),
    "accounts.archive_unit": Act("unit", EVERYBODY, REASON),
    "accounts.create_person": Act("", EVERYBODY, typed(name="某人", unit=lambda t: t.situation.unit)),
    "accounts.create_unit": Act("", EVERYBODY, typed(name="招商六科", kind="department", position="1")),
    "accounts.create_user": Act(
        "",
        EVERYBODY,
        typed(person=lambda t: t.records["person"].public_id, login="someone", roles=["officer"]),
    ),
    "accounts.disable": Act("user", EVERYBODY),
    "accounts.enable": Act("disabled user", EVERYBODY),
    "accounts.end_session": Act("user", NOBODY),
    "accounts.join_team": Act(
        "person",
        EVERYBODY,
        typed(team=lambda t: t.situation.team, starts_on=lambda _t: in_days(0)),
    ),
    "accounts.leave_team": Act("membership", EVERYBODY, typed(ends_on=lambda _t: in_days(0))),
    "accounts.logout": Act("", EVERYBODY),
    "accounts.password": Act("", EVERYBODY, typed(current="x", new="y", again="y"), outcome=REFUSED),
    "accounts.release": Act("user", EVERYBODY, outcome=SAME),
    "accounts.reset_password": Act("user", EVERYBODY),
    "accounts.restore_person": Act("left person", EVERYBODY),
    "accounts.restore_unit": Act("closed unit", EVERYBODY),
    "accounts.set_roles": Act("user", EVERYBODY, typed(roles=["officer", "resident"])),
    "accounts.sign_in": Act("", EVERYBODY, outcome=REFUSED),  # with nothing typed
    # One's own second step: with nothing typed.
    "accounts.after_second_step": Act("", EVERYBODY, outcome=SAME),
    "accounts.change_second_step": Act("", EVERYBODY, outcome=REFUSED),
    "accounts.confirm_second_step": Act("", EVERYBODY, outcome=REFUSED),
    "accounts.reset_second_step": Act("user", EVERYBODY, outcome=SAME),  # there is none
    "accounts.sign_in_code": Act("", EVERYBODY, outcome=REFUSED),
    "accounts.update_person": Act("person", EVERYBODY, typed(name="改名", unit=lambda t: t.situation.unit)),
    "accounts.update_unit": Act("unit", EVERYBODY, typed(name="招商七科", kind="department", position="1")),
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
    "comments.create": Act("lead", READ, typed(text="请盯紧"), arguments={"kind": "lead"}),
    "comments.create#of a project": Act("project", READ, typed(text="请盯紧"), arguments={"kind": "project"}),
    "comments.create#of a company": Act(
        "company", EVERYBODY, typed(text="请盯紧"), arguments={"kind": "enterprise"}
    ),
    "comments.create#mentioning": Act(
        "lead",
        READ,
        typed(text="请看", people=lambda t: [colleague(t)]),
        arguments={"kind": "lead"},
        but={"secret * owner": DONE, "secret * *": REFUSED},  # asked for a review of their own leads alone
    ),
    "comments.look": Act("comment", READ, outcome=SAME),
    "comments.take_back": Act("comment", READ, outcome=REFUSED, but={"* HEAD *": DONE, "* * owner": DONE}),
    "comments.update": Act("comment", READ, typed(text="改了的"), outcome=REFUSED, but={"* * owner": DONE}),
    # --- tags: the county's words, and on what may be changed ---
    "tags.archive": Act("tag", EVERYBODY),
    "tags.create": Act("", EVERYBODY, typed(name="链主", color="teal"), arguments={"kind": "lead"}),
    "tags.restore": Act("stopped tag", EVERYBODY),
    "tags.update": Act("tag", EVERYBODY, typed(name="重点项目", color="teal")),
    "tags.choose": Act(
        "lead", SEEN, typed(tags=lambda t: [t.records["tag"].public_id]), arguments={"kind": "lead"}
    ),
    "tags.choose#on a visit": Act("visit", SEEN, outcome=SAME, arguments={"kind": "visit"}, but=NOT_THEIRS),
    # --- companies: what is public is open to all who work; the rest to who works with them ---
    "enterprises.create": Act("", EVERYBODY, typed(name="苏州新来新材料有限公司", status="active")),
    "enterprises.update": Act("company", EVERYBODY, COMPANY),
    "enterprises.archive": Act(
        "company",
        WORKS,
        REASON,
        otherwise=DENIED,
    ),
    "enterprises.restore": Act("closed company", REGISTERED, typed(not_duplicate="y"), otherwise=DENIED),
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
        typed(
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
        typed(version=lambda t: t.records["erasure"].version, reason="核实过"),
        otherwise=DENIED,
        but={"* OFF team": DENIED},
    ),
    "enterprises.withdraw_erasure": Act(
        "unwanted contact",
        both({"OFF": "team"}),
        typed(version=lambda t: t.records["erasure"].version),
        otherwise=DENIED,
    ),
    # --- imports: who ran it, and the head ---
    "imports.upload": Act("", EVERYBODY, outcome=REFUSED),
    "imports.change_columns": Act("batch", BATCHES, outcome=REFUSED),
    "imports.change_source": Act("batch", BATCHES, outcome=REFUSED),
    "imports.decide": Act("batch", BATCHES, typed(decision="skip")),
    "imports.retry": Act("batch", BATCHES, outcome=REFUSED),
    "imports.start_undo": Act("batch", BATCHES, outcome=REFUSED),
    "imports.stop": Act("batch", BATCHES, outcome=REFUSED),
    "imports.write": Act("batch", BATCHES, typed(promised="1"), outcome=REFUSED),
    # --- leads ---
    "leads.create": Act(
        "",
        EVERYBODY,
        typed(
            enterprise=lambda t: t.records["company"].number,
            enterprise_id=lambda t: t.records["company"].public_id,
            name="另一件事",
            source="directed",
            registered_on=lambda _t: in_days(0),
            owner=myself,
            not_duplicate="y",
        ),
    ),
    "leads.update": Act("lead", SEEN, LEAD),
    "leads.save_part": Act("lead", SEEN, typed(assessment="跟进"), arguments={"part": "assessment"}),
    "leads.save_move": Act(
        "lead", SEEN, typed(to="on_hold", effective_on=lambda _t: in_days(0), reason="等土地指标")
    ),
    "leads.shift": Act("lead", SEEN, typed(stage="assessed")),
    "leads.take_back": Act(
        "moved lead",
        SEEN,
        outcome=REFUSED,
        but={"* * owner": DONE},  # one's own last row, within half an hour
        arguments={"place": 4},
    ),
    "leads.save_assign": Act("lead", SEEN, typed(owner=colleague, effective_on=lambda _t: in_days(0))),
    "leads.save_access": Act(
        "lead",
        SEEN,
        typed(members=lambda t: [colleague(t)]),
        but=NOT_THEIRS,
    ),
    "leads.save_correction": Act("moved lead", SEEN, REASON, arguments={"place": 4}),
    "leads.save_registration": Act(
        "lead", SEEN, typed(registered_on=lambda _t: in_days(-90), reason="早已接洽")
    ),
    "leads.save_archive": Act("lead", SEEN, REASON, but=NOT_THEIRS),
    "leads.restore": Act("filed lead", SEEN, but=NOT_THEIRS),
    "leads.save_void": Act(
        "lead",
        SEEN,
        typed(counts=lambda t: t.records["moved lead"].number),
        outcome=DENIED,
        but={"* HEAD *": DONE, "* * owner": DONE},
    ),
    "leads.save_agreement": Act("lead", SEEN, typed(kind="intent", title="意向协议", drafter=colleague)),
    "leads.update_agreement": Act(
        "agreement",
        SEEN,
        typed(kind="contract", title="改名", drafter=lambda t: t.records["agreement"].number),
    ),
    "leads.save_asking": Act(
        "agreement",
        SEEN,
        typed(reviewer=colleague, due_on=lambda _t: in_days(5)),
        # Who may not say who is named on a confidential lead, brings nobody in by asking either.
        but={"secret RES named": REFUSED},
    ),
    # Asked of the officer who is named, who alone concludes it.
    "leads.save_review_conclusion": Act(
        "agreement",
        SEEN,
        typed(number="公审〔2026〕7 号", reviewed_on=lambda _t: in_days(0), verdict="passed"),
        outcome=DENIED,
        but={"* OFF named": DONE},
    ),
    # Without the scan; who drafted does not get so far.
    "leads.save_review": Act("agreement", SEEN, outcome=REFUSED, but={"* * owner": DENIED}),
    # --- projects ---
    "projects.update": Act("project", SEEN, typed(name="储能项目改名")),
    "projects.save_move": Act(
        "project",
        SEEN,
        typed(to="landed", effective_on=lambda _t: in_days(0), evidence="青建施〔2026〕118 号"),
    ),
    "projects.save_correction": Act("project", SEEN, REASON, arguments={"place": 4}),
    "projects.take_back": Act(
        "project", SEEN, outcome=REFUSED, but={"* * owner": DONE}, arguments={"place": 4}
    ),
    # --- one's own ---
    "lists.choose_columns": Act("", EVERYBODY, typed(shown="region_code"), arguments=LIBRARY),
    "lists.keep_view": Act("", EVERYBODY, typed(name="储能的"), arguments=LIBRARY | {"q": "储能"}),
    "lists.change_view": Act("view", OWN, typed(name="改名")),
    "lists.open_first": Act("view", OWN, typed(on="1")),
    "lists.remove_view": Act("view", OWN),
    "outcomes.exported": Act("", EVERYBODY),
    **{
        f"{part}.exported": Act(
            # Who sees none has nothing to take along.
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={} if part == "enterprises" else {"* OFF none": REFUSED},
            arguments={"view": "all"},
        )
        for part in ("enterprises", "leads", "projects", "steps", "visits")
    },
    "leads.done_to_many#assign": Act(
        "",
        not_for_residents(SEEN),
        many("lead", owner=colleague, effective_on=lambda _t: in_days(0)),
        otherwise=SAME,
        but={"* RES *": DENIED},
        arguments={"act": "assign"},
    ),
    "leads.done_to_many#move": Act(
        "",
        SEEN,
        many("lead", to="assessed", effective_on=lambda _t: in_days(0)),
        otherwise=SAME,
        arguments={"act": "move"},
    ),
    "leads.done_to_many#tag": Act(
        "",
        SEEN,
        many("lead", tag=lambda t: t.records["tag"].public_id),
        otherwise=SAME,
        arguments={"act": "tag"},
    ),
    "projects.done_to_many": Act(
        "", EVERYBODY, many("project", tag="none"), outcome=REFUSED, arguments={"act": "tag"}
    ),
    "leads.done_to_many": Act(
        "",
        SEEN,
        many("lead", reason="核实过", steps="drop"),
        otherwise=SAME,
        but=NOT_MANY,
        arguments=ARCHIVE,
    ),
    "enterprises.done_to_many": Act(
        "",
        not_for_residents(WORKS),
        many("company", reason="核实过"),
        otherwise=SAME,
        but={"* RES *": DENIED},
        arguments=ARCHIVE,
    ),
    "visits.done_to_many": Act(
        "", SEEN, many("visit", reason="核实过"), otherwise=SAME, but=NOT_MANY, arguments=ARCHIVE
    ),
    "enterprises.done_to_many#restore": Act(
        "",
        not_for_residents(REGISTERED),
        many("closed company"),
        otherwise=SAME,
        but={"* RES *": DENIED},
        arguments=RESTORE,
    ),
    "leads.done_to_many#restore": Act(
        "", SEEN, many("filed lead"), otherwise=SAME, but=NOT_MANY, arguments=RESTORE
    ),
    "visits.done_to_many#restore": Act(
        "", SEEN, many("old visit"), otherwise=SAME, but=NOT_MANY, arguments=RESTORE
    ),
    "steps.done_to_many": Act(
        "",
        SEEN,
        many("step", due_on=lambda _t: in_days(9)),
        otherwise=SAME,
        # Who is named on the lead opens its steps from there, and does not find them in the list.
        but={"* OFF named": SAME, "* RES named": SAME, "secret HEAD named": SAME},
        arguments={"act": "move"},
    ),
    "saved_searches.create": Act("", EVERYBODY, typed(name="储能"), arguments={"q": "储能"}),
    "saved_searches.forget": Act("recent search", OWN, otherwise=SAME),
    "saved_searches.forget_all": Act("", OWN, otherwise=SAME),
    "saved_searches.remove": Act("search", OWN),
    "saved_searches.seen": Act("search", OWN, typed(key="enterprise:x")),
    "saved_searches.update": Act("search", OWN, typed(name="改名")),
    "saved_searches.watch": Act("search", OWN, typed(on="0")),
    # --- settings, words, the search index: the rights of a role alone ---
    "settings.update": Act("", EVERYBODY, outcome=REFUSED, arguments={"name": "idle_desk"}),
    "stages.create": Act("", EVERYBODY, NEXT_STAGES),
    "stages.update": Act("stage set", EVERYBODY, NEXT_STAGES),
    "stages.withdraw": Act("stage set", EVERYBODY),
    "operations.resend": Act("", EVERYBODY, outcome=SAME),
    "words.add_starter": Act("", EVERYBODY, outcome=REFUSED),  # there are words already
    "words.create_group": Act("", EVERYBODY, typed(words="光伏、太阳能")),
    "words.create_reading": Act("", EVERYBODY, typed(word="单县", reading="dan xian")),
    "words.remove_group": Act("word group", EVERYBODY),
    "words.remove_reading": Act("word reading", EVERYBODY),
    "words.update_group": Act("word group", EVERYBODY, typed(words="锂电、锂离子电池")),
    "words.update_reading": Act("word reading", EVERYBODY, typed(word="费县", reading="bei xian")),
    # --- steps ---
    "steps.create": Act("lead", SEEN, NEXT_STEP, arguments={"kind": "lead"}),
    # A resident reads projects and works on none.
    "steps.create#of a project": Act(
        "project", SEEN, NEXT_STEP, arguments={"kind": "project"}, but={"* RES *": DENIED}
    ),
    "steps.create#of what takes none": Act("visit", NOBODY, NEXT_STEP, arguments={"kind": "visit"}),
    "steps.close": Act("step", SEEN, typed(state="done", outcome="已送")),
    "steps.tick": Act("step", SEEN, typed(state="done")),
    "steps.move": Act("step", SEEN, typed(due_on=lambda _t: in_days(9))),
    "steps.reopen": Act("done step", SEEN),
    "steps.tell": Act("done step", SEEN, typed(outcome="送到了")),
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
    # --- of features with a room `house` ---
    **{name: act for each in furnishings() for name, act in each.acts.items()},
}
