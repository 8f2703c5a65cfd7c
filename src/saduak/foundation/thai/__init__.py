"""Thai calendar, numerals, working days and text order: pure functions without a database."""
