"""A service that knows nothing of ours but the name of an event: nameko as it comes, configured to read CloudEvents.

Run with the broker's address and the file to write to.
"""

import json
import sys
from pathlib import Path

import eventlet

eventlet.monkey_patch()

from nameko.events import event_handler  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

CONFIG = {
    "AMQP_URI": sys.argv[1],
    "serializer": "cloudevents",
    "ACCEPT": ["cloudevents"],
    "SERIALIZERS": {
        "cloudevents": {
            "encoder": "json.dumps",
            "decoder": "json.loads",
            "content_type": "application/cloudevents+json",
            "content_encoding": "utf-8",
        }
    },
}


class PlainListener:
    name = "plain_listener"

    @event_handler("trips", "trip-submitted")
    def on_trip(self, event):
        with Path(sys.argv[2]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")


runner = ServiceRunner(CONFIG)
runner.add_service(PlainListener)
runner.start()
runner.wait()
