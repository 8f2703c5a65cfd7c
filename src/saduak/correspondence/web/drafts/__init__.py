"""Pages of drafts, signers and templates."""
