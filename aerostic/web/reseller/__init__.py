"""A reseller's console, on its own host: its workspaces, its brand, its domains."""
