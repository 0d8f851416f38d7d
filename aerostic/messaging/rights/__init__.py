"""A person's rights: what is known of one contact, taken along or erased; and how long what is kept."""
