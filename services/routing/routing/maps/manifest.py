"""What a map directory says about itself, so that anybody can check it and make it again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from routing.domain.geography import Area
from routing.domain.route import GraphId

MANIFEST = "manifest.json"
ADDRESSES = "addresses.sqlite3"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One map. ``files`` holds the SHA-256 of every file that is read when it serves."""

    map_id: str
    map_name: str
    area: Area
    address_count: int
    graphs: tuple[GraphId, ...]
    files: dict[str, str]
    built_at: str

    @property
    def data_date(self) -> str | None:
        return self.graphs[0].map_data_date

    def to_json(self) -> str:
        document = asdict(self) | {"graphs": [{"graph_id": graph.graph_id, **asdict(graph)} for graph in self.graphs]}
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_manifest(directory: Path) -> Manifest:
    """Raises ``OSError``, ``ValueError`` or ``KeyError`` for what is not a finished map."""
    document: dict[str, Any] = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    graphs = [{key: value for key, value in graph.items() if key != "graph_id"} for graph in document["graphs"]]
    return Manifest(
        map_id=document["map_id"],
        map_name=document["map_name"],
        area=Area(**document["area"]),
        address_count=document["address_count"],
        graphs=tuple(GraphId(**graph) for graph in graphs),
        files=document["files"],
        built_at=document["built_at"],
    )
