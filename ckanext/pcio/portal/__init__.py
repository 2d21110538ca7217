"""The embedded stack: PostgreSQL, Redis, search, worker and web as one command."""
