"""The platform's console, on admin hosts, for its own people."""
