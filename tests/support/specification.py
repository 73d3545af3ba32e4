"""The specification as one document, as scripts/specification.py joins it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.servers import PATIENCE_S

type Json = dict[str, Any]

ROOT = Path(__file__).parents[2]


def joined(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the script in that copy of the repository."""
    return subprocess.run(
        [sys.executable, root / "scripts/specification.py"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def _specification() -> Json:
    result = joined(ROOT)
    assert result.returncode == 0, result.stderr
    document: Json = json.loads(result.stdout)
    return document


SPECIFICATION = _specification()
