"""The form on the web: its records, its inputs, and what is posted from them."""
