"""Results that were announced before this register began: read from a table, matched to centres, and then entered."""
