"""Tickets.

Here: the resource, with its operations in the order in which lists name them. Each operation is in one module with the
rules and the parameters that are its own:

    creating   listing   viewing   updating   deleting (and restore)   archive

They share the record and its table (records), the look in an answer (shapes), the switches, and access. The latter
decides which tickets a request may see or write. Bodies share rules, values, form, features, associations and
requesters. Edits change a new ticket, and others are tickets that other people make.
"""

from collections.abc import Iterator
from typing import Final

from freshdesk_sandbox.files import Attachment
from freshdesk_sandbox.operation import Resource
from freshdesk_sandbox.resources.tickets import archive, creating, deleting, listing, others, updating, viewing
from freshdesk_sandbox.resources.tickets.records import Tickets
from freshdesk_sandbox.store import Records


def _attachments(records: Records) -> Iterator[Attachment]:
    for ticket in records[Tickets].values():
        yield from ticket.attachments
        for conversation in ticket.conversations:
            yield from conversation.attachments


RESOURCE: Final = Resource(
    operations=(
        *creating.OPERATIONS,
        *listing.OPERATIONS,
        *viewing.OPERATIONS,
        *updating.OPERATIONS,
        *deleting.OPERATIONS,
        *archive.OPERATIONS,
    ),
    counts={
        "tickets_made": lambda records: records[Tickets].made,
        "tickets": lambda records: len(records[Tickets]),
    },
    attachments=_attachments,
    before_request=others.catch_up,
)
