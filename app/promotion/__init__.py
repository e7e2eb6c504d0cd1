"""招商: from a lead to its contract, the visits on the way, what is to be done next."""
