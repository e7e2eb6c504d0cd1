"""图和清单: what a county keeps for each of its chains, and where each of it is found."""
