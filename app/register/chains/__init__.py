"""产业链: the county's own chains, the links they consist of, and what each of these is judged to be."""
