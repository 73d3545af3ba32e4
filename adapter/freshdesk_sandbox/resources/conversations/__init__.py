"""Conversations: replies, notes, mails, forwards and survey answers in the thread of a ticket.

Here: their records, and their look in an answer. Not here: operations; there are none yet. A view of a ticket includes
them.
"""
