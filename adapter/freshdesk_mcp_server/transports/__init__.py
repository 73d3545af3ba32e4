"""The transports: HTTP on one port, and stdio. ``server`` holds what is common to both."""
