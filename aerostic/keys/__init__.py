"""Looking after data keys: listing, rotating, re-encrypting, rewrapping, and destroying those that nothing needs any more."""
