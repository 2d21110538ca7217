"""The sample province: invented offices, datasets and files, generated from `data/`."""
