"""驻点组: where each team stands, who is in it, which days they were there, whom they hand over to."""
