"""A month from the first report to the file's last byte: the system, the same line written naively, and the least work.

`python -m bench.line.month 2000 500` runs the system with 2000 trips and the naive line with 500, and prints both.
"""

from __future__ import annotations
