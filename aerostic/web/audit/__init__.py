"""The audit log's pages: what the workspace's and the platform's share."""
