"""A member of a group in a process of its own, to be killed."""

import sys

from tests.core.streams.conftest import open_transport


def main(transport: str, address: str, prefix: str, group: str) -> None:
    """Poll for ever; print ids; commit nothing."""
    consumer = open_transport(transport, address, prefix).consumer(group, name="killed", from_start=True)
    while True:
        for event in consumer.poll(100, 0.2):
            print(event.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
