"""Renders templates of a service inside the common layout."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from werkzeug import Request

from chassis.config import CommonConfig
from chassis.identity import Identity
from chassis.pages import formats
from chassis.pages.i18n import LANGUAGES, texts_of, translator
from chassis.store import ERASED


@dataclass(frozen=True)
class Reader:
    """Who reads a page, in which language, and what for."""

    request: Request
    identity: Identity | None
    language: str
    t: Callable[..., str]

    def in_language(self, language: str) -> str:
        """The address of this page in another language."""
        query = {name: value for name, value in self.request.args.items(multi=True) if name != "lang"}
        return f"{self.request.path}?{urlencode({**query, 'lang': language})}"


class Pages:
    """`package` holds the service's `http/templates`, `http/static` and `http/texts.py`, each if it has any."""

    def __init__(self, service: str, package: str, prefix: str, config: CommonConfig, version: str) -> None:
        self._texts = texts_of(package)
        self._static = [resources.files(package) / "http" / "static", resources.files("chassis.pages") / "static"]
        self._nav = _navigation(config.nav, service, prefix)
        self._environment = self._make_environment(package)
        self._environment.globals.update(
            static=self.static_url, service=service, prefix=prefix, version=version, sign_in_url=config.sign_in_url
        )
        self._prefix = prefix
        self._fingerprints: dict[str, str] = {}

    def reader(self, request: Request, identity: Identity | None) -> Reader:
        """The language asked for by `?lang=`, else the one kept in a cookie, else Danish."""
        wanted = request.args.get("lang") or request.cookies.get("lang")
        language = wanted if wanted in LANGUAGES else "da"
        return Reader(request, identity, language, translator(self._texts, language))

    def render(self, template: str, reader: Reader, data: Mapping[str, Any]) -> str:
        page = self._environment.get_template(template).render(
            {
                **{name: partial(fn, language=reader.language) for name, fn in formats.FILTERS.items()},
                "t": reader.t,
                "language": reader.language,
                "languages": LANGUAGES,
                "in_language": reader.in_language,
                "identity": reader.identity,
                "path": reader.request.path,
                "full_path": reader.request.full_path.rstrip("?"),
                "nav": self._entries_for(reader),
                **data,
            }
        )
        return page.replace(ERASED, reader.t("erased"))

    def has_text(self, key: str) -> bool:
        return key in self._texts["da"]

    def static_file(self, name: str) -> bytes | None:
        """A file of the service or of the layout; None when there is none of that plain name."""
        if "/" in name or name.startswith("."):
            return None
        for folder in self._static:
            file = folder / name
            if file.is_file():
                return file.read_bytes()
        return None

    def static_url(self, name: str) -> str:
        """The address of a file, which changes with its content and can be kept for ever."""
        if name not in self._fingerprints:
            content = self.static_file(name)
            if content is None:
                raise LookupError(f"there is no static file {name}")
            self._fingerprints[name] = fingerprint(content)
        return f"{self._prefix}/static/{name}?v={self._fingerprints[name]}"

    def _make_environment(self, package: str) -> Environment:
        loaders: list[BaseLoader] = [PackageLoader("chassis.pages")]
        if _is_folder(resources.files(package) / "http" / "templates"):
            loaders.insert(0, PackageLoader(package, "http/templates"))
        return Environment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def _entries_for(self, reader: Reader) -> list[dict[str, Any]]:
        roles = reader.identity.roles if reader.identity else frozenset()
        open_to = [entry for entry in self._nav if not entry.get("roles") or roles & set(entry["roles"])]
        above = [entry["href"] for entry in open_to if _is_below(reader.request.path, entry["href"])]
        current = max(above, key=len, default=None)
        return [
            {"label": entry["label"][reader.language], "href": entry["href"], "current": entry["href"] == current}
            for entry in open_to
        ]


def _is_below(path: str, href: str) -> bool:
    """Every path is below the front page, which is therefore current only where it is shown itself."""
    return path == href or (href != "/" and path.startswith(href))


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _is_folder(place: Traversable) -> bool:
    return place.is_dir()


def _navigation(path: str, service: str, prefix: str) -> list[dict[str, Any]]:
    if not path:
        title = service.capitalize()
        return [{"label": {"da": title, "en": title}, "href": f"{prefix}/"}]
    entries: list[dict[str, Any]] = json.loads(Path(path).read_text(encoding="utf-8"))
    return entries
