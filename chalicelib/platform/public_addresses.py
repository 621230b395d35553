"""Which IP addresses are on the public internet, so that a request may go there.

OWASP's cheat sheet on server-side request forgery (ASVS 5.0 1.3.6). The registries of special
addresses are at iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry.
"""

import ipaddress

# IANA has assigned addresses for unicast from this block only (RFC 4291, 2.4). Outside of it are
# those that contain an IPv4 address, which a gateway may translate: mapped, compatible, NAT64.
_UNICAST = ipaddress.IPv6Network("2000::/3")
# 6to4 (RFC 3056), which contains an IPv4 address, too.
_6TO4 = ipaddress.IPv6Network("2002::/16")
# For protocols (RFC 6890). Python calls some of them global.
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public internet.

    Args:
        address: as ``getaddrinfo`` returns it, with a zone after ``%`` or without.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        return ip.is_global and ip in _UNICAST and ip not in _6TO4
    return ip.is_global and not ip.is_multicast and ip not in _PROTOCOLS
