"""Runs moto's server on loopback: `moto-server.py PORT`. What it adds makes writes atomic, as those of AWS are."""

import copy
import sys
from collections import defaultdict
from threading import RLock

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

ONE_AT_A_TIME = RLock()


def in_turn(application):
    """Conditional writes and transactions of moto read and write in several steps, and isolate no two requests."""

    def answer(environ, start_response):
        with ONE_AT_A_TIME:
            return application(environ, start_response)

    return answer


def snapshot(table, _memo):
    """What moto goes back to when a transaction fails. It copies every item and stream record for it: minutes for a large table."""
    kept = copy.copy(table)
    kept.items = defaultdict(dict)
    for key, items in table.items.items():
        kept.items[key] = dict(items) if isinstance(items, dict) else items
    if table.stream_shard is not None:
        kept.stream_shard = copy.copy(table.stream_shard)
        kept.stream_shard.items = list(table.stream_shard.items)
    return kept


update_in_place = DynamoDBBackend.update_item


def update_copy(backend, table_name, key, *positional, **named):
    """An update of moto changes the item that the snapshot holds as well, so it is given another one to change."""
    table = backend.get_table(table_name)
    hash_key, range_key = backend.get_keys_value(table, key)
    items = table.items.get(hash_key)
    if isinstance(items, dict) and range_key in items:
        items[range_key] = copy.deepcopy(items[range_key])
    return update_in_place(backend, table_name, key, *positional, **named)


class Quiet(WSGIRequestHandler):
    """Keeps connections open, and logs no request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_):
        pass


Table.__deepcopy__ = snapshot
DynamoDBBackend.update_item = update_copy
run_simple(
    "127.0.0.1",
    int(sys.argv[1]),
    in_turn(DomainDispatcherApplication(create_backend_app)),
    threaded=True,
    request_handler=Quiet,
)
