"""All that knows peewee: models, writing, reading, outbox, backup."""
