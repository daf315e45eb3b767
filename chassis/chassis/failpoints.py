"""Places where a test can end the process at once, to see that nothing depends on what would have come next.

``CHASSIS_FAILPOINT`` names one place; without it (always, outside tests) reaching a place does nothing.
"""

from __future__ import annotations

import os

KILLED = 9
"""The exit code of a process that ended at a failpoint."""

_chosen = os.environ.get("CHASSIS_FAILPOINT", "")


def reach(name: str) -> None:
    """End the process here, without any cleaning up, when ``name`` is the chosen failpoint."""
    if name == _chosen:
        os._exit(KILLED)
