"""The product of the account.

Not here: operations; there are none yet.
"""

from typing import Final

PRODUCT_ID: Final = 158000271245
