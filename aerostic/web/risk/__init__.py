"""What tenants and the platform's people are shown of detection, in the same words."""
