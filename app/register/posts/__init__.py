"""链长, 副链长, 专班: who is charged with a chain, from when to when."""
