"""扩张迹象: dated rows that a company expands, each with its source."""
