"""What the knowledge pages show, as plain rows: every number with its interval, its provenance and its study."""
