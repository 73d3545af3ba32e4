"""The resources of Freshdesk, a module or a package for each.

A resource holds its records and their table, rules for requests, looks of answers, switches and operations. General
modules know none of them: registry.py lists those that there are.
"""
