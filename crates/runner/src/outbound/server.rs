//! Servers that people name: `redis://USER:PASSWORD@HOST:PORT/PATH`.

use super::dial::Destination;
use http::Uri;
use percent_encoding::percent_decode_str;

/// A server, and whom it is to take us for.
pub(crate) struct Server {
    pub(crate) destination: Destination,
    /// The host and the port, as they were written.
    pub(crate) authority: String,
    /// A name, which may be empty, and a password. What means something in an address, like a slash, is written as `%2F`
    /// there.
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
        let user = match user {
            Some((name, word)) => Some((decoded(name)?, decoded(word)?)),
            None => None,
        };
        Some(Self {
            destination: Destination {
                host: host.to_owned(),
                port: authority.port_u16().unwrap_or(port),
                secure: false,
            },
            authority: written.map_or(authority.as_str(), |(_, it)| it).to_owned(),
            user,
            path: uri.path().trim_start_matches('/').to_owned(),
        })
    }

    /// The same, over an encrypted connection.
    pub(crate) fn over_tls(mut self) -> Self {
        self.destination.secure = true;
        self
    }
}

fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_may_have_any_characters() {
        let user = |address| Server::read(address, "s3", 443)?.user;
        let pair = |name: &str, word: &str| Some((name.to_owned(), word.to_owned()));
        assert_eq!(user("s3://me:a%2Fb%3A%40+@host/x"), pair("me", "a/b:@+"));
        assert_eq!(user("s3://m%65@host/x"), pair("me", ""));
        assert_eq!(user("s3://host/x"), None);
        assert!(Server::read("s3://me:%ff@host/x", "s3", 443).is_none());
    }
}
