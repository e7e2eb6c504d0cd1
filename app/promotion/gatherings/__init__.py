"""招商活动: an event, who was invited and came, what was signed there, which companies were followed up."""
