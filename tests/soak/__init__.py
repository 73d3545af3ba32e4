"""Soaks: many calls at a time through the whole server, to a sandbox behind a real socket that keeps failing.

Each compares the results of callers with the tickets that the sandbox stores at the end. A soak of faults (plan,
faults, run, records, problems, facts) runs in real time. The window of the rate limit, a minute at Freshdesk, lasts
`--window` seconds. So the limit is met often, and Retry-After stays true. The soaks of shapes (shapes, shape_rows) and
of outages run in virtual time (loop). `scripts/soak.sh` runs them.
"""
