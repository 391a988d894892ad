"""The shapes of clusters that scenarios share."""

from dataclasses import replace

from lab.shape import Shape

TWO = ("larch", "maple")
THREE = ("alder", "birch", "cedar")
FOUR = ("beech", "elm", "hazel", "rowan")
FIVE = ("alder", "aspen", "beech", "cherry", "hazel")
SIX = ("aspen", "birch", "elm", "larch", "maple", "rowan")
SEVEN = ("alder", "beech", "cherry", "elm", "hazel", "maple", "rowan")
EIGHT = ("alder", "aspen", "beech", "cherry", "hazel", "larch", "maple", "rowan")

PAIR = Shape(TWO, ids=(2, 5), quorum=("two_node: 1",))
LINKED_PAIR = Shape(TWO, links=2, quorum=("two_node: 1", "wait_for_all: 1"))
TRIO = Shape(THREE)
UNHURRIED = replace(TRIO, system=("sched_rr: no",))
UDPU_TRIO = replace(TRIO, transport="udpu", secauth="off")
QUARTET = Shape(
    FOUR,
    ids=(1, 2, 4, 7),
    secauth="off",
    totem=("crypto_cipher: aes128", "crypto_hash: sha1"),
)
GROUP = Shape(FIVE)
WRITING = replace(GROUP, disks=("beech",))
SPARSE = Shape(FIVE, ids=(3, 5, 9, 12, 20), secauth="off")
LINKED = Shape(FIVE, links=2)
LINKED_SPARSE = Shape(FIVE, links=2, ids=(1, 2, 3, 5, 8), secauth="off")
EAGER = replace(GROUP, totem=("token_coefficient: 125",))
UDPU = Shape(FIVE, transport="udpu", secauth="off")
PATIENT = Shape(SIX, totem=("token: 10000",))
SEALED = Shape(
    SEVEN,
    ids=(1, 3, 4, 6, 8, 9, 11),
    secauth="off",
    totem=("crypto_cipher: aes256", "crypto_hash: sha512"),
)
CROWD = Shape(EIGHT)
LINKED_CROWD = Shape(EIGHT, links=2)
WITNESSED = Shape(TWO, qdevice=True)
WITNESSED_FOUR = Shape(FOUR, qdevice=True)


def relayed(shape: Shape, *nodes: str) -> Shape:
    """Return the shape with a relay before these nodes."""
    return replace(shape, relayed=nodes)
