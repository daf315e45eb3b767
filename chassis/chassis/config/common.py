"""The variables every service has. Names are given without the prefix: DATABASE_URL is TRIPS_DATABASE_URL in trips."""

from collections.abc import Mapping

import environ

from chassis.config.kinds import Secret, choice, feed_urls, whole_number

PORT = whole_number(0, 65535)


@environ.config(frozen=True)
class CommonConfig:
    database_url: str = environ.var(
        converter=Secret,
        help="The service's own database: postgresql+psycopg2://user:password@host/name or sqlite:////path/name.db.",
    )
    keys_database_url: str = environ.var(
        default="",
        converter=Secret,
        help="The database of the keys that open what is sealed about people; keep it and its backups apart from the "
        "service's own. Empty, with SQLite only: <service>-keys.db in the data folder.",
    )
    master_key: str = environ.var(
        default="",
        converter=Secret,
        help="32 bytes as 64 hexadecimal digits: wraps the keys of people. Lost, nothing about them can be read again. "
        "Empty, with SQLite only: made once, in <service>-master.key in the data folder.",
    )
    broker_url: str = environ.var(
        default="",
        converter=Secret,
        help="RabbitMQ, amqp://user:password@host:5672/vhost. Empty: no broker, feeds are polled.",
    )
    feeds: Mapping[str, str] = environ.var(
        default="",
        converter=feed_urls,
        help="Feeds listened to, service=http://host:port/service/feed, comma separated. "
        "Empty where all services share a process.",
    )
    feed_token: str = environ.var(
        default="",
        converter=Secret,
        help="The token shown to other services' feeds (role integration). "
        "From a file, it is read again when the file changes.",
    )
    jwks: str = environ.var(
        default="", help="Path or URL of the key set that signs identities. Empty: nobody can sign in."
    )
    jwt_issuer: str = environ.var(default="identity", help="The issuer (iss) a token must name.")
    jwt_audience: str = environ.var(default="services", help="The audience (aud) a token must name.")
    http_host: str = environ.var(default="127.0.0.1", help="The address to listen on.")
    http_port: int = environ.var(default=8000, converter=PORT, help="The port to listen on; 0 picks a free one.")
    public_url: str = environ.var(
        default="",
        help="The address people see, https://host. Decides what is same-origin; empty: the request's own Host.",
    )
    sign_in_url: str = environ.var(default="/persona", help="Where a person who is not signed in is sent.")
    nav: str = environ.var(
        default="",
        help="A JSON file with the entries of the header shared by the services: "
        '[{"label": {"da": …, "en": …}, "href": …, "roles": […]}]. Empty: the service alone.',
    )
    data_dir: str = environ.var(default="data", help="The folder for files the service keeps beside its database.")
    log_format: str = environ.var(
        default="json", converter=choice("json", "console"), help="json for machines, console for people."
    )
    log_level: str = environ.var(
        default="INFO", converter=choice("DEBUG", "INFO", "WARNING", "ERROR"), help="The least level that is logged."
    )
    stop_seconds: int = environ.var(
        default=25,
        converter=whole_number(1, 600),
        help="How long a stop may take; after that the process ends with exit code 1.",
    )
