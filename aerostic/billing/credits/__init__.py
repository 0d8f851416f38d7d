"""Credits on their way: sold to resellers, allocated to workspaces, taken back, and approved where they are many."""
