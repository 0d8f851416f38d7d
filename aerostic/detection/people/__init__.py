"""What people do about it: appeals, overrides, verdicts, lifting, incidents, versions of the policy."""
