"""Every event fencepost understands, one module for each program or kind of witness."""

from fencepost.events import (
    clock_sync,
    corosync,
    inferred,
    kernel_boot,
    kernel_host,
    kernel_net,
    kernel_storage,
    knet,
    pmxcfs,
    pve_daemons,
    pve_ha_crm,
    pve_ha_lrm,
    services,
    systemd,
    totem,
    votequorum,
    watchdog_mux,
)
from fencepost.model.event import Event

EVENTS: tuple[type[Event], ...] = (
    *totem.EVENTS,
    *votequorum.EVENTS,
    *corosync.EVENTS,
    *knet.EVENTS,
    *pmxcfs.EVENTS,
    *pve_ha_crm.EVENTS,
    *pve_ha_lrm.EVENTS,
    *watchdog_mux.EVENTS,
    *pve_daemons.EVENTS,
    *systemd.EVENTS,
    *kernel_boot.EVENTS,
    *kernel_net.EVENTS,
    *kernel_host.EVENTS,
    *kernel_storage.EVENTS,
    *clock_sync.EVENTS,
    *services.EVENTS,
    *inferred.EVENTS,
)
"""In the order in which they are tried; the first that reads a line wins."""
