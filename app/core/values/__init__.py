"""Plain values and their words: days, amounts, numbers, labels, refusals. No framework's session."""
