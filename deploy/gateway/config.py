"""The gateway takes the variables every service has; most mean nothing to it."""

import environ

from chassis.config import CommonConfig


@environ.config(prefix="GATEWAY", frozen=True)
class GatewayConfig(CommonConfig):
    pass
