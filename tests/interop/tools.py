"""The programs that ``scripts/interop.sh`` has installed, and the way to run them."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from support.servers import environment

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "interop"
WORK = CACHE / "work"
"""The folder in which each tool and server of a run has a folder of its own for its files."""
NODE_MODULES = CACHE / "node" / "node_modules"
NODE = CACHE / "node" / "bin" / "node"
PATIENCE_S = 180


def npm_version(package: str) -> str:
    """Return the version of an npm package that is pinned for this matrix."""
    pinned: str = json.loads((HERE / "node" / "package.json").read_text())["dependencies"][package]
    return pinned


def run_tool(name: str, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a tool to its end, in a folder that is its home too, since some tools write there."""
    folder = WORK / name
    folder.mkdir(parents=True)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            cwd=folder,
            env=environment(
                HOME=str(folder),
                MCP_CATALOG_PATH=str(folder / "catalog.json"),  # the Inspector's
                PATH=f"{NODE.parent}{os.pathsep}{os.environ['PATH']}",
                NO_PROXY="127.0.0.1",
            ),
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = subprocess.CompletedProcess(command, -1, "", f"it came to no end in {PATIENCE_S} s")
    (folder / "stdout").write_text(done.stdout)
    (folder / "stderr").write_text(done.stderr)
    return done
