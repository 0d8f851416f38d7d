"""Resellers, tenants, members, hosts, and which plugins a tenant has switched on."""
