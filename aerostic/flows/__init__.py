"""Flows: graphs of nodes, their versions, and the engine that runs them so that nothing is lost or done twice."""
