"""The gateway as a nameko service: it takes every path that no other service has."""

from typing import Any

from chassis.core import Core
from chassis.http import Web
from deploy.gateway.http.pages import ROUTES


def _only_by_launcher(_settings: Any) -> Any:
    raise LookupError("the gateway is part of the embedded system and is built by its launcher")


class GatewayService:
    name = "gateway"

    core = Core(_only_by_launcher)
    web = Web(ROUTES, "deploy.gateway", prefix="/")
