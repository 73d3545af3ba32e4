# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from enum import IntEnum


class TicketPriority(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    URGENT = 4

    def __str__(self) -> str:
        return str(self.value)
