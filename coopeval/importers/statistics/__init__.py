"""Official statistics in sheets or CSV, whose headings change with the edition: a map says what they mean."""
