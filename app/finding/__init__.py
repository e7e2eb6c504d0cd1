"""The global search, what is kept of it, and the county's own words."""
