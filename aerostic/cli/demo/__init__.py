"""`aerostic demo`: the main job in the terminal, on private servers of its own, with every figure checked at the end."""
