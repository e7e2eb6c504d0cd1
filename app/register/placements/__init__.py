"""Which companies belong on which links of the chains: proposed by a job, decided by people.

A feature of its own above `chains`, not one more room in it: a placement hangs on a link and on a company
alike, has a list, rights, jobs and a door to `search` of its own, and who keeps chains is not who decides
here.
"""
