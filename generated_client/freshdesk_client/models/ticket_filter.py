# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from enum import StrEnum


class TicketFilter(StrEnum):
    DELETED = "deleted"
    NEW_AND_MY_OPEN = "new_and_my_open"
    SPAM = "spam"
    WATCHING = "watching"

    def __str__(self) -> str:
        return str(self.value)
