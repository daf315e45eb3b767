"""A server that answers from a recording of the real one, and can make such a recording.

A recording is a JSON list of questions and the answers they got; a question that is not in it is answered 404, and a
test that asks it fails. ``upstream`` makes the server ask the real one instead and keep what it says.
"""

import json
import threading
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class RecordedService:
    """Serves ``file`` at ``url`` until closed. ``asked`` has every target asked for, in order."""

    def __init__(self, file: Path, upstream: str = "") -> None:
        self._file = file
        self._upstream = upstream
        self._answers = {} if upstream else {_key(**row["question"]): row["answer"] for row in _rows(file)}
        self.asked: list[str] = []
        self.failing: int | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, method: str, target: str, body: object) -> tuple[int, object]:
        self.asked.append(target)
        if self.failing is not None:
            return self.failing, None
        key = _key(method, target, body)
        if self._upstream and key not in self._answers:
            self._answers[key] = _ask(self._upstream, method, target, body)
        found = self._answers.get(key)
        return (found["status"], found["document"]) if found else (404, {"asked": [method, target, body]})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._upstream:
            rows = [{"question": json.loads(key), "answer": answer} for key, answer in self._answers.items()]
            self._file.parent.mkdir(exist_ok=True)
            self._file.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def _rows(file: Path):
    return json.loads(file.read_text())


def _key(method: str, target: str, body: object) -> str:
    return json.dumps({"method": method, "target": target, "body": body}, sort_keys=True, ensure_ascii=False)


def _ask(upstream: str, method: str, target: str, body: object) -> dict[str, object]:
    url = urlsplit(upstream)
    connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(url.netloc, timeout=20)
    connection.request(method, url.path + target, None if body is None else json.dumps(body))
    response = connection.getresponse()
    answer = {"status": response.status, "document": json.loads(response.read())}
    connection.close()
    return answer


def _handler(service: RecordedService):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: object) -> None:
            status, document = service.answer(self.command, self.path, body)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    return Handler
