"""The account that an operation works on, and the key that it lets in.

Not here: its agents, groups, fields and the like, which are resources.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from freshdesk_sandbox.files import FileHost
from freshdesk_sandbox.store import Records
from freshdesk_sandbox.switches import AccountSwitches

API_KEY: Final = "sandbox-api-key"


@dataclass(frozen=True, slots=True)
class Account:
    """The records of an account, its switches, and the host of its files."""

    records: Records
    behaviour: AccountSwitches
    files: FileHost

    def switches[S: AccountSwitches](self, kind: type[S]) -> S:
        """Return the switches as those of one resource.

        Raises:
            TypeError: the account has no such switches, because registry.py does not name them.
        """
        if not isinstance(self.behaviour, kind):
            raise TypeError(f"{kind.__name__} is not registered in registry.py")
        return self.behaviour

    def now(self) -> datetime:
        """Return the time, with its part of a second."""
        return self.records.clock()

    def on_copy(self) -> "Account":
        """Return the account with a copy of its records, whose changes nobody sees."""
        return replace(self, records=self.records.copy())
