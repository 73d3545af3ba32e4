"""Recoveries: how a write without an answer is found again, for each resource that has such writes."""
