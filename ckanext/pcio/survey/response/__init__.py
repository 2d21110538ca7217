"""The province's own answers to a survey: asked for, contributed, confirmed, locked."""
