"""The groups of the account.

Not here: operations; there are none yet.
"""

from typing import Final

GROUP_IDS: Final = (158000114201, 158000114202, 158000114203)
