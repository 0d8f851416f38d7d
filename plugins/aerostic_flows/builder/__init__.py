"""What the builder is given and asks for: the kinds of steps with their forms, a flow, what is wrong with it, and every word."""
