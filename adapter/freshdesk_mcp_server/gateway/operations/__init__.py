"""The operations of Freshdesk that this server uses, a module for each resource.

To add one: CONTRIBUTING.md, "Add an operation".
"""
