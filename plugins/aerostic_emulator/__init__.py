"""A stand-in for WhatsApp's Cloud API: the counterpart of every test and benchmark."""
