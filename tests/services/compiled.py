"""Templates compiled once for all apps of a test run: compiling them anew was half of the run's time."""

from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache


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
