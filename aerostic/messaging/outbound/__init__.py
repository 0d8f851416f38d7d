"""Planning messages, and the lanes that send them. A source only plans; a lane sends."""
