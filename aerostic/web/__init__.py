"""What people and machines reach over HTTP: hosts, pages, the API, webhooks, health and metrics."""
