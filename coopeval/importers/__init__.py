"""Real sources become tables: each importer only translates what it reads; the cohort decides."""
