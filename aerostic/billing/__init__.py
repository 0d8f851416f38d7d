"""From a thing that costs to its money: quote through the billing rules, hold, capture, refund."""
