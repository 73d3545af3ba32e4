"""Command line of the soaks, as `scripts/soak.sh` calls it."""

import argparse
import asyncio
import random
import sys
from dataclasses import fields

import uvloop

import soak
from freshdesk_mcp_server.telemetry.log import configure_logging
from soak.facts import facts_of
from soak.outages import soak_outages
from soak.plan import Options
from soak.problems import problems_of
from soak.run import soaked
from soak.shape_rows import soak_shapes


def create_parser() -> argparse.ArgumentParser:
    """Create the parser of the command line."""
    parser = argparse.ArgumentParser(
        "scripts/soak.sh", description=soak.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=2000, help="how many tool calls (2000)")
    parser.add_argument("--seed", type=int, default=1, help="decides calls and faults (1)")
    parser.add_argument("--concurrency", type=int, default=16, help="how many callers (16)")
    parser.add_argument("--fault-rate", type=float, default=0.2, help="share of requests that go wrong (0.2)")
    parser.add_argument("--credits", type=int, dest="credits_", help="rate limit of one window (160; for others 700)")
    parser.add_argument("--window", type=float, default=5, dest="window_s", help="seconds of a window (5)")
    parser.add_argument("--deadline", type=float, default=30, dest="deadline_s", help="seconds a call may take (30)")
    parser.add_argument("--limit", type=float, default=600, dest="limit_s", help="seconds until it is given up (600)")
    others = parser.add_argument_group("others", "With the settings of the server as shipped, in virtual time.")
    others.add_argument("--shapes", nargs="*", metavar="SHAPE", help="creates that a fault meets in each shape instead")
    others.add_argument("--creates", type=int, default=60, help="how many at once in each shape (60)")
    others.add_argument(
        "--outages", nargs="*", type=float, metavar="S", help="calls of all kinds around outages instead"
    )
    others.add_argument("--real-time", action="store_true", help="wait as long as a real server would")
    return parser


def options_from(arguments: argparse.Namespace) -> Options:
    """Return the options of a soak of faults."""
    values = {one.name: getattr(arguments, one.name) for one in fields(Options)}
    return Options(**values | {"credits_": arguments.credits_ or 160})


def main() -> int:
    """Run the soaks that the command line names, and return the exit code."""
    arguments = create_parser().parse_args()
    configure_logging("ERROR")
    random.seed(arguments.seed)  # of the server's jitter
    if arguments.shapes is not None:
        return soak_shapes(
            arguments.shapes, arguments.creates, credits_=arguments.credits_, real_time=arguments.real_time
        )
    if arguments.outages is not None:
        return soak_outages(arguments.outages, credits_=arguments.credits_ or 700, real_time=arguments.real_time)
    return soak_faults(options_from(arguments))


def soak_faults(options: Options) -> int:
    """Run a soak of faults, print facts and problems, and return the exit code."""
    ended = asyncio.run(soaked(options), loop_factory=uvloop.new_event_loop)
    problems = problems_of(ended)
    for name, value in (facts_of(ended) | problems).items():
        print(f"{name}: {value}")
    failed = any(problems.values())
    print(f"soak: {'FAILED' if failed else 'passed'} (seed {options.seed})")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
