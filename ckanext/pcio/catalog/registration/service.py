"""GD Catalog's registration service, asked politely: bounded, retried, never trusted."""
