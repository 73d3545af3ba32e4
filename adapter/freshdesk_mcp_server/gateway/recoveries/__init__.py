"""Recoveries, a module for each resource whose writes Freshdesk does not make idempotent.

``MEMORIES`` of ``client`` names the memories that they share.
"""
