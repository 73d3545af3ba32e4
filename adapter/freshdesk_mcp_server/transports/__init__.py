"""The ways in: HTTP on one port, and stdio. What is common to both is in ``server``."""
