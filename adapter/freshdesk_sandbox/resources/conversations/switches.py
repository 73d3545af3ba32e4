"""The switches of conversations."""

from pydantic import Field

from freshdesk_sandbox.switches import AccountSwitches, Seconds, Switches


class Mail(Switches):
    """The delivery of mails that conversations send.

    Attributes:
        delivery_lag_s: seconds until answers show if a mail was delivered; its addresses are pending until then.
        counts_failures: `email_failure_count` counts the addresses that failed; recorded as null beside one that did,
            and as a number elsewhere.
    """

    delivery_lag_s: Seconds = 5.0
    counts_failures: bool = False


class ConversationSwitches(AccountSwitches):
    """The switches of conversations.

    Attributes:
        mail: the delivery of mails that are sent.
    """

    mail: Mail = Field(default_factory=Mail)
