"""定向招商: so many named companies, worked on by some units and teams within some days, towards goals."""
