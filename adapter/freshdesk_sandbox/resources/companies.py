"""The companies of the account.

Here: the record and its table. Not here: operations; there are none yet.
"""

from dataclasses import dataclass
from typing import Any

from freshdesk_sandbox.store import Table


@dataclass(frozen=True, slots=True)
class Company:
    """A company that contacts belong to."""

    id: int
    name: str


class Companies(Table[Company]):
    """The companies by id."""

    seed = "companies"

    def record(self, row: dict[str, Any]) -> Company:
        """Return the company of a row of the seed."""
        return Company(**row)
