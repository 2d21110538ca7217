"""What a good record is: vocabularies, Thai text and dates, completeness, openness, validators."""
