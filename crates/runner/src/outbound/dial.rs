//! Connections to hosts that strangers name: the name is looked up here, once, and what is dialled is the address that was
//! checked.

use super::address::is_global;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use tokio::net::{TcpStream, lookup_host};
use wasmtime_wasi_http::Error;

/// Where a request goes to.
pub(crate) struct Destination {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) secure: bool,
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Why there is no connection, or no response.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(super) error: Error,
    /// For the log, if it is the sandbox that refused.
    pub(super) reason: Option<String>,
}

impl Refused {
    /// Whether it took longer than it may.
    pub(crate) fn is_late(&self) -> bool {
        matches!(
            self.error,
            Error::ConnectionTimeout | Error::ConnectionReadTimeout
        )
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => f.write_str(reason),
            None => self.error.fmt(f),
        }
    }
}

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            reason: None,
        }
    }
}

/// A connection to the host, at an address that may be dialled. How long that takes, is the caller's to limit.
pub(crate) async fn dial(
    destination: &Destination,
    private_addresses: bool,
) -> Result<TcpStream, Refused> {
    let resolve = async |host: &str, port| Ok(lookup_host((host, port)).await?.collect());
    dial_with(destination, private_addresses, resolve, TcpStream::connect).await
}

async fn dial_with<S>(
    destination: &Destination,
    private_addresses: bool,
    resolve: impl AsyncFnOnce(&str, u16) -> io::Result<Vec<SocketAddr>>,
    connect: impl AsyncFn(SocketAddr) -> io::Result<S>,
) -> Result<S, Refused> {
    let found = resolve(&destination.host, destination.port).await;
    let found = found.map_err(|_| Error::DnsError {
        rcode: None,
        info_code: None,
    })?;
    let mut failed = None;
    for address in &found {
        if !private_addresses && !is_global(address.ip()) {
            continue;
        }
        match connect(*address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = Some(error),
        }
    }
    Err(match (failed, found.first()) {
        (Some(error), _) if error.kind() == ErrorKind::ConnectionRefused => {
            Error::ConnectionRefused.into()
        }
        (Some(error), _) => Error::Connect(error).into(),
        (None, Some(address)) => Refused {
            error: Error::DestinationIpProhibited,
            reason: Some(format!("{} is not a global address", address.ip())),
        },
        (None, None) => Error::DestinationNotFound.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};

    /// What comes of a name with these addresses, whose second answer would be this machine; and what was dialled.
    async fn rebinding(addresses: &[&str], reachable: bool) -> (Result<(), Refused>, Vec<String>) {
        let destination = Destination {
            host: "rebind.example".to_owned(),
            port: 80,
            secure: false,
        };
        let answers = Cell::new(0);
        let resolve = async |_: &str, port: u16| {
            answers.set(answers.get() + 1);
            let given = match answers.get() {
                1 => addresses,
                _ => &["127.0.0.1"],
            };
            let address = |it: &&str| SocketAddr::new(it.parse().unwrap(), port);
            Ok(given.iter().map(address).collect())
        };
        let dialled = RefCell::default();
        let connect = async |address: SocketAddr| {
            RefCell::<Vec<String>>::borrow_mut(&dialled).push(address.ip().to_string());
            match reachable {
                true => Ok(()),
                false => Err(ErrorKind::HostUnreachable.into()),
            }
        };
        let result = dial_with(&destination, false, resolve, connect).await;
        assert_eq!(answers.get(), 1);
        (result, dialled.into_inner())
    }

    #[tokio::test]
    async fn the_address_that_was_checked_is_dialled_and_the_name_is_asked_for_once() {
        let (connected, dialled) = rebinding(&["93.184.216.34"], true).await;
        assert!(connected.is_ok());
        assert_eq!(dialled, ["93.184.216.34"]);
        // Neither what stands beside a global address nor what comes after it is dialled.
        let mixed = ["10.0.0.1", "93.184.216.34", "::ffff:127.0.0.1", "1.1.1.1"];
        let (failed, dialled) = rebinding(&mixed, false).await;
        assert!(failed.is_err());
        assert_eq!(dialled, ["93.184.216.34", "1.1.1.1"]);
        let (refused, dialled) = rebinding(&["169.254.169.254"], true).await;
        let sentence = "169.254.169.254 is not a global address";
        assert_eq!(refused.unwrap_err().to_string(), sentence);
        assert!(dialled.is_empty());
    }
}
