"""What a feature brings into the product, as one value in its room `feature`; the factory reads them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import click
from flask import Blueprint, Flask

from app.core.records.measures import MEASURES, Measure
from app.core.records.metrics import METRICS, Metric
from app.core.records.place import LISTS
from app.core.values.enums import LabelledEnum
from app.core.values.registries import Registry
from app.core.values.settings import SETTINGS, Setting


class MenuPart(LabelledEnum):
    """Parts of the menu in their order, each under its heading; and the two short menus beside it."""

    DAILY = "daily", ""
    PROMOTION = "promotion", "招商"
    DELIVERY = "delivery", "项目"
    FIGURES = "figures", "分析"
    OFFICE = "office", "管理"
    PHONE = "phone", "手机"  # the bar at the foot of a phone
    NEW = "new", "新建"


@dataclass(frozen=True, slots=True)
class MenuLine:
    """A line of the menu: of a whole feature, or of one page that has a line of its own. Within a part the
    lower `place` stands first.
    """

    part: MenuPart
    place: int
    label: str
    endpoint: str
    icon: str
    right: StrEnum | None = None
    is_one_page: bool = False


MENU: Registry[MenuLine] = Registry("menu")  # by part and endpoint


def lines_of(part: MenuPart) -> list[MenuLine]:
    """The lines of a part of the menu in their order, for whoever may see them."""
    return sorted((line for line in MENU.values() if line.part is part), key=lambda line: line.place)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """`pages` may name a blueprint once for each room that gives it routes. `answers` are what it says where
    lower features ask (`Registry.entry`, `Hooks.hook`); `searchable` join its kinds of record to the index,
    once all features have answered.
    """

    pages: tuple[Blueprint, ...] = ()
    commands: tuple[click.Command, ...] = ()
    menu: tuple[MenuLine, ...] = ()
    settings: tuple[Setting, ...] = ()
    metrics: tuple[Metric[Any], ...] = ()  # beside those that its lists are by themselves
    measures: tuple[Measure, ...] = ()
    answers: tuple[Callable[[], None], ...] = ()
    searchable: tuple[Callable[[], None], ...] = ()


def install(app: Flask, features: Iterable[Feature]) -> None:
    """Gives an application its features, low to high."""
    features = tuple(features)
    for feature in features:
        _show(app, feature)
        for answer in feature.answers:
            answer()
    for metric in (metric for feature in features for metric in feature.metrics):
        METRICS.add(metric.code, metric)
    for measure in (measure for feature in features for measure in feature.measures):
        MEASURES.add(measure.code, measure)
        METRICS.add(measure.code, measure)
    for listing in LISTS.values():
        METRICS.add(listing.metric.code, listing.metric)
    for join in (join for feature in features for join in feature.searchable):
        join()


def _show(app: Flask, feature: Feature) -> None:
    for blueprint in dict.fromkeys(feature.pages):
        app.register_blueprint(blueprint)
    for command in feature.commands:
        app.cli.add_command(command)
    for line in feature.menu:
        MENU.add(f"{line.part}:{line.endpoint}", line)
    for setting in feature.settings:
        SETTINGS.add(setting.name, setting)
