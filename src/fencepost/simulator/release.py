"""Which release of Proxmox VE is modelled: how its watchdog-mux behaves and words its lines."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """What differs between releases.

    warns: watchdog-mux says `about to expire` after 50 s. Since pve-ha-manager 5.0.1.
    exits: it leaves a second after a client expired, which pings the device once more. Since 5.0.1.
    names_clients: its lines name the client's process id, and clients that come and go have
        lines of their own. Since 5.1.2.
    Source: pve-ha-manager src/watchdog-mux.c and changelog.
    """

    name: str
    kernel: str
    warns: bool
    exits: bool
    names_clients: bool


RELEASES = {
    release.name: release
    for release in (
        Release("8", "6.8.12-4-pve", warns=False, exits=False, names_clients=False),
        Release("9.0", "6.14.8-2-pve", warns=True, exits=True, names_clients=False),
        Release("9.1", "6.14.11-4-pve", warns=True, exits=True, names_clients=True),
    )
}
