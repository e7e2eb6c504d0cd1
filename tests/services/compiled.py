"""What is compiled once for all apps of a test run: templates, SQL statements, routes. Each app did it anew,
which was more than half of the run's time; what is compiled is the same for all of them.
"""

from collections.abc import MutableMapping
from types import CodeType, MethodType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import util
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

# The compiled statements of every app, on whichever database: an engine would keep its own.
STATEMENTS: MutableMapping[Any, Any] = util.LRUCache(5000)
# What `Rule.compile` sets.
_COMPILED = ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments")


class Compiled(BytecodeCache):
    """Keeps what was compiled in memory, by the template's name and its words."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


def keep_compiled() -> None:
    """From now on every app of this process shares what the others compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        _hold_equal(kind)
    _keep_rules()


def _hold_equal(kind: type[DefaultDialect]) -> None:
    """A statement is kept under the dialect of its engine. All tests set up a kind of engine alike and reach
    the same server, so that its dialects are one and share what they know of types, too.
    """
    kind.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign,assignment]
    kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign,assignment]


def _keep_rules() -> None:
    """What a rule compiles to follows from its words alone, unless it has defaults or a host of its own."""
    compile_anew = Rule.compile
    kept: dict[str, dict[str, Any]] = {}

    def compile_once(rule: Rule) -> None:
        if rule.defaults or rule.subdomain or rule.host:
            compile_anew(rule)
            return
        if rule.rule not in kept:
            compile_anew(rule)
            kept[rule.rule] = {name: getattr(rule, name) for name in _COMPILED}
        for name, value in kept[rule.rule].items():
            setattr(rule, name, value.__func__.__get__(rule) if isinstance(value, MethodType) else value)

    Rule.compile = compile_once  # type: ignore[method-assign]
