"""What the shop has sold. Python's standard library only.

Nobody preloads anything into Python: it asks the registry where the shop is, and passes on the trace itself.
"""

import json
import os
import random
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PASSED_ON = ("traceparent", "tracestate", "baggage", "x-deadline-ms")


def address_of(service):
    """One of the service's instances, by the registry's HTTP API."""
    query = urlencode({"service": service, "realm": os.environ["SHOAL_REALM"]})
    url = f"{os.environ['SHOAL_CONTROL']}/registry/v1/instances?{query}"
    with urlopen(url, timeout=3) as reply:
        instances = json.load(reply)["instances"]
    if not instances:
        raise LookupError(f"{service} has no instance")
    return random.choice(instances)["address"]


def report(headers):
    """Calls the shop on behalf of the request that has these headers."""
    shop = address_of("shop")
    said = {name: headers[name] for name in PASSED_ON if name in headers}
    said["x-shoal-caller"] = os.environ["SHOAL_SERVICE"]

    def ask(path):
        with urlopen(Request(shop + path, headers=said), timeout=3) as reply:
            return json.load(reply)

    orders = [ask(f"/orders/{order}") for order in ask("/orders")]
    return {"orders": len(orders), "totalCents": sum(order["totalCents"] for order in orders)}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, {"status": "ok"})
        elif self.path == "/report":
            try:
                self.answer(200, report(self.headers))
            except (OSError, LookupError) as error:
                self.answer(503, {"error": str(error)})
        else:
            self.answer(404, {"error": "not here"})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Says nothing about each request."""


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
