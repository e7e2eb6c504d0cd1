"""目标企业: companies that the county wants to win for links of its chains, before there is a lead."""
