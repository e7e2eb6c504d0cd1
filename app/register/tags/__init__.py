"""标签: the county's own words for records of a kind, put on and off them, and lists narrowed by them."""
