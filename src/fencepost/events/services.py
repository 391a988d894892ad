"""What everything else says that bears witness: upgrades, UPS, BMC, firewall, administrators."""

from fencepost.model.event import Danger, Event, logged, wording

# --- software ---------------------------------------------------------------------------

_UPGRADES = ("apt.systemd.daily", "unattended-upgrade", "unattended-upgrades")


@logged(
    by=_UPGRADES,
    wordings=(
        wording(
            r"Packages that will be upgraded: (?P<detail>\S.*)",
            example="Packages that will be upgraded: proxmox-kernel-6.8.12-5-pve-signed proxmox-kernel-6.8",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is corosync, libknet1, pve-cluster or pve-ha-manager among them? They restart services.",
    source="unattended-upgrades 2.9 unattended-upgrade run",
)
class PackagesUpgraded(Event):
    """Packages were upgraded without anybody at the keyboard."""

    detail: str


@logged(
    by=_UPGRADES,
    wordings=(
        wording(
            r"Found /var/run/reboot-required, (?P<detail>rebooting)",
            example="Found /var/run/reboot-required, rebooting",
        ),
        wording(r"Reboot scheduled for (?P<detail>\S.*)", example="Reboot scheduled for now"),
    ),
    danger=Danger.WARNING,
    look="Set Unattended-Upgrade::Automatic-Reboot to false on cluster nodes.",
    source="unattended-upgrades 2.9 unattended-upgrade reboot_if_requested_and_needed",
)
class UpgradeRebooted(Event):
    """The automatic upgrade reboots the node, as its settings tell it to."""

    detail: str


# --- power ------------------------------------------------------------------------------

_UPS = ("upsmon", "apcupsd")


@logged(
    by=_UPS,
    wordings=(
        wording(r"UPS (?P<ups>\S+) on battery", example="UPS eaton@10.0.0.9 on battery"),
        wording(r"Power failure\.", example="Power failure."),
        wording(r"Running on UPS batteries", example="Running on UPS batteries."),
    ),
    danger=Danger.WARNING,
    look="Do the switches hang on the same UPS?",
    source="nut 2.8 clients/upsmon.c; apcupsd 3.14 src/action.c",
)
class UpsOnBattery(Event):
    """Mains power failed and the UPS took over: a witness of a power failure."""

    ups: str | None = None


@logged(
    by=_UPS,
    wordings=(
        wording(r"UPS (?P<ups>\S+) battery is low", example="UPS eaton@10.0.0.9 battery is low"),
        wording(r"Battery power exhausted", example="Battery power exhausted."),
        wording(r"Battery charge below low limit", example="Battery charge below low limit."),
    ),
    danger=Danger.CRITICAL,
    source="nut 2.8 clients/upsmon.c; apcupsd 3.14 src/action.c",
)
class UpsLowBattery(Event):
    """The UPS is nearly empty: power will go within minutes."""

    ups: str | None = None


@logged(
    by=_UPS,
    wordings=(
        wording(r"UPS (?P<ups>\S+) on line power", example="UPS eaton@10.0.0.9 on line power"),
        wording(r"Mains returned", example="Mains returned. No longer on UPS batteries."),
    ),
    danger=Danger.NOTABLE,
    source="nut 2.8 clients/upsmon.c; apcupsd 3.14 src/action.c",
)
class UpsOnline(Event):
    """Mains power is back."""

    ups: str | None = None


@logged(
    by=_UPS,
    wordings=(
        wording(
            r"UPS (?P<ups>\S+): forced shutdown in progress",
            example="UPS eaton@10.0.0.9: forced shutdown in progress",
        ),
        wording(
            r"Executing automatic power-fail shutdown",
            example="Executing automatic power-fail shutdown",
        ),
        wording(
            r"Auto logout and shutdown proceeding", example="Auto logout and shutdown proceeding"
        ),
        wording(r"Initiating system shutdown!", example="Initiating system shutdown!"),
    ),
    danger=Danger.CRITICAL,
    source="nut 2.8 clients/upsmon.c forceshutdown; apcupsd 3.14 src/action.c",
)
class UpsShutdown(Event):
    """The UPS service shuts the node down, orderly, before the power goes."""

    ups: str | None = None


@logged(
    by="ipmievd",
    wordings=(
        wording(
            r"(?P<detail>Watchdog\s?\d? sensor .*)",
            example="Watchdog 2 sensor Watchdog2 - Hard reset Asserted",
        ),
        wording(
            r"(?P<detail>(?:Power|System|Critical|Processor|Memory|Temperature|Module)[\w /-]{0,30} sensor .*)",
            example="Power Supply sensor PS1 Status - Power Supply AC lost Asserted",
        ),
        wording(r"(?P<detail>Linux kernel panic: .*)", example="Linux kernel panic: Fatal excep"),
    ),
    danger=Danger.WARNING,
    look="`ipmitool sel elist` has the whole list with times.",
    source="ipmitool 1.8.19 src/ipmievd.c log_event",
)
class BmcEventLogged(Event):
    """The management controller noted something; a watchdog or power event decides many a case."""

    detail: str


# --- network and firewall, changed by hand ----------------------------------------------


@logged(
    by="systemd",
    wordings=(
        wording(
            r"Reloaded networking\.service",
            example="Reloaded networking.service - Network initialization.",
        ),
        wording(r"Reloaded Network initialization", example="Reloaded Network initialization."),
    ),
    danger=Danger.NOTABLE,
    look="What changed in /etc/network/interfaces? Bridges and bonds may have been rebuilt.",
    source="ifupdown2 debian/ifupdown2.networking.service; systemd 252 src/core/job.c",
)
class NetworkReloaded(Event):
    """The network settings were applied anew, as `Apply Configuration` in the web page does."""


@logged(
    by=("pve-firewall", "proxmox-firewall"),
    wordings=(wording(r"^starting server", example="starting server"),),
    danger=Danger.HARMLESS,
    source="pve-common src/PVE/Daemon.pm; pve-firewall src/PVE/Service/pve_firewall.pm",
)
class FirewallEnabled(Event):
    """The Proxmox VE firewall service started; it filters only where the data centre enables it.

    Starts of ufw, nftables and others are in systemd's lines about those units.
    """


@logged(
    by="pve-firewall",
    wordings=(
        wording(
            r"clear PVE-generated firewall rules", example="clear PVE-generated firewall rules"
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-firewall src/PVE/Service/pve_firewall.pm shutdown",
)
class FirewallCleared(Event):
    """The Proxmox VE firewall took all its rules away, because its service stops."""


@logged(
    by="pve-firewall",
    wordings=(
        wording(
            r"firewall update time \((?P<seconds>\d+(?:\.\d+)?) seconds\)",
            example="firewall update time (12.410 seconds)",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-firewall src/PVE/Service/pve_firewall.pm run",
)
class FirewallSlow(Event):
    """One round of the firewall service took more than 5 s: a sign of a stalled machine."""

    seconds: float


@logged(
    by="sudo",
    wordings=(
        wording(
            r"(?P<user>\S{1,60}) : (?:TTY|PWD|HOST)=.{0,300} ; COMMAND=(?P<command>(?:\S{0,60}/)?(?:"
            r"systemctl (?:-\S{1,60} )*(?!status|show|list|is-|cat|help)\w"
            r"|(?:reboot|poweroff|halt|shutdown|ifdown|ifup|ifreload|pvecm|ha-manager|kill|killall|pkill|ufw|iptables|ip6tables|nft|corosync-\w+)\b"
            r"|(?:apt|apt-get|aptitude) .{0,80}(?:upgrade|install)\b|pveupgrade\b"
            r"|ip (?:-\S{1,60} )*(?:link|l|addr|a|route|r) (?:set|add|del|change|flush)\b).*)",
            example="tina : TTY=pts/0 ; PWD=/home/tina ; USER=root ; COMMAND=/usr/sbin/ufw enable",
        ),
    ),
    danger=Danger.NOTABLE,
    source="sudo 1.9 lib/eventlog/eventlog.c",
)
class AdminCommand(Event):
    """An administrator ran a command that can stop a node, its network or its cluster services.

    Only commands through sudo are logged: the usual root shell leaves nothing.
    """

    user: str
    command: str


EVENTS: tuple[type[Event], ...] = (
    PackagesUpgraded,
    UpgradeRebooted,
    UpsOnBattery,
    UpsLowBattery,
    UpsOnline,
    UpsShutdown,
    BmcEventLogged,
    NetworkReloaded,
    FirewallEnabled,
    FirewallCleared,
    FirewallSlow,
    AdminCommand,
)
