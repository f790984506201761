"""Real sources and workbooks that people fill in, brought to the tables of the data contract."""
