"""A real corosync cluster on one machine, with faults: records cases with a known truth."""
