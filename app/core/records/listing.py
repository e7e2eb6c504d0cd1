"""A list of records, declared: whose rows, under which filters, in which columns. Here are its questions to
the database, and the metrics that its rows are behind; `listed` reads the URL and shows the page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import Actor
from app.core.records.columns import ListColumn, Reckoned, endpoint_of
from app.core.records.filters import Condition, Filter
from app.core.records.metrics import Basis, Metric, Rows, Told
from app.core.records.tabs import State, View
from app.core.storage.db import db
from app.core.values.labels import label_of
from app.core.web import pages
from app.core.web.pages import Key, Row, SortColumn


@dataclass(frozen=True, slots=True)
class Sum:
    """What the totals row adds up: a column of the model, under a column of the list."""

    key: str
    of: InstrumentedAttribute[Any]
    shown: Callable[[int], str]
    unit: str  # 亿元
    basis: Basis = Basis.PROMOTION

    @property
    def words(self) -> str:
        """亿元，招商口径."""
        return f"{self.unit}，{self.basis.label}"


@dataclass(frozen=True, slots=True)
class ListAsked:
    """What a list is narrowed to: values by the names of their filters, a view, a state."""

    values: Mapping[str, Any] = field(default_factory=dict)
    view: str = "all"
    state: str = "all"


@dataclass(frozen=True, slots=True)
class Totals:
    """What stands around a list: the rows of each tab, and the sum in 元 of what is shown; None where nothing
    is summed, and above 10,000 rows, where nobody adds up.
    """

    tabs: pages.Tabs
    amount: int | None


def _as_they_are(rows: Sequence[Any]) -> Sequence[Any]:
    return rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing(Generic[Row]):
    """A list as its feature declares it. What it leaves out follows from the model of its records."""

    model: Any
    title: str
    noun: str = ""  # 项目, as the model is called
    counter: str  # 个
    endpoint: str = ""  # leads.index, of the feature of the model; beside it are leads.printed, leads.export
    reads: StrEnum  # the right to see it
    takes: StrEnum  # the right to take its rows along as a file
    visible: Callable[[Actor], Condition]
    load: Callable[[list[int]], Sequence[Row]]
    filters: tuple[Filter, ...]
    columns: tuple[ListColumn, ...]
    views: Mapping[str, View]
    views_first: bool = False  # on the page, before the states: whose rows matters more than how they stand
    opens: Callable[[Actor], str] = lambda _actor: "all"  # the view that a bare address shows
    states: Mapping[str, State] = field(default_factory=dict)
    sorted_by: str  # the key of a column that sorts, -updated the other way round
    shown: Callable[[Sequence[Row]], Sequence[Any]] = _as_they_are  # what the cells of each row are given
    sum: Sum | None = None
    size: str = "normal"  # of its rows on the page: compact, normal, tall

    def __post_init__(self) -> None:
        object.__setattr__(self, "noun", self.noun or self.model.__called__)
        object.__setattr__(self, "endpoint", self.endpoint or endpoint_of(self.model, "index"))
        if self.sorted_by.removeprefix("-") not in self.sorts:
            raise TypeError(f"no column of {self.kind} sorts by {self.sorted_by}")

    @property
    def kind(self) -> str:
        """As the audit ledger calls the records."""
        return str(self.model.__tablename__)

    @property
    def key(self) -> Any:
        """The inner id of a record."""
        return self.model.id

    @property
    def sorts(self) -> Mapping[str, SortColumn | Reckoned]:
        """What its rows can be put in order by."""
        return {one.key: one.order for one in self.columns if one.order is not None}

    @property
    def record(self) -> str:
        """The endpoint of the page of one record."""
        return self.beside("detail")

    def beside(self, name: str) -> str:
        """The endpoint of another page of the list: its print, its files."""
        return f"{self.endpoint.removesuffix('index')}{name}"

    def asked(
        self, values: Mapping[str, Any] | None = None, *, view: str = "all", state: str = "all"
    ) -> ListAsked:
        """For figures that count or open a list: `asked({"from": day}, view="mine")`."""
        known = {one.name for one in self.filters}
        if unknown := set(values or ()) - known:
            raise TypeError(f"no such filter: {', '.join(sorted(unknown))}")
        return ListAsked(values or {}, view, state)

    def where(self, asked: ListAsked, actor: Actor) -> Condition:
        """The condition on the rows that a list shows."""
        return and_(self._shared(asked, actor), *self._of_tabs(asked, actor))

    def rows(self, asked: ListAsked, actor: Actor) -> Rows:
        """The rows that a list shows, to be counted and summed up."""
        return self._rows(self.where(asked, actor))

    def _rows(self, condition: Condition) -> Rows:
        return Rows(self.model.__table__, condition, self.sum and self.sum.of)

    def address(self, asked: ListAsked) -> dict[str, Any]:
        """The query of the page that shows exactly these rows, whatever a bare address stands for."""
        filters = {one.name: one for one in self.filters}
        written = {name: filters[name].written(value) for name, value in asked.values.items()}
        return {"view": asked.view, **({"state": asked.state} if self.states else {}), **written}

    def seen(self, actor: Actor) -> Condition:
        """The condition on the rows that somebody finds in some view."""
        in_views = (and_(true(), *view.where(actor)) for view in self.views.values())
        return and_(self.visible(actor), or_(*in_views))

    def _shared(self, asked: ListAsked, actor: Actor) -> Condition:
        """All that is asked for beside state and view."""
        conditions = [self.visible(actor)]
        for one in self.filters:
            value = asked.values.get(one.name)
            conditions += one.of_any() if value is None else [one.condition(value)]
        return and_(*conditions)

    def _of_tabs(self, asked: ListAsked, actor: Actor) -> list[Condition]:
        state = self.states[asked.state].where if self.states else ()
        return [*state, *self.views[asked.view].where(actor)]

    def page(
        self,
        asked: ListAsked,
        actor: Actor,
        *,
        sort: pages.Sort | None = None,
        number: int = 1,
        size: int = pages.PAGE_SIZE,
        found: pages.Count | None = None,
    ) -> pages.Page[Row]:
        """One page of the rows this person may see; `found` as `totals` has counted them."""
        sort = sort or pages.Sort.of(self.sorted_by)
        return pages.paginate(
            select(self.key).where(self.where(asked, actor)),
            self.load,
            order=self._order(sort),
            tie=self.key,
            descending=sort.descending,
            number=number,
            size=size,
            found=found,
        )

    def first_ids(self, asked: ListAsked, actor: Actor, sort: pages.Sort, most: int) -> list[str]:
        """The public ids of the first rows, in their order."""
        return list(db.session.scalars(self._ids(asked, actor, sort).limit(most)))

    def _ids(self, asked: ListAsked, actor: Actor, sort: pages.Sort) -> Select[tuple[str]]:
        rows = select(self.model.public_id).where(self.where(asked, actor))
        return rows.order_by(*pages.order_of(self._order(sort), self.key, sort.descending))

    def _order(self, sort: pages.Sort) -> SortColumn:
        order = self.sorts[sort.key]
        return order.by() if isinstance(order, Reckoned) else order

    def around(self, asked: ListAsked, actor: Actor, sort: pages.Sort, number: int) -> dict[int, str]:
        """Public ids from the row before a number to the row after it, by their numbers, which begin at 1."""
        first = max(number - 1, 1)
        window = self._ids(asked, actor, sort).limit(number - first + 2).offset(first - 1)
        return dict(enumerate(db.session.scalars(window), start=first))

    def count(self, asked: ListAsked, actor: Actor) -> pages.Count:
        """How many rows a list shows, for a figure that opens it."""
        return self.counts({"rows": asked}, actor)["rows"]

    def counts(self, asked: Mapping[Key, ListAsked], actor: Actor) -> dict[Key, pages.Count]:
        """The same of several lists, in one statement."""
        return pages.count_together(
            {key: select(self.key).where(self.where(one, actor)) for key, one in asked.items()}
        )

    def totals(self, asked: ListAsked, actor: Actor) -> Totals:
        """The counts of all tabs in one statement, and the sum of the one that is shown."""
        shared = self._shared(asked, actor)  # once: words are looked up in the index
        tabs = pages.count_tabs(
            select(self.key).where(shared),
            views={name: view.where(actor) for name, view in self.views.items()},
            view=asked.view,
            states={name: state.where for name, state in self.states.items()},
            state=asked.state,
            at_once=bool(asked.values.get("q")),
        )
        if self.sum is None or tabs.shown.capped:
            return Totals(tabs, None)
        shown = self._rows(and_(shared, *self._of_tabs(asked, actor)))
        return Totals(tabs, shown.total().amount)

    @property
    def metric(self) -> "ListMetric":
        """The list itself as a number: how many rows it shows, and what they come to."""
        return self.narrowed(
            code=f"{self.kind}.listed",
            name=f"{self.title}，合计",
            words=f"列表所选的范围和条件之内的{self.noun}，连同各标签页上的个数",
            cohort="不分批次，按列表上的条件",
        )

    def narrowed(
        self,
        *,
        code: str,
        name: str,
        words: str,
        cohort: str,
        cut_off: str = "打开页面那一刻",
        state: str = "all",
        values: Mapping[str, Any] | None = None,
        version: int = 1,
    ) -> "ListMetric":
        """A metric whose rows are a part of the list."""
        return ListMetric(
            code=code,
            name=name,
            of=self.noun,
            words=words,
            formula="合于条件的有几行" + (f"；金额是这些行的{label_of(self.sum.of)}之和" if self.sum else ""),
            unit=self.counter + ("，金额记到元，页面上写万元或亿元" if self.sum else ""),
            cohort=cohort,
            cut_off=cut_off,
            basis=self.sum.basis if self.sum else Basis.PROMOTION,
            version=version,
            reads=self.reads,
            listing=self,
            always=self.asked(values, state=state),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ListMetric(Metric[ListAsked]):
    """A number whose rows are those of a list, always narrowed to something."""

    listing: Listing[Any]
    always: ListAsked

    def asked(self, values: Mapping[str, Any] | None = None, *, view: str = "all") -> ListAsked:
        """A question for it: whose rows, narrowed by more."""
        return self.listing.asked(
            {**(values or {}), **self.always.values}, view=view, state=self.always.state
        )

    def rows(self, actor: Actor, question: ListAsked) -> Rows:
        return self.listing.rows(question, actor)

    def ask(self, actor: Actor, question: ListAsked) -> Told:
        """How many rows somebody finds there."""
        return self.told(question, self.listing.count(question, actor))

    def told(self, question: ListAsked, count: int | pages.Count, amount: int | None = None) -> Told:
        """Its answer, with the list that shows exactly these rows."""
        return Told(self, count, amount, self.listing.endpoint, self.listing.address(question))
