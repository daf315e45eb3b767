"""The README's ten commands, run as they stand there."""

import json
import os
import re
import subprocess
from pathlib import Path

from deploy.child import EmbeddedChild

README = Path(__file__).resolve().parents[2] / "README.md"


def commands():
    return re.search(r"```sh\n(H=.*?)```", README.read_text(encoding="utf-8"), re.DOTALL).group(1)


def run(script, base_url):
    script = script.replace("H=http://127.0.0.1:8000", f"H={base_url}")
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return subprocess.run(
        ["bash", "-euc", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_ten_commands_take_a_trip_from_report_to_file(tmp_path):
    """As a new user copies them: each answers, and the last shows the trip as paid."""
    with EmbeddedChild(tmp_path / "var") as child:
        done = run(commands(), child.base_url)
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert re.search(r"^DA6\d{4}.{48}\r?$", done.stdout, re.MULTILINE), done.stdout
    trip = json.loads(done.stdout[done.stdout.rindex('{"trip_id"') :])
    assert trip["status"] == "settled"
    assert trip["settlement"]["amount_oere"] > 0
