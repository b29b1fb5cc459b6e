# SPDX-License-Identifier: Apache-2.0
"""Who listens on the message bus."""
import amqp

from .place import ADDRESS


def has_consumer(place, queue):
    """Whether a daemon listens on its queue."""
    try:
        with amqp.Connection('%s:%d' % (ADDRESS, place.port('amqp')), userid='guest', password='guest',
                             connect_timeout=3) as connection:
            return connection.channel().queue_declare(queue, passive=True).consumer_count > 0
    except (OSError, amqp.exceptions.AMQPError):
        return False
