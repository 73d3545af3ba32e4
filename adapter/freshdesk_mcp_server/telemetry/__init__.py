"""Telemetry: events, the observers that log and count them, and spans.

Nothing here imports a room above. Its own modules import in one direction: export > discreet > tracing > events; log
and metrics > events; tally stands alone.
"""
