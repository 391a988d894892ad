"""What the kernel says of network ports, above all of an I219 whose transmit ring stands still."""

from random import Random

from .cluster import Node

HZ = 250
_FIRST_JIFFY = 2**32 - 300 * HZ
_BUS = {"e1000e": "0000:00:1f.6", "r8169": "0000:03:00.0"}
_UP = {
    "e1000e": "NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx",
    "r8169": "Link is Up - 1Gbps/Full - flow control off",
}


def hang(node: Node, rng: Random, cut: float, until: float) -> None:
    """Report the hang every two seconds from a moment after `cut` until `until`."""
    head = rng.randint(0x02, 0xC0)
    tail = (head + rng.randint(0x0C, 0x3C)) & 0xFF
    began = _jiffies(node, cut)
    at = cut + rng.uniform(1.6, 2.1)
    while at < until:
        node.boot.say(at, "kernel", _report(node, head, tail, began, _jiffies(node, at)))
        at += 2.02


def _jiffies(node: Node, at: float) -> int:
    return _FIRST_JIFFY + int((at - node.boot.began) * HZ)


def _report(node: Node, head: int, tail: int, began: int, now: int) -> str:
    return "\n".join(
        (
            f"{_device(node)}: Detected Hardware Unit Hang:",
            f"  TDH                  <{head:x}>",
            f"  TDT                  <{tail:x}>",
            f"  next_to_use          <{tail:x}>",
            f"  next_to_clean        <{head - 1:x}>",
            "buffer_info[next_to_clean]:",
            f"  time_stamp           <{began:x}>",
            f"  next_to_watch        <{head:x}>",
            f"  jiffies              <{now:x}>",
            "  next_to_watch.status <0>",
            "MAC Status             <40080083>",
            "PHY Status             <796d>",
            "PHY 1000BASE-T Status  <3800>",
            "PHY Extended Status    <3000>",
            "PCI Status             <10>",
        )
    )


def _device(node: Node) -> str:
    return f"{node.driver} {_BUS[node.driver]} {node.port}"


def found(node: Node) -> tuple[str, ...]:
    """Return what the driver says when it finds the port."""
    bus = _BUS[node.driver]
    if node.driver == "r8169":
        return (
            f"r8169 {bus} eth0: RTL8168h/8111h, {node.mac}, XID 541, IRQ 126",
            f"r8169 {bus} {node.port}: renamed from eth0",
        )
    return (
        "e1000e: Intel(R) PRO/1000 Network Driver",
        "e1000e: Copyright(c) 1999 - 2015 Intel Corporation.",
        f"e1000e {bus}: Interrupt Throttling Rate (ints/sec) set to dynamic conservative mode",
        f"e1000e {bus} eth0: (PCI Express:2.5GT/s:Width x1) {node.mac}",
        f"e1000e {bus} eth0: Intel(R) PRO/1000 Network Connection",
        f"e1000e {bus} {node.port}: renamed from eth0",
    )


def reset(node: Node, rng: Random, at: float, up: float) -> None:
    """Reset the adapter at `at`; its link is back at `up`."""
    port = f"vmbr0: port 1({node.port}) entered"
    if rng.random() < 0.3:
        waited = rng.randint(1290, 2200) * 4
        text = f"NETDEV WATCHDOG: CPU: {rng.randint(0, 7)}: transmit queue 0 timed out {waited} ms"
        node.boot.say(at - 0.001, "kernel", f"{_device(node)}: {text}")
    node.boot.say(at, "kernel", f"{_device(node)}: Reset adapter unexpectedly")
    if rng.random() < 0.4:
        node.boot.say(at + 0.02, "kernel", f"{_device(node)}: NIC Link is Down")
    node.boot.say(at + 0.03, "kernel", f"{port} disabled state")
    link_up(node, up)


def link_up(node: Node, at: float) -> None:
    """Report the link as up and let the bridge use it."""
    port = f"vmbr0: port 1({node.port}) entered"
    node.boot.speak(
        at,
        "kernel",
        [
            f"{_device(node)}: {_UP[node.driver]}",
            f"{port} blocking state",
            f"{port} forwarding state",
        ],
    )
