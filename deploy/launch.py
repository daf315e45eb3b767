"""Brings the embedded system up: map, databases, services, gateway, and at the first start the municipality itself."""

import json
import os
import signal
import time
from pathlib import Path

import eventlet

from chassis.clock import local_date, utc_now
from chassis.config import CommonConfig, load
from chassis.identity import DevIssuer
from chassis.runner import run
from deploy.assembly import PARTS, build_apps
from deploy.client import System
from deploy.demo import arrival
from deploy.demo.map import write_map
from deploy.gateway.app import GatewayApp
from deploy.gateway.config import GatewayConfig
from deploy.gateway.service import GatewayService
from routing.maps.building import build_map
from routing.pointing import current_id, make_current

_STOP_SECONDS = 20
_NAVIGATION = (
    {"label": {"da": "Forside", "en": "Start"}, "href": "/"},
    {"label": {"da": "Kørsel", "en": "Trips"}, "href": "/trips/"},
    {"label": {"da": "Godkend", "en": "Approve"}, "href": "/approval/"},
    {"label": {"da": "Enhedernes regler", "en": "Rules"}, "href": "/trips/policies", "roles": ["admin"]},
    {"label": {"da": "Faste adresser", "en": "Addresses"}, "href": "/trips/standard-addresses", "roles": ["admin"]},
    {"label": {"da": "Løn", "en": "Payroll"}, "href": "/payroll/", "roles": ["payroll", "admin"]},
)


class Launch:
    """One start of the system; the folder is its own already, and the port is free."""

    def __init__(self, host: str, port: int, folder: Path, issuer: DevIssuer) -> None:
        self._folder = folder
        self._issuer = issuer
        self._listening = {"HTTP_HOST": host, "HTTP_PORT": str(port)}
        self._system = System(f"http://{f'[{host}]' if ':' in host else host}:{port}", issuer)
        self._began = time.monotonic()
        self._failed = False

    def until_stopped(self) -> int:
        """The exit code: 0 after a clean stop, 1 when a part failed."""
        self._prepare_map()
        common = self._common()
        gateway = self._gateway(common)
        apps = {**build_apps(common, self._folder), "gateway": gateway}
        code = run(
            [*(part.service for part in PARTS), GatewayService],
            {"apps": apps},
            stop_seconds=_STOP_SECONDS,
            on_ready=lambda: eventlet.spawn_n(self._welcome, gateway),
        )
        print("Stopped.", flush=True)
        return 1 if self._failed else code

    def _prepare_map(self) -> None:
        maps, source = self._folder / "routing" / "maps", self._folder / "havnby.osm"
        if current_id(maps):
            return
        print("First start: drawing the map and building the road graphs …", flush=True)
        write_map(source)
        make_current(maps, build_map(source, maps, utc_now(), lambda _step, _percent: None))

    def _common(self) -> dict[str, str]:
        """The variables that every service gets."""
        navigation = self._folder / "navigation.json"
        navigation.write_text(json.dumps(_NAVIGATION, ensure_ascii=False), encoding="utf-8")
        identity = {"JWKS": str(self._issuer.jwks_path), "NAV": str(navigation)}
        return {**self._listening, **identity, "LOG_FORMAT": "console"}

    def _gateway(self, common: dict[str, str]) -> GatewayApp:
        given = {f"GATEWAY_{name}": value for name, value in common.items()} | {"GATEWAY_DATABASE_URL": ""}
        config: CommonConfig = load(GatewayConfig, given)
        return GatewayApp(name="gateway", config=config, issuer=self._issuer, system=self._system)

    def _welcome(self, gateway: GatewayApp) -> None:
        """Runs beside the services; a municipality that cannot arrive ends them all."""
        try:
            self._receive_municipality()
        except Exception as error:  # noqa: BLE001 - whatever it is, a half municipality is no demo
            print(f"The demo municipality could not be set up: {error}", flush=True)
            self._failed = True
            os.kill(os.getpid(), signal.SIGTERM)
            return
        gateway.ready = True
        self._say_hello()

    def _receive_municipality(self) -> None:
        arrived = self._folder / "arrived"
        if arrived.exists():
            return
        print("First start: moving 200 people in, and letting some of them drive …", flush=True)
        arrival.import_organisation(self._system)
        arrival.make_history(self._system, local_date(utc_now()))
        arrived.touch()

    def _say_hello(self) -> None:
        seconds = time.monotonic() - self._began
        lines = (
            "",
            f"  Ready after {seconds:.1f} s. Open  {self._system.base_url}/",
            "",
            f"  Be somebody:  {self._system.base_url}/persona   (employee, leader, payroll …)",
            f"  Data is kept in {self._folder}; delete the folder to begin again.",
            f"  Another terminal:  PORT={self._listening['HTTP_PORT']} make month   drives a whole month through it.",
            "  Ctrl-C ends it.",
            "",
        )
        print("\n".join(lines), flush=True)
