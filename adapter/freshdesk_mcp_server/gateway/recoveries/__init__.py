"""The recoveries of writes, a module for each resource, and the parts that they share.

The contract of a recovery is not here, but in ``recovery``. ``MEMORIES`` of ``client`` lists their memories.
"""
