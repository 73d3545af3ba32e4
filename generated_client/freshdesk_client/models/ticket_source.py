# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from enum import IntEnum


class TicketSource(IntEnum):
    EMAIL = 1
    PORTAL = 2
    PHONE = 3
    CHAT = 7
    FEEDBACK_WIDGET = 9
    OUTBOUND_EMAIL = 10

    def __str__(self) -> str:
        return str(self.value)
