"""Background jobs on RQ. A job wakes a state machine of the database; it carries no state of its own."""
