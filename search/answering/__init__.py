"""From what was typed to what is asked of an engine, and from its hits to the order shown."""
