"""Is the watchdog that is asked for the one that ticks, and does it reset the node?"""

from collections.abc import Iterator

from fencepost.audits._quote import on_nodes, quote, quote_keys, sole
from fencepost.audits._settings import current
from fencepost.events.kernel_boot import SoftdogIgnored, SoftdogLoaded
from fencepost.events.watchdog_mux import WatchdogDriver
from fencepost.laws import watchdog
from fencepost.model.case import Case
from fencepost.model.document import HaDefaults
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOFTDOG = "Software Watchdog"
SOURCE = "pve-ha-manager 5.2.0 src/watchdog-mux.c; Proxmox VE Admin Guide, Fencing"


@audit(
    fires="""
        n1 12:00:00 watchdog-mux Watchdog driver 'Software Watchdog', version 0
        ==> n1/pve-ha-manager.txt <==
        root@n1:~# cat /etc/default/pve-ha-manager
        # select watchdog module (default is softdog)
        WATCHDOG_MODULE=ipmi_watchdog
    """,
    silent="""
        n1 12:00:00 watchdog-mux Watchdog driver 'Software Watchdog', version 0
        ==> n1/pve-ha-manager.txt <==
        root@n1:~# cat /etc/default/pve-ha-manager
        # select watchdog module (default is softdog)
        #WATCHDOG_MODULE=ipmi_watchdog
    """,
)
def watchdog_module(case: Case) -> Iterator[Finding]:
    """The watchdog in use is not the one asked for, cannot reset the node, or is fought over.

    Why it matters:
        Only the watchdog takes a lost node out. softdog lives in the kernel and cannot reset a
        kernel that hangs; whoever asked for a hardware one and got softdog is less safe than
        he believes. With soft_noboot it resets nothing at all, while the others recover the
        services: they then run twice. A device that corosync holds is closed to watchdog-mux.

    What to do:
        Load the module by hand and read what the kernel says of it (firmware settings, NO_REBOOT
        flag, blacklist); set WATCHDOG_MODULE in /etc/default/pve-ha-manager and reboot. Remove
        `soft_noboot=1` from /etc/modprobe.d and `watchdog_device` from corosync.conf.

    References:
        pve-ha-manager 5.2.0 src/watchdog-mux.c; Linux drivers/watchdog/softdog.c;
        corosync.conf(5), watchdog_device.
    """
    yield from _asked(case)
    yield from _toothless(case)
    yield from _fought_over(case)


def _asked(case: Case) -> Iterator[Finding]:
    plain: dict[str, list[WatchdogDriver]] = {}
    for driver in _latest(case):
        asked = [
            defaults
            for defaults in case.documents_of(HaDefaults)
            if defaults.watchdog_module and defaults.node in {driver.node, None}
        ]
        for defaults in asked:
            wrong = driver.driver == SOFTDOG and defaults.watchdog_module != "softdog"
            yield Finding(
                audit="watchdog_module",
                severity=Severity.WARNING if wrong else Severity.OK,
                node=driver.node,
                found=f"{defaults.watchdog_module} is asked for, '{driver.driver}' is in use",
                expected=f"the driver of {defaults.watchdog_module}: softdog cannot reset a node"
                f" whose kernel hangs, and takes over when the module does not load ({SOURCE})",
                because=(*quote(defaults, "watchdog_module"), driver),
            )
        if not asked:
            plain.setdefault(driver.driver, []).append(driver)
    for name, same in sorted(plain.items()):
        nodes = [driver.node for driver in same]
        yield Finding(
            audit="watchdog_module",
            severity=Severity.OK,
            node=sole(nodes),
            found=f"watchdog '{name}'{on_nodes(nodes)}",
            expected="softdog unless another module is asked for; either resets the node"
            f" {watchdog.DEVICE_TIMEOUT_S} s after its last ping ({SOURCE})",
            because=tuple(same),
        )


def _latest(case: Case) -> list[WatchdogDriver]:
    by_node = {event.node: event for event in case.timeline.of(WatchdogDriver)}
    return [by_node[node] for node in sorted(by_node)]


def _toothless(case: Case) -> Iterator[Finding]:
    by_node = {event.node: event for event in case.timeline.of(SoftdogLoaded)}
    for node, loaded in sorted(by_node.items()):
        if loaded.no_boot:
            yield Finding(
                audit="watchdog_module",
                severity=Severity.CRITICAL,
                node=node,
                found="softdog was loaded with soft_noboot=1: it only logs and resets nothing",
                expected="soft_noboot=0: the others recover this node's services 120 s after its"
                " lock was last renewed, trusting that it is gone (Linux softdog.c; pve-cluster"
                " memdb.c)",
                because=(loaded, *case.timeline.of(SoftdogIgnored, node=node)[:1]),
            )


def _fought_over(case: Case) -> Iterator[Finding]:
    conf = current(case)
    device = conf.get("watchdog_device", "resources") if conf else None
    if conf and device and device != "off":
        yield Finding(
            audit="watchdog_module",
            severity=Severity.CRITICAL,
            node=conf.node,
            found=f"corosync is told to use the watchdog {device} itself",
            expected="no watchdog_device: a watchdog can be opened by one program only, here"
            " watchdog-mux, and a slow one stalls corosync for seconds (corosync.conf(5);"
            " pve-ha-manager 5.2.0 src/watchdog-mux.c)",
            because=quote_keys(conf, ("resources",), "watchdog_device"),
        )
