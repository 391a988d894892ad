"""fencepost says why Proxmox VE nodes rebooted, and shows the log lines that prove it."""

__version__ = "0.1.0"
