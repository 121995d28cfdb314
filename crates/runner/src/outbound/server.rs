//! Servers that people name: `redis://USER:PASSWORD@HOST:PORT/PATH`.

use super::dial::Destination;
use http::Uri;

/// A server, and whom it is to take us for.
pub(crate) struct Server {
    pub(crate) destination: Destination,
    /// The host and the port, as they were written.
    pub(crate) authority: String,
    /// A name, which may be empty, and a password.
    pub(crate) user: Option<(String, String)>,
    /// Without the slash that it begins with.
    pub(crate) path: String,
}

impl Server {
    /// Reads an address; nothing, where it is none of this scheme.
    pub(crate) fn read(address: &str, scheme: &str, port: u16) -> Option<Self> {
        let uri: Uri = address.parse().ok()?;
        let authority = uri.authority()?;
        let host = authority.host().trim_matches(['[', ']']);
        if uri.scheme_str() != Some(scheme) || host.is_empty() {
            return None;
        }
        let written = authority.as_str().rsplit_once('@');
        let user = written.map(|(user, _)| user);
        let user = user.map(|it| it.split_once(':').unwrap_or((it, "")));
        Some(Self {
            destination: Destination {
                host: host.to_owned(),
                port: authority.port_u16().unwrap_or(port),
                secure: false,
            },
            authority: written.map_or(authority.as_str(), |(_, it)| it).to_owned(),
            user: user.map(|(name, word)| (name.to_owned(), word.to_owned())),
            path: uri.path().trim_start_matches('/').to_owned(),
        })
    }

    /// The same, over an encrypted connection.
    pub(crate) fn over_tls(mut self) -> Self {
        self.destination.secure = true;
        self
    }
}
