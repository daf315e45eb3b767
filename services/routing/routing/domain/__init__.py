"""What routing decides, without engine, map file, database or clock."""
