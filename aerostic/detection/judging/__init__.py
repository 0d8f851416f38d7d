"""From observations to decisions, in memory: admission, detectors, risk, policy, what stands."""
