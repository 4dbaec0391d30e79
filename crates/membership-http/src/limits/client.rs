//! Which client sends a request: whoever opened the connection, or whoever a trusted proxy says it speaks for.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::header::FORWARDED;
use http::{Extensions, HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A client of the network: an IPv4 address, or the /64 of an IPv6 address, of which one client has all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl Client {
    /// The client behind a request, if the server was told its peer (`ConnectInfo<SocketAddr>`).
    pub(super) fn of(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Option<Self> {
        let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(Self::from(behind(peer.ip(), headers, trusted)))
    }

    #[cfg(test)]
    pub(super) fn at(address: &str) -> Option<Self> {
        address.parse::<IpAddr>().ok().map(Self::from)
    }
}

impl std::fmt::Display for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
        }
    }
}

/// Reads a list of addresses and networks, such as `10.0.0.0/8, 2001:db8::1`.
///
/// # Errors
/// The first entry that is neither.
pub fn trusted_proxies(text: &str) -> Result<Vec<IpNet>, String> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries.map(|entry| network(entry).ok_or_else(|| entry.to_owned())).collect()
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Goes from the connection towards the client, as long as who told the next hop is trusted. What stands further left
/// than the first hop that is not trusted, that hop may have made up.
fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    for hop in hops(headers).into_iter().rev() {
        let Some(hop) = hop else { break };
        client = hop;
        if !is_trusted(client) {
            break;
        }
    }
    client
}

/// The hops that the headers tell, the nearest last; `None` is one that is no address. A proxy that writes one of the two
/// headers may let the other pass as the client sent it: if both are there and differ, neither is believed.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let plain: Vec<_> = entries(headers, &X_FORWARDED_FOR).map(address).collect();
    let named: Vec<_> = entries(headers, &FORWARDED).map(|entry| named_for(entry).and_then(address)).collect();
    match (plain.is_empty(), named.is_empty()) {
        (_, true) => plain,
        (true, false) => named,
        (false, false) if plain == named => plain,
        (false, false) => Vec::new(),
    }
}

/// The entries of a header, over all its lines. A line that is no text counts as one entry that cannot be read.
fn entries<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().flat_map(|line| line.to_str().unwrap_or_default().split(','))
}

/// The node that an entry of `Forwarded` was sent for (RFC 7239, section 5.2).
fn named_for(entry: &str) -> Option<&str> {
    let mut pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, node)| node.trim().trim_matches('"'))
}

/// An address, with or without brackets and a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(text);
    let found = bare.parse::<IpAddr>().ok();
    found.or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip())).map(|it| it.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXIES: &str = "10.0.0.0/8, 2001:db8::1";

    fn client(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        behind(peer.parse().unwrap(), &headers, &trusted_proxies(PROXIES).unwrap()).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_says_for_whom_it_speaks() {
        let xff = "x-forwarded-for";
        for (peer, lines, expected) in [
            // Nobody else's header is believed.
            ("192.0.2.1", vec![], "192.0.2.1"),
            ("192.0.2.1", vec![(xff, "198.51.100.7")], "192.0.2.1"),
            ("192.0.2.1", vec![("forwarded", "for=198.51.100.7")], "192.0.2.1"),
            // The rightmost hop that is not trusted counts; what it told itself does not.
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec![(xff, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "203.0.113.9, 198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "203.0.113.9, 198.51.100.7, 10.0.0.2")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "203.0.113.9"), (xff, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", vec![(xff, "10.0.0.3, 10.0.0.2")], "10.0.0.3"),
            ("::ffff:10.0.0.1", vec![(xff, "::ffff:198.51.100.7")], "198.51.100.7"),
            // What cannot be read ends the way.
            ("10.0.0.1", vec![(xff, "198.51.100.7, unknown")], "10.0.0.1"),
            ("10.0.0.1", vec![(xff, "198.51.100.7, ")], "10.0.0.1"),
            ("10.0.0.1", vec![(xff, "198.51.100.7, unknown, 10.0.0.2")], "10.0.0.2"),
            // Ports, brackets and the standard's own header.
            ("10.0.0.1", vec![(xff, "198.51.100.7:4711")], "198.51.100.7"),
            ("2001:db8::1", vec![(xff, "[2001:db8:5::7]:4711")], "2001:db8:5::7"),
            ("10.0.0.1", vec![("forwarded", "for=203.0.113.9, proto=https;For=\"[2001:db8:5::7]\"")], "2001:db8:5::7"),
            ("10.0.0.1", vec![("forwarded", "for=203.0.113.9, for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", vec![("forwarded", "for=203.0.113.9, proto=https")], "10.0.0.1"),
            // One of two headers that differ was sent by the client.
            ("10.0.0.1", vec![(xff, "198.51.100.7"), ("forwarded", "for=203.0.113.9")], "10.0.0.1"),
            ("10.0.0.1", vec![(xff, "198.51.100.7"), ("forwarded", "for=198.51.100.7")], "198.51.100.7"),
        ] {
            assert_eq!(client(peer, &lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn a_client_has_a_whole_64_of_ipv6() {
        let same = |one, other| Client::at(one) == Client::at(other);
        assert!(same("2001:db8:1:2::1", "2001:db8:1:2:ffff::7"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
        assert!(same("192.0.2.1", "::ffff:192.0.2.1"));
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        assert_eq!(trusted_proxies(" ").unwrap(), Vec::new());
        assert_eq!(trusted_proxies("127.0.0.1,::1, 10.0.0.0/8").unwrap().len(), 3);
        assert_eq!(trusted_proxies("127.0.0.1, proxy"), Err("proxy".to_owned()));
        assert_eq!(trusted_proxies("10.0.0.0/33"), Err("10.0.0.0/33".to_owned()));
    }
}
