"""What keeps a Proxmox VE node alive, and when it is reset. Seconds throughout.

Source: pve-ha-manager 5.2.0 src/watchdog-mux.c, src/PVE/HA/{LRM,CRM,NodeStatus}.pm, and
measurements on real stacks: 25 faults, 3 nodes, default totem timing.
"""

CLIENT_TIMEOUT_S = 60
"""Without an update for this long a client of watchdog-mux has expired. CLIENT_WATCHDOG_TIMEOUT."""

CLIENT_WARNING_S = 50
"""From here watchdog-mux ≥ 5.0.1 says `about to expire`. CLIENT_WATCHDOG_TIMEOUT_WARNING."""

DEVICE_TIMEOUT_S = 10
"""The device resets the machine this long after its last ping. watchdog-mux.c."""

MUX_TICK_S = 1
"""watchdog-mux looks at its clients and pings the device this often. watchdog-mux.c main."""

ROUND_S = 10
"""A round of an armed LRM or of the master, with one update of the watchdog. LRM.pm, CRM.pm."""

IDLE_ROUND_S = 5
"""The pause of an idle or starved LRM, and of a CRM that is not master, between its looks."""

LOCK_TRIES = 6
LOCK_TRIES_S = 5
"""A lock is tried for so often in one go, a second apart, no longer. LRM.pm, CRM.pm."""

EXPIRED_TO_RESET_S = (9.0, 12.5)
"""From `watchdog expired` to the reset: 1 s to the exit, one more ping, 10 s. Measured 11.1–11.3;
older watchdog-mux does not exit first and is up to 2 s quicker."""

CLIENT_GONE_TO_RESET_S = (9.0, 12.5)
"""From a client that died, or watchdog-mux itself killed, to the reset. Measured 10.2–11.1."""

CUT_TO_RESET_S = (60.0, 74.0)
"""From a network cut to the reset. Measured 62.6–68.8; law 61–72."""

QUORUM_LOSS_TO_RESET_S = (52.0, 74.0)
"""From `node lost quorum` to the reset: 54–64 after a cut (the last ping lies up to 8 s before),
62–72 when corosync itself died."""

LOCK_LOSS_TO_RESET_S = (40.0, 75.0)
"""From `lost_agent_lock` to the reset."""

FENCE_DELAY_S = 60
"""A node unseen for this long is marked `fence` by the master. NodeStatus.pm fence_delay."""

UNKNOWN_TO_FENCE_S = (45.0, 65.0)
"""From `unknown` to `fence` in the master's log. Measured 49.2–51.7."""

LOCK_LIFETIME_S = 120
"""An agent lock not renewed for this long may be taken by the master. memdb.c."""

SAFE_REFORM_S = 30.0
"""token + consensus above this leaves too little of the 60 s; refuse without confirmation."""

MAX_REFORM_S = 45.0
"""token + consensus at or above this can fence a cluster by timing alone."""


def margin_s(starved_s: float) -> float:
    """What is left of an armed client when it is fed again after `starved_s` without an update.

    >>> margin_s(57.0)
    3.0
    """
    return CLIENT_TIMEOUT_S - starved_s
