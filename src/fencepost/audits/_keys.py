"""What corosync.conf may contain: its sections, keys, and the values that are taken.

Source: corosync 3.1.10 corosync.conf(5), votequorum(5), exec/coroparse.c, exec/totemconfig.c,
exec/logconfig.c, exec/totemknet.c; corosync-qdevice 3.0.3 corosync-qdevice(8).
"""

import re
from collections.abc import Mapping

Values = range | tuple[str, ...] | None
"""Whole numbers of a range, one of some words, or None for free text."""

Section = tuple[str, ...]

_U8, _U16, _U32, _U64 = range(2**8), range(2**16), range(2**32), range(2**64)
_YES_NO = ("yes", "no")


def _keys(values: Values, *lines: str) -> dict[str, Values]:
    """Give the same kind of value to each of these keys, which stand apart by blanks."""
    return dict.fromkeys(" ".join(lines).split(), values)


_LOGGING = _keys(
    None,
    "to_stderr to_logfile to_syslog to_file logfile logfile_priority syslog_facility",
    "syslog_priority debug",
)

_TOTEM = {
    **_keys(
        _U32,
        "version nodeid threads token token_coefficient token_retransmit token_warning hold",
        "token_retransmits_before_loss_const join send_join consensus merge downcheck",
        "fail_recv_const seqno_unchanged_const heartbeat_failures_allowed max_network_delay",
        "window_size max_messages miss_count_const knet_pmtud_interval knet_mtu",
        "knet_compression_threshold netmtu",
    ),
    **_keys(
        None,
        "cluster_name clear_node_high_bit secauth keyfile key ip_dscp block_unlisted_ips",
        "cancel_token_hold_on_retransmit knet_compression_model knet_compression_level",
    ),
    "config_version": _U64,
    "transport": ("knet", "udpu", "udp"),
    "link_mode": ("passive", "active", "rr"),
    "ip_version": ("ipv4", "ipv6", "ipv6-4", "ipv4-6"),
    "crypto_model": ("nss", "openssl", "gcrypt"),
    "crypto_cipher": ("none", "aes256", "aes192", "aes128"),
    "crypto_hash": ("none", "md5", "sha1", "sha256", "sha384", "sha512"),
}

KEYS: Mapping[Section, Mapping[str, Values]] = {
    (): {},
    ("totem",): _TOTEM,
    ("totem", "interface"): {
        **_keys(_U8, "linknumber ttl knet_link_priority knet_pong_count"),
        **_keys(_U32, "knet_ping_interval knet_ping_timeout knet_ping_precision"),
        **_keys(_U16, "mcastport"),
        **_keys(None, "bindnetaddr mcastaddr broadcast knet_transport"),
    },
    ("totem", "interface", "member"): _keys(None, "memberaddr"),
    ("nodelist",): {},
    ("nodelist", "node"): {**_keys(_U32, "nodeid quorum_votes"), **_keys(None, "name")},
    ("quorum",): {
        **_keys(_U32, "expected_votes votes last_man_standing_window leaving_timeout"),
        **_keys(
            _U8,
            "two_node expected_votes_tracking allow_downscale wait_for_all auto_tie_breaker",
            "last_man_standing",
        ),
        **_keys(None, "provider auto_tie_breaker_node"),
    },
    ("quorum", "device"): {
        **_keys(_U32, "timeout sync_timeout votes"),
        **_keys(_U8, "master_wins"),
        **_keys(None, "model"),
    },
    ("quorum", "device", "net"): _keys(
        None,
        "host port tls algorithm tie_breaker connect_timeout force_ip_version",
        "keep_active_partition_tie_breaker",
    ),
    ("quorum", "device", "heuristics"): _keys(None, "mode timeout sync_timeout interval"),
    ("logging",): {**_LOGGING, **_keys(None, "timestamp fileline function_name blackbox")},
    ("logging", "logger_subsys"): {**_LOGGING, **_keys(None, "subsys")},
    ("logging", "logging_daemon"): {**_LOGGING, **_keys(None, "subsys name")},
    ("system",): {
        **_keys(_YES_NO, "sched_rr allow_knet_handle_fallback"),
        **_keys(("native", "shm", "socket"), "qb_ipc_type"),
        **_keys(("yes", "no", "auto"), "move_to_root_cgroup"),
        **_keys(None, "priority state_dir"),
    },
    ("resources",): {**_keys(None, "watchdog_device"), **_keys(_U32, "watchdog_timeout")},
    ("uidgid",): _keys(None, "uid gid"),
    ("nozzle",): _keys(None, "name ipaddr ipprefix macaddr"),
    ("pload",): {**_keys(_U32, "count size"), **_keys(None, "start")},
}

FREE_SECTIONS: tuple[Section, ...] = (("resources", "system"), ("resources", "process"))
"""Sections below which users name things themselves."""

_FREE_KEYS: Mapping[Section, re.Pattern[str]] = {
    ("nodelist", "node"): re.compile(r"ring[0-7]_addr"),
    ("quorum", "device", "heuristics"): re.compile(r"exec_\w+"),
}

OBSOLETE: Mapping[Section, frozenset[str]] = {
    (): frozenset({"compatibility"}),
    ("totem",): frozenset(
        {
            "rrp_mode",
            "rrp_problem_count_timeout",
            "rrp_problem_count_threshold",
            "rrp_problem_count_mcast_threshold",
            "rrp_token_expired_timeout",
            "rrp_autorecovery_check_timeout",
            "vsftype",
            "crypto_type",
        }
    ),
    ("totem", "interface"): frozenset({"ringnumber"}),
    ("quorum",): frozenset({"disallowed"}),
}
"""Keys of corosync 1 and 2 that corosync 3 passes over. Source: corosync 2.4.6 corosync.conf(5)."""

OBSOLETE_SECTIONS: frozenset[Section] = frozenset(
    {("service",), ("aisexec",), ("amf",), ("logging", "logger_subsys", "tags")}
)


def is_known(section: Section, key: str) -> bool:
    """Whether corosync 3 takes notice of `key` in `section`.

    >>> is_known(("totem",), "token"), is_known(("nodelist", "node"), "ring1_addr")
    (True, True)
    >>> is_known(("totem",), "tokken")
    False
    """
    free = _FREE_KEYS.get(section)
    return key in KEYS.get(section, {}) or bool(free and free.fullmatch(key))


def values_of(section: Section, key: str) -> Values:
    """Return what corosync takes for `key`, None when it takes any text."""
    return KEYS.get(section, {}).get(key)


def candidates(section: Section) -> tuple[str, ...]:
    """Return the names that a misspelt key of `section` may have meant, sorted."""
    addresses = ("ring0_addr", "ring1_addr") if section == ("nodelist", "node") else ()
    return tuple(sorted((*KEYS.get(section, {}), *addresses)))


def home_of(key: str) -> Section | None:
    """Return the section that `key` belongs into, None when no section knows it.

    >>> home_of("two_node")
    ('quorum',)
    """
    return next((section for section in KEYS if is_known(section, key)), None)
