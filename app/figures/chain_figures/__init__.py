"""Chains side by side, and one chain in one month for who is charged with it: figures as of any day, each
with its rows.
"""
