"""经费: what resident teams and units spend, by kind with receipts, beside what they were given."""
