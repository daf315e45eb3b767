"""Configuration by environment, typed and documented where it is declared. A service adds its own variables
by subclassing `CommonConfig` under its own prefix.
"""

from chassis.config.common import CommonConfig
from chassis.config.kinds import Secret, boolean, choice, feed_urls, whole_number
from chassis.config.loading import ConfigError, Variable, load, shown, variables
from chassis.config.token_file import TokenFile, current

__all__ = [
    "CommonConfig",
    "ConfigError",
    "Secret",
    "TokenFile",
    "Variable",
    "boolean",
    "choice",
    "current",
    "feed_urls",
    "load",
    "shown",
    "variables",
    "whole_number",
]
