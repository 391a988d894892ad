import json
import random

from lab.relay import IDLE_S, Queue, Treatment


def _out(queue: Queue, now: float) -> list[bytes]:
    frames = []
    while due := queue.ready(now):
        frames.append(due[1])
    return frames


def test_a_delayed_frame_waits_and_keeps_its_direction() -> None:
    queue = Queue(random.Random(1))
    queue.put(b"a", 1, 10.0, Treatment(delay_ms=300))
    assert queue.ready(10.29) is None
    assert 0 < queue.wait(10.2) < 0.11
    assert queue.ready(10.31) == (1, b"a")
    assert queue.wait(10.4) == IDLE_S


def test_jitter_keeps_the_order_when_told_to() -> None:
    frames = [bytes([number]) for number in range(50)]
    for keep in (True, False):
        queue = Queue(random.Random(1))
        for number, frame in enumerate(frames):
            queue.put(frame, 0, number / 1000, Treatment(jitter_ms=100, keep_order=keep))
        assert (_out(queue, 1.0) == frames) is keep


def test_frames_come_late_and_twice() -> None:
    queue = Queue(random.Random(1))
    queue.put(b"a", 0, 0.0, Treatment(late_share=1, late_ms=20))
    queue.put(b"b", 0, 0.001, Treatment(twice_share=1))
    assert _out(queue, 1.0) == [b"b", b"b", b"a"]


def test_a_treatment_is_told_in_one_line() -> None:
    told = Treatment(delay_ms=5, held=True)
    assert told.line().count("\n") == 1
    assert Treatment(**json.loads(told.line())) == told
