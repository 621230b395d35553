"""The networks of an IP address that share a limit.

RFC 6177: an IPv6 customer has at least a /64, so all addresses in it are one customer's. A site,
such as a company, may have a /48, which contains 65,536 of these.
"""

_CUSTOMER_PREFIX_LENGTH = 64
_SITE_PREFIX_LENGTH = 48


def limited_network(address: str) -> str:
    """Return the network of one customer: an IPv4 address, or the first address of an IPv6 /64."""
    return limited_networks(address)[0]


def limited_networks(address: str) -> tuple[str, ...]:
    """Return an IP address's networks that have a limit: the customer's, then that of its site."""
    import ipaddress  # only for requests that are counted

    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return (address,)
    if isinstance(parsed, ipaddress.IPv4Address):
        return (str(parsed),)
    if parsed.ipv4_mapped:
        return (str(parsed.ipv4_mapped),)
    address_bits = int(parsed)
    prefix_lengths = (_CUSTOMER_PREFIX_LENGTH, _SITE_PREFIX_LENGTH)
    customer, site = (
        ipaddress.IPv6Address(address_bits >> host_bits << host_bits)
        for host_bits in (parsed.max_prefixlen - length for length in prefix_lengths)
    )
    return str(customer), f"{site}/{_SITE_PREFIX_LENGTH}"
