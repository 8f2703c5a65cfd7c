"""Pages of a letter on its way: deliveries, forwarding, the tree."""
