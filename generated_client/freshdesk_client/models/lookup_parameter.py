# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from enum import StrEnum


class LookupParameter(StrEnum):
    DISPLAY_ID = "display_id"
    PRIMARY_FIELD_VALUE = "primary_field_value"

    def __str__(self) -> str:
        return str(self.value)
