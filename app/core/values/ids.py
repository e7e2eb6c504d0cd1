"""Public ids: random, so that a URL tells nothing about how many records exist."""

import secrets

# Crockford's alphabet: no I, L, O, U, so an id read over the phone survives.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def new_public_id() -> str:
    """80 random bits in 16 characters."""
    bits = secrets.randbits(5 * LENGTH)
    return "".join([_PAIRS[(bits >> (10 * place)) & 1023] for place in range(LENGTH // 2)])


def looks_like_public_id(text: str) -> bool:
    """Whether a text can be a public id at all; says nothing about existence."""
    return len(text) == LENGTH and all(letter in _ALPHABET for letter in text)
