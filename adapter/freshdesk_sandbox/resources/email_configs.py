"""The mailbox of the account.

Not here: operations; there are none yet.
"""

from typing import Final

EMAIL_CONFIG_ID: Final = 158000283425
SUPPORT_EMAIL: Final = "support@shop.example.com"
SENDER: Final = f'"Example Shop" <{SUPPORT_EMAIL}>'
