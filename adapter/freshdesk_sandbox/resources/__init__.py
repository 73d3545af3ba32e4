"""The resources of Freshdesk, a module or a package for each.

A resource holds its records and their table, its rules for requests, the looks of its answers, its switches and its
operations. General modules know none of them: registry.py lists those that there are.
"""
