"""The operations of Freshdesk that this server uses, a module for each resource.

The class `Operation` is not here, but in ``operation``. CONTRIBUTING.md, "Add an operation", lists the steps.
"""
