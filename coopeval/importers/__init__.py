"""Real sources become tables of the suite, or reference tables with a card; a source with a fault becomes nothing."""
