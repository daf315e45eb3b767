"""The gateway's parts. It has no store: what it shows, it asks the services for, as anybody could."""

from dataclasses import dataclass, field

from chassis.app import WebApp, version_of
from chassis.identity import DevIssuer
from deploy.client import NoAnswer, System
from deploy.demo.people import Person, everybody

SERVICES = ("trips", "approval", "payroll", "routing")


@dataclass(frozen=True)
class ServiceState:
    """What a service says of itself; `version` is empty when it does not answer."""

    name: str
    version: str
    ready: bool


@dataclass(kw_only=True)
class GatewayApp(WebApp):
    """`ready` becomes true when the demo municipality is in place."""

    issuer: DevIssuer
    system: System
    ready: bool = False
    _people: list[Person] = field(default_factory=list)

    @property
    def version(self) -> str:
        """The gateway is not released by itself: it goes with the core."""
        return version_of("mileage-chassis")

    def people(self) -> list[Person]:
        """Everyone who can be chosen, by name; read once, for the demo municipality employs nobody meanwhile."""
        if not self._people:
            self._people = everybody(self.system)
        return self._people

    def services(self) -> list[ServiceState]:
        return [self._state_of(name) for name in SERVICES]

    def _state_of(self, name: str) -> ServiceState:
        try:
            version = self.system.request("GET", f"/{name}/version").json()["version"]
            ready = self.system.request("GET", f"/{name}/health/ready").is_success
        except (NoAnswer, ValueError, KeyError):
            return ServiceState(name, "", ready=False)
        return ServiceState(name, version, ready)
