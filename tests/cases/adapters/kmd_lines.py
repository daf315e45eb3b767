"""The older KMD file uses the same record, so the same function answers."""

from tests.cases.adapters.opus_lines import answer

__all__ = ["answer"]
