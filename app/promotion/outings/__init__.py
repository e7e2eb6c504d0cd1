"""外出和来访: a leader goes out or receives a delegation; whom they meet when, what to know before."""
