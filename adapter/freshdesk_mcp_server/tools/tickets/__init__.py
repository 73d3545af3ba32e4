"""The toolset of tickets."""
