"""样例: what one is, in a sentence."""
