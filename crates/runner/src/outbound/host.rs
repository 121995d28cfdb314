//! The hosts that are granted.

use std::fmt;
use std::str::FromStr;

/// A host that guests may send requests to: `example.com`, `example.com:8443`, `*.example.com`, `[2001:db8::1]:80`.
///
/// Without a port, it is granted at those of HTTP and HTTPS, 80 and 443. A `*.` stands for one name or several, and not
/// for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    name: String,
    below: bool,
    port: Option<u16>,
}

/// A text that names no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a host: write example.com, example.com:8443 or *.example.com")]
pub struct HostError(String);

impl Host {
    pub(super) fn covers(&self, host: &str, port: u16) -> bool {
        let at_port = match self.port {
            Some(granted) => granted == port,
            None => matches!(port, 80 | 443),
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let named = if self.below {
            host.strip_suffix(&self.name)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.name
        };
        at_port && named
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let wrong = || HostError(text.to_owned());
        let (below, rest) = match text.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let authority: http::uri::Authority = rest.parse().map_err(|_| wrong())?;
        let port = authority.port_u16();
        let whole = match port {
            Some(port) => format!("{}:{port}", authority.host()),
            None => authority.host().to_owned(),
        };
        // What is more than a host and a port: a user, or a port that is no number.
        if whole != rest || authority.host().contains('*') {
            return Err(wrong());
        }
        let name = authority.host().trim_end_matches('.').to_ascii_lowercase();
        if name.is_empty() {
            return Err(wrong());
        }
        Ok(Self { name, below, port })
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.below {
            f.write_str("*.")?;
        }
        f.write_str(&self.name)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        text.parse().unwrap()
    }

    #[test]
    fn a_host_covers_itself_at_the_usual_ports() {
        let granted = host("Example.com");
        assert!(granted.covers("example.com", 80));
        assert!(granted.covers("EXAMPLE.com.", 443));
        for (name, port) in [
            ("example.com", 8080),
            ("www.example.com", 443),
            ("example.com.evil.net", 443),
            ("badexample.com", 443),
            ("", 443),
        ] {
            assert!(!granted.covers(name, port), "{name}:{port}");
        }
        assert!(host("example.com:8080").covers("example.com", 8080));
        assert!(!host("example.com:8080").covers("example.com", 80));
    }

    #[test]
    fn a_star_covers_what_is_below() {
        let granted = host("*.example.com");
        assert!(granted.covers("a.example.com", 443));
        assert!(granted.covers("a.b.example.com", 443));
        for name in ["example.com", ".example.com", "badexample.com"] {
            assert!(!granted.covers(name, 443), "{name}");
        }
    }

    #[test]
    fn what_names_no_host_is_refused() {
        for text in [
            "",
            "*",
            "*.",
            "a b",
            "user@example.com",
            "http://example.com",
            "example.com:port",
            "a*.example.com",
        ] {
            assert!(text.parse::<Host>().is_err(), "{text}");
        }
        assert_eq!(host("*.example.com:81").to_string(), "*.example.com:81");
        assert_eq!(host("[::1]:81").to_string(), "[::1]:81");
    }
}
