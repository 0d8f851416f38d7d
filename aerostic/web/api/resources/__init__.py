"""What the core offers over the API, a module a resource."""
