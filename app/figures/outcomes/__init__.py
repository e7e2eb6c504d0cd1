"""What came of it: meetings, leads, talks, contracts and cost of teams, units, people, ways and campaigns
beside each other, on any days and as it was known then, each number with its rows.
"""
