"""Tables, transactions, and what is written beside each change: audit and outbox."""
