"""The readiness survey: instruments, derivation rules and their proposals."""
